"""What the pages need of the prompts at rest: folders, labels taken away, tags."""

import pytest

from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.local.store import Store


@pytest.fixture
def prompts(tmp_path):
    store = Store(tmp_path / "store.sqlite", Cipher("0" * 64))
    for name, tags in [("a", []), ("a/b", ["x"]), ("a/c/d", ["x", "y"]), ("a/c/e", []), ("ab", []), ("Z_z", [])]:
        store.prompts.create(NewPrompt(name=name, prompt="text", tags=tags))
    yield store.prompts
    store.close()


def names(found):
    rows, total = found
    return [f"{row.name}/ ({row.prompts})" if row.latest is None else row.name for row in rows], total


def test_a_folder_lists_the_folders_in_it_first_and_then_its_prompts(prompts):
    assert names(prompts.entries(10, 0)) == (["a/ (3)", "Z_z", "a", "ab"], 4)
    assert names(prompts.entries(10, 0, folder="a")) == (["a/c/ (2)", "a/b"], 2)
    assert names(prompts.entries(10, 0, folder="none")) == ([], 0)


def test_a_folder_comes_in_pages(prompts):
    assert names(prompts.entries(2, 2)) == (["a", "ab"], 4)


def test_a_search_lists_the_folders_below_too_and_takes_no_letter_for_a_pattern(prompts):
    assert names(prompts.entries(10, 0, search="C/")) == (["a/c/d", "a/c/e"], 2)
    assert names(prompts.entries(10, 0, search="_")) == (["Z_z"], 1)
    assert names(prompts.entries(10, 0, search="%")) == ([], 0)
    assert names(prompts.entries(10, 0, folder="a/c", search="e")) == (["a/c/e"], 1)


def test_a_tag_lists_its_prompts_wherever_they_are(prompts):
    assert names(prompts.entries(10, 0, tag="x")) == (["a/b", "a/c/d"], 2)
    assert prompts.tags() == ["x", "y"]


def test_a_line_has_the_newest_version_and_where_the_labels_are(prompts):
    prompts.create(NewPrompt(name="ab", prompt="more"))
    prompts.label("ab", 1, ["production"])
    row = prompts.entries(10, 3)[0][0]
    assert (row.name, row.latest.version, row.labels) == ("ab", 2, {"latest": 2, "production": 1})


def test_a_label_is_taken_from_a_version(prompts):
    prompts.label("ab", 1, ["production", "staging"])
    assert sorted(prompts.unlabel("ab", 1, "production").labels) == ["latest", "staging"]
    assert prompts.find("ab", label="production") is None


@pytest.mark.parametrize(
    ("name", "version", "label", "status"),
    [("ab", 1, "latest", 400), ("ab", 1, "production", 404), ("ab", 2, "x", 404), ("none", 1, "x", 404)],
)
def test_a_label_that_is_not_there_or_has_to_stay_is_not_taken(prompts, name, version, label, status):
    with pytest.raises(ApiError) as caught:
        prompts.unlabel(name, version, label)
    assert caught.value.status == status


def test_a_label_that_another_prompt_refers_to_stays(prompts):
    prompts.label("ab", 1, ["production"])
    prompts.create(NewPrompt(name="user", prompt="@@@langfusePrompt:name=ab|label=production@@@"))
    with pytest.raises(ApiError, match="dependency not found"):
        prompts.unlabel("ab", 1, "production")
    assert prompts.labels("ab") == {"latest": 1, "production": 1}
