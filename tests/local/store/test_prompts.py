"""Prompts at rest: every version, labels that move, tags that are shared."""

from typing import Any

import pytest

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.local.store import Store


def _write(store: Store, name: str = "p", text: Any = "hi", **facts: Any) -> int:
    return store.prompts.create(NewPrompt(name=name, prompt=text, **facts)).version


def test_versions_are_counted_and_the_newest_is_latest(store: Store) -> None:
    assert [_write(store), _write(store), _write(store, "q")] == [1, 2, 1]
    assert [each.labels for each in store.prompts.versions("p")] == [[], ["latest"]]
    found = store.prompts.find("p", label="latest")
    assert found is not None
    assert found.version == 2


def test_a_label_moves_from_the_version_that_had_it(store: Store) -> None:
    _write(store, labels=["production"])
    _write(store)
    store.prompts.label("p", 2, ["production", "staging"])
    assert [sorted(each.labels) for each in store.prompts.versions("p")] == [[], ["latest", "production", "staging"]]


def test_tags_are_those_of_the_last_version_that_named_any(store: Store) -> None:
    _write(store, tags=["a", "a", "b"])
    _write(store)
    assert [each.tags for each in store.prompts.versions("p")] == [["a", "b"]] * 2
    _write(store, tags=[])
    assert [each.tags for each in store.prompts.versions("p")] == [[]] * 3


def test_a_prompt_that_is_refused_leaves_nothing(store: Store) -> None:
    _write(store)
    with pytest.raises(ApiError, match="different prompt type"):
        _write(store, text=[{"role": "user", "content": "hi"}], type="chat", tags=["new"])
    with pytest.raises(ApiError):
        _write(store, text="@@@langfusePrompt:name=nowhere|label=production@@@", tags=["new"])
    (only,) = store.prompts.versions("p")
    assert (only.tags, only.labels) == ([], ["latest"])


def test_the_newest_that_is_left_becomes_latest(store: Store) -> None:
    _write(store, labels=["production"])
    _write(store)
    assert store.prompts.delete("p", version=2) == 1
    assert [sorted(each.labels) for each in store.prompts.versions("p")] == [["latest", "production"]]
    assert _write(store) == 2


def test_what_another_prompt_refers_to_cannot_be_deleted(store: Store) -> None:
    _write(store, "part", labels=["production"])
    _write(store, "whole", "@@@langfusePrompt:name=part|label=production@@@!")
    with pytest.raises(ApiError):
        store.prompts.delete("part")
    assert store.prompts.versions("part")
    found = store.prompts.composed("whole", version=1)
    assert found is not None
    assert found[1].prompt == "hi!"


def test_prompts_are_listed_by_name_with_the_versions_that_fit(store: Store) -> None:
    _write(store, "b", tags=["x"], labels=["production"])
    _write(store, "b")
    _write(store, "a")
    pages = [store.prompts.page(1, offset) for offset in range(3)]
    assert [([each.name for each in rows[0]] if rows else [], total) for rows, total in pages] == [
        (["a"], 2),
        (["b", "b"], 2),
        ([], 2),
    ]
    by_label, total = store.prompts.page(10, 0, label="production")
    assert ([each.version for each in by_label[0]], total) == ([1], 1)
    assert store.prompts.page(10, 0, tag="x")[1] == 1
    assert store.prompts.page(10, 0, name="' OR 1=1 --")[1] == 0
