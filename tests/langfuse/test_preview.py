"""Contents in one short line."""

from typing import Any

import pytest

from genai_sdk.langfuse.preview import LONGEST, preview_of

CALL = {"type": "function", "function": {"name": "weather", "arguments": "{}"}}
PARTS = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "x"}}]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, ""),
        ("Hi", "Hi"),
        ("two\n\n  lines\t", "two lines"),
        ("turned \u202e round, \x1b[31mred", "turned round, [31mred"),
        ([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}], "Why?"),
        ([{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}], "A"),
        ([{"role": "assistant", "content": "B"}], "B"),
        ({"role": "assistant", "content": "Because."}, "Because."),
        ({"role": "assistant", "content": None, "tool_calls": [CALL, CALL]}, "weather(…), weather(…)"),
        ([{"role": "user", "content": PARTS}], "What is this? [image_url]"),
        (["a", "b"], "a b"),
        ({"args": ["why?"]}, '{"args":["why?"]}'),
        ({}, ""),
        (7, "7"),
    ],
)
def test_a_preview_is_one_line_of_what_was_asked_or_answered(content: Any, line: str) -> None:
    assert preview_of(content) == line


def test_a_preview_is_short() -> None:
    line = preview_of("word " * 100_000)
    assert len(line) <= LONGEST
    assert line.endswith("…")
