"""The fake's prompts beyond what was recorded: versions, labels, lists, and prompts made of prompts."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.testing.langfuse_wire import ask

from genai_sdk.testing import FakeLangfuse

PROMPTS = "/api/public/v2/prompts"


@pytest.fixture
def fake() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as running:
        yield running


def tag(name: str, by: str = "label=production") -> str:
    return f"@@@langfusePrompt:name={name}|{by}@@@"


def create(fake: FakeLangfuse, name: str, prompt: Any, **fields: Any) -> Any:
    kind = "text" if isinstance(prompt, str) else "chat"
    return ask(fake, PROMPTS, {"name": name, "prompt": prompt, "type": kind, "labels": ["production"], **fields})


def test_a_label_belongs_to_one_version(fake: FakeLangfuse) -> None:
    create(fake, "a", "one")
    create(fake, "a", "two", labels=["staging"])
    assert ask(fake, f"{PROMPTS}/a").json["prompt"] == "one"
    assert ask(fake, f"{PROMPTS}/a/versions/2", {"newLabels": ["production"]}, method="PATCH").status == 200
    assert ask(fake, f"{PROMPTS}/a").json["prompt"] == "two"
    assert [version.labels for version in fake.prompts.versions("a")] == [[], ["production", "staging", "latest"]]


@pytest.mark.parametrize(
    ("target", "body", "status"),
    [
        ("a/versions/9", {"newLabels": ["x"]}, 404),
        ("a/versions/1", {"newLabels": "x"}, 400),
        ("a/versions/1", {"newLabels": ["latest"]}, 400),
        ("a/versions/1", [], 400),
    ],
)
def test_labels_of_the_wrong_form_are_refused(fake: FakeLangfuse, target: str, body: Any, status: int) -> None:
    create(fake, "a", "one")
    assert ask(fake, f"{PROMPTS}/{target}", body, method="PATCH").status == status


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"prompt": "x"}, "name"),
        ({"name": "a", "type": "chat", "prompt": "x"}, "prompt"),
        ({"name": "a", "prompt": []}, "prompt"),
        ({"name": "a", "prompt": "x", "labels": "production"}, "labels"),
        ({"name": "a", "prompt": "x", "tags": [1]}, "tags"),
    ],
)
def test_prompts_of_the_wrong_form_are_refused(fake: FakeLangfuse, body: Any, field: str) -> None:
    answer = ask(fake, PROMPTS, body)
    assert (answer.status, answer.json["error"][0]["path"][0]) == (400, field)


def test_a_prompt_keeps_its_type_and_its_tags(fake: FakeLangfuse) -> None:
    create(fake, "a", "one", tags=["x"])
    assert "different prompt type" in create(fake, "a", [{"role": "user", "content": "y"}]).json["message"]
    create(fake, "a", "two")
    assert [version.tags for version in fake.prompts.versions("a")] == [["x"], ["x"]]
    create(fake, "a", "three", tags=[])
    assert [version.tags for version in fake.prompts.versions("a")] == [[], [], []]


def test_versions_must_be_numbers_and_be_there(fake: FakeLangfuse) -> None:
    create(fake, "a", "one")
    assert ask(fake, f"{PROMPTS}/a?version=x").status == 400
    assert ask(fake, f"{PROMPTS}/a?version=2").json["message"] == "Prompt not found: 'a' with version 2"
    fake.prompts.delete("a")
    assert ask(fake, f"{PROMPTS}/a").status == 404


@pytest.mark.parametrize("query", ["page=x", "limit=0"])
def test_pages_that_cannot_be_are_refused(fake: FakeLangfuse, query: str) -> None:
    assert ask(fake, f"{PROMPTS}?{query}").json["message"] == "Invalid request data"


def test_lists_are_filtered_and_come_in_pages(fake: FakeLangfuse) -> None:
    for name, tags in (("a", ["x"]), ("b", []), ("folder/c", ["x"])):
        create(fake, name, "one", tags=tags)
    names = [row["name"] for row in ask(fake, f"{PROMPTS}?tag=x").json["data"]]
    assert names == ["a", "folder/c"]
    assert ask(fake, f"{PROMPTS}?name=folder%2Fc").json["data"][0]["versions"] == [1]
    assert ask(fake, f"{PROMPTS}?label=staging").json["data"] == []
    page = ask(fake, f"{PROMPTS}?limit=2&page=2").json
    assert [row["name"] for row in page["data"]] == ["folder/c"]
    assert page["meta"] == {"page": 2, "limit": 2, "totalItems": 3, "totalPages": 2}


def test_references_are_resolved_in_texts_and_in_messages(fake: FakeLangfuse) -> None:
    create(fake, "base", "Be kind.")
    create(fake, "middle", tag("base") + " Always.")
    create(fake, "chat", [{"role": "system", "content": tag("middle", "version=1")}])
    answer = ask(fake, f"{PROMPTS}/chat").json
    assert answer["prompt"] == [{"role": "system", "content": "Be kind. Always."}]
    assert [row["name"] for rows in answer["resolutionGraph"]["dependencies"].values() for row in rows] == [
        "middle",
        "base",
    ]


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (tag("gone"), "Prompt dependency not found: gone - label production"),
        (tag("base", "version=7"), "Prompt dependency not found: base - version 7"),
        (tag("chat"), "Prompt dependency is not a text prompt: chat - label production"),
        (tag("level5"), "Maximum nesting depth exceeded (5)"),
    ],
)
def test_references_that_lead_nowhere_are_refused(fake: FakeLangfuse, prompt: str, message: str) -> None:
    create(fake, "base", "x")
    create(fake, "chat", [{"role": "user", "content": "x"}])
    create(fake, "level1", "x")
    for level in range(2, 6):
        assert create(fake, f"level{level}", tag(f"level{level - 1}")).status == 201
    answer = create(fake, "fresh", prompt)
    assert (answer.status, answer.json["message"]) == (400, message)
    assert not fake.prompts.versions("fresh")


def test_circles_are_refused(fake: FakeLangfuse) -> None:
    create(fake, "a", "x")
    create(fake, "b", tag("a"))
    assert "Circular dependency" in create(fake, "a", tag("b")).json["message"]


def test_a_reference_to_what_was_deleted_since_is_langfuses_own_error(fake: FakeLangfuse) -> None:
    create(fake, "a", "x")
    create(fake, "b", tag("a"))
    fake.prompts.delete("a")
    answer = ask(fake, f"{PROMPTS}/b")
    assert (answer.status, answer.json["error"]) == (500, "Prompt dependency not found: a - label production")
    assert ask(fake, f"{PROMPTS}/b?resolve=false").json["prompt"] == tag("a")
