"""Which recording a call comes nearest to, and in what it differs. Pure."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from genai_sdk.testing.cassettes.document import layout

_MOST = 60
"""Lines of a difference that are shown."""


def nearest(asked: Mapping[str, Any], recorded: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the recorded request that a call is most like: of its operation first, then by its lines."""
    lines = layout(asked).splitlines()
    matcher = difflib.SequenceMatcher(b=lines, autojunk=False)

    def likeness(other: Mapping[str, Any]) -> tuple[bool, float, float]:
        matcher.set_seq1(layout(other).splitlines())
        words = difflib.SequenceMatcher(None, layout(other)[:2_000], layout(asked)[:2_000], autojunk=False)
        return (other.get("operation") == asked.get("operation"), matcher.ratio(), words.quick_ratio())

    return max(recorded, key=likeness, default=None)


def difference(recorded: Mapping[str, Any], asked: Mapping[str, Any]) -> str:
    """Return in which lines a call differs from a recorded one, as `diff -u` would show it."""
    old, new = (layout(each).splitlines() for each in (recorded, asked))
    lines = list(difflib.unified_diff(old, new, "recorded", "asked", n=2, lineterm=""))
    left = len(lines) - _MOST
    return "\n".join([*lines[:_MOST], *([f"… and {left} lines more"] if left > 0 else [])])
