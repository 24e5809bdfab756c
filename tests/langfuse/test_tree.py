"""Traces of odd shapes as lines of text."""

import pytest
from tests.langfuse.exports import export, read, show, span

from genai_sdk.langfuse.title import title_of
from genai_sdk.langfuse.trace import Trace


def drawn(*spans: dict[str, object]) -> list[str]:
    seen = read(export(*spans))
    assert show(seen)
    return [line.split(" · ")[0] for line in str(Trace(seen[0].trace_id, tuple(seen))).splitlines()[1:]]


def test_a_trace_may_be_as_deep_as_it_has_spans() -> None:
    lines = drawn(*(span(number, number - 1 or None) for number in range(1, 2001)))
    assert len(lines) == 2000
    assert lines[-1] == "   " * 1999 + "└─ SPAN span 2000"


def test_children_stand_below_their_parent_in_their_order() -> None:
    assert drawn(span(1), span(2, 1), span(3, 2), span(4, 1), span(5)) == [
        "├─ SPAN span 1",
        "│  ├─ SPAN span 2",
        "│  │  └─ SPAN span 3",
        "│  └─ SPAN span 4",
        "└─ SPAN span 5",
    ]


def test_spans_below_themselves_are_drawn_once() -> None:
    assert drawn(span(1, 2), span(2, 1), span(3, 3), span(4, 9)) == [
        "└─ SPAN span 4",
        "└─ SPAN span 1",
        "   └─ SPAN span 2",
        "└─ SPAN span 3",
    ]


@pytest.mark.parametrize(
    ("name", "metadata", "title"),
    [
        ("attempt 3 simulated", {"connection": "simulated", "model": "gpt-4o-mini"}, "attempt 3 simulated/gpt-4o-mini"),
        ("attempt 3 simulated", {"connection": "simulated"}, "attempt 3 simulated"),
        ("attempt 3 simulated", {"connection": "simulated", "model": {"name": "x"}}, "attempt 3 simulated"),
        ("attempt 3 of mine", {"connection": "simulated", "model": "gpt-4o-mini"}, "attempt 3 of mine"),
        ("simulated", {"connection": "simulated", "model": "gpt-4o-mini"}, "simulated"),
    ],
)
def test_an_attempt_says_which_model_it_asked_and_nothing_else_is_renamed(name, metadata, title) -> None:
    assert title_of(name, metadata) == title
