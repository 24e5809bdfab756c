"""Langfuse's substitution rule."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.prompts.template import parse_chat, parse_text

BRACES = st.text(st.sampled_from("{} ab\n"), max_size=40)


@pytest.mark.parametrize(
    ("text", "variables", "filled"),
    [
        ("Hello {{ name }}!", {"name": "Kim"}, "Hello Kim!"),
        ("{{a}}{{b}}{{a}}", {"a": 1, "b": None}, "11"),
        ("{{a}}", {"a": "{{b}}", "b": "never"}, "{{b}}"),
        ("{{first name}} {{이름}} {{a.b-c}}", {"first name": "A", "이름": "B", "a.b-c": "C"}, "A B C"),
        ("{{a}} {{b}}", {"a": "x"}, "x {{b}}"),
        ("{{a", {"a": "x"}, "{{a"),
        ("a}}", {"a": "x"}, "a}}"),
        ("{{{a}}}", {"a": "x", "{a": "y"}, "y}"),
        ("", {"a": "x"}, ""),
    ],
)
def test_a_text_is_filled_in_one_pass_without_escaping(text: str, variables: dict[str, Any], filled: str) -> None:
    assert parse_text(text).fill(variables) == filled


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ b }}{{a}}{{b}}", ("b", "a")),
        ("{{이름}} {{first name}} {{x_1}} {{a.b-c}}", ("이름", "first name", "x_1", "a.b-c")),
        ('{{"key": {"a": 1}}} {{}} {{ }} {{#if x}} {{{x}}} {{a\nb}} {{x:y}}', ()),
    ],
)
def test_only_what_looks_like_a_name_is_needed(text: str, names: tuple[str, ...]) -> None:
    assert parse_text(text).names == names


@given(BRACES)
def test_nothing_is_lost_of_any_text(text: str) -> None:
    assert parse_text(text).fill({}) == text


@given(BRACES)
def test_nothing_that_is_given_stays(text: str) -> None:
    template = parse_text(text)
    assert not parse_text(template.fill(dict.fromkeys(template.names, "x"))).names


def test_a_text_of_nothing_but_opening_braces_costs_no_more_than_its_length() -> None:
    text = "{{" * 500_000  # by a pattern this would take hours
    assert parse_text(text).fill({}) == text


def test_messages_keep_their_fields_but_for_langfuses_own() -> None:
    template = parse_chat([{"type": "chatmessage", "role": "system", "content": "{{a}}", "name": "bot"}])
    assert template.fill({"a": 1}) == [{"role": "system", "content": "1", "name": "bot"}]


def test_placeholders_become_messages_which_get_the_variables_too() -> None:
    template = parse_chat([{"type": "placeholder", "name": "h"}, {"role": "user", "content": "{{q}}"}])
    assert (template.names, template.placeholders) == (("h", "q"), ("h",))
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]}
    parts = {"role": "user", "content": [{"type": "text", "text": "{{q}}"}]}
    history = [{"role": "user", "content": "{{q}} {{unknown}}"}, call, parts, {"role": "assistant"}]
    assert template.fill({"h": history, "q": "?"}) == [
        {"role": "user", "content": "? {{unknown}}"},
        call,
        parts,
        {"role": "assistant", "content": ""},
        {"role": "user", "content": "?"},
    ]
    assert history[0]["content"] == "{{q}} {{unknown}}"
