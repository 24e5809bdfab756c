"""What stands in the form of a prompt, and what becomes of it."""

import json
from datetime import UTC, datetime

import pytest

from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.local.ui.draft import Draft, DraftLine, draft_of, read_draft
from genai_sdk.local.ui.marked import pieces_of
from genai_sdk.local.ui.snippet import snippet


def version(prompt, **more):
    moment = datetime.now(UTC)
    kind = "text" if isinstance(prompt, str) else "chat"
    facts = {"labels": ["latest"], "tags": [], "config": {}, "commit_message": None, **more}
    return PromptVersion(
        id="1", name="n", version=3, type=kind, prompt=prompt, created_at=moment, updated_at=moment, **facts
    )


ODD = [
    {"role": "system", "content": "One"},
    {"type": "placeholder", "name": "history"},
    {"role": "user", "content": [{"type": "text", "text": "Look"}]},
    {"role": "tool", "content": "x", "tool_call_id": "1"},
    {"role": "assistant", "content": None, "tool_calls": []},
]


def test_a_version_that_is_edited_and_saved_unchanged_stays_as_it_was():
    new, faults = draft_of(version(ODD, config={"a": [1.5, None, "é"]}, tags=["x"]), "me").read()
    assert faults == {}
    assert (new.prompt, new.config, new.tags) == (ODD, {"a": [1.5, None, "é"]}, ["x"])


@pytest.mark.parametrize(
    ("action", "left"),
    [
        ("up:1", "bac"),
        ("up:0", "abc"),
        ("down:0", "bac"),
        ("down:2", "abc"),
        ("remove:1", "ac"),
        ("remove:9", "abc"),
        ("remove:-1", "abc"),
        ("remove:", "abc"),
        ("nonsense", "abc"),
        ("add:message", "abc "),
        ("add:placeholder", "abc "),
        ("add:else", "abc"),
    ],
)
def test_a_button_changes_the_rows_of_a_copy(action, left):
    draft = Draft(lines=[DraftLine("message", "user", letter) for letter in "abc"])
    assert "".join(line.content or " " for line in draft.after(action).lines) == left
    assert "".join(line.content for line in draft.lines) == "abc"


def test_a_message_without_a_text_is_left_out_and_the_others_stay_in_order():
    lines = [
        DraftLine("message", "system", ""),
        DraftLine("placeholder", "", "past"),
        DraftLine("message", "user", "\n "),
        DraftLine("message", "user", "x"),
    ]
    draft = Draft(name="n", lines=lines)
    new, faults = draft.read()
    assert faults == {}
    assert new.prompt == draft.content == [{"type": "placeholder", "name": "past"}, {"role": "user", "content": "x"}]


def test_what_is_wrong_is_told_by_its_row_though_one_before_it_is_left_out():
    lines = [DraftLine("message", "system", ""), DraftLine("placeholder", "", " "), DraftLine("json", "", "[")]
    _, faults = Draft(name="n", lines=lines).read()
    assert set(faults) == {"lines.1", "lines.2"}


def test_a_text_that_becomes_a_chat_is_its_first_message():
    changed = Draft(type="text", text="Hello").after("type:chat")
    assert (changed.type, changed.lines) == ("chat", [DraftLine("message", "user", "Hello")])
    assert changed.after("type:text").text == "Hello"


def test_the_rows_of_a_form_are_read_in_their_order():
    form = {
        "kind": ["message", "placeholder", "bad"],
        "role": ["user", "", ""],
        "content": ["a", "b", "c"],
        "sample:x": ["1"],
    }
    draft = read_draft(form)
    assert draft.lines == [
        DraftLine("message", "user", "a"),
        DraftLine("placeholder", "", "b"),
        DraftLine("message", "", "c"),
    ]
    assert draft.samples == {"x": "1"}


@pytest.mark.parametrize(
    ("draft", "field", "key"),
    [
        ({"config": '{"a": NaN}'}, "config", "fault_json"),
        ({"config": "{"}, "config", "fault_json"),
        ({"config": "[" * 100_000}, "config", "fault_json_other"),
        ({"lines": [DraftLine("placeholder", "", " ")]}, "lines.0", "fault_placeholder"),
        ({"lines": [DraftLine(), DraftLine("json", "", "[1]")]}, "lines.1", "fault_json_other"),
        ({"lines": []}, "prompt", "fault_no_message"),
        (
            {"lines": [DraftLine("message", "system", ""), DraftLine("message", "user", " ")]},
            "prompt",
            "fault_no_message",
        ),
        ({"type": "text", "text": " \n"}, "prompt", "fault_empty"),
        ({"name": " "}, "name", "fault_name_empty"),
        ({"name": "new"}, "name", "fault_name_reserved"),
        ({"name": "a//b"}, "name", "fault_name_slash"),
        ({"labels": "ok, NOT"}, "labels", "fault_label"),
        ({"message": "x" * 501}, "message", "fault_message_long"),
    ],
)
def test_what_is_wrong_is_told_by_its_field(draft, field, key):
    new, faults = Draft(**{"name": "n", "lines": [DraftLine("message", "user", "x")], **draft}).read()
    assert new is None
    assert {name: fault.key for name, fault in faults.items()} == {field: f"prompts.{key}"}


def test_everything_that_is_wrong_is_told_at_once():
    _, faults = Draft(name="|", type="text", text="x", config="?", labels="A", message="x" * 501).read()
    assert set(faults) == {"name", "config", "labels", "message"}


def test_the_place_of_a_mistake_in_the_config_is_told():
    _, faults = Draft(name="n", type="text", text="x", config='{\n  "a" 1\n}').read()
    assert (faults["config"].values["line"], faults["config"].values["column"]) == (2, 7)


def test_variables_and_references_are_marked_and_nothing_is_lost():
    text = "a {{x}} {{#if y}} @@@langfusePrompt:name=p/q|version=2@@@ z"
    pieces = pieces_of(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.kind == "variable"] == ["{{x}}"]
    assert [dict(piece.target) for piece in pieces if piece.kind == "reference"] == [{"name": "p/q", "version": "2"}]


@pytest.mark.parametrize(
    ("labels", "asked"),
    [(["production"], 'prompt="n"'), (["latest", "b", "a"], 'label="a"'), (["latest"], "version=3")],
)
def test_the_code_asks_for_the_version_by_the_best_name_that_it_has(labels, asked):
    code = snippet(version("Hi", labels=labels), "Hi")
    compile(code, "code", "exec")
    assert asked in code
    assert 'completion(model="gpt-6-luna", prompt=' in code


@pytest.mark.parametrize("labels", [["production"], ["latest"]])
def test_the_code_leaves_the_model_to_a_config_that_has_one(labels):
    code = snippet(version("Hi {{you}}", labels=labels, config={"model": "m"}), "Hi {{you}}")
    compile(code, "code", "exec")
    assert "model=" not in code
    assert '"you": "...",' in code


def test_the_code_is_python_whatever_the_names_are():
    prompt = [{"role": "user", "content": "{{a b}} {{한글}}"}, {"type": "placeholder", "name": 'q"\n\\'}]
    code = snippet(version(prompt, config=json.loads('["model"]')), prompt)
    compile(code, "code", "exec")
    assert '"한글": "...",' in code
