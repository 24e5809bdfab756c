"""What came of a call, in words that mean the same on both sides. Pure."""

from collections.abc import Sequence

import msgspec

LONG = 2.0
"""Seconds that make a wait a long one; Router's first backoff is at most 1.25 s, ours 0.5 s."""
NOTICEABLE = 0.05
"""Seconds below which a wait is none."""


class Heard(msgspec.Struct, frozen=True):
    """Something that happened during a call.

    Attributes:
        when: Monotonic seconds.
        what: The provider that was asked, or the wait.
        status: The status that it answered.
    """

    when: float
    what: str
    status: int | None = None


class End(msgspec.Struct, frozen=True):
    """How a call ended for the caller.

    Attributes:
        text: The text that arrived.
        error: The family of the error that was raised, or None.
        status: The status that the error names.
    """

    text: str = ""
    error: str | None = None
    status: int | None = None


def wait(when: float, seconds: float) -> Heard | None:
    """Return a wait as it is told, or None if nobody would notice it."""
    return None if seconds < NOTICEABLE else Heard(when, "long wait" if seconds >= LONG else "wait")


def describe(heard: Sequence[Heard], end: End, whole: Sequence[str]) -> str:
    """Tell a call: who was asked and when it waited, then how it ended.

    A status that no provider answered is left out: an error without one may carry an invention.

    Args:
        heard: What happened, in any order.
        end: How it ended.
        whole: The whole answers that the providers give.
    """
    trail = sorted(heard, key=lambda one: one.when)
    asked = ", ".join(one.what for one in trail) or "nobody"
    answer = _answer(end.text, whole)
    if end.error is None:
        return f"{asked}: {answer}"
    known = end.status is not None and end.status >= 400 and end.status in {one.status for one in trail}
    error = f"error: {end.error} {end.status}" if known else f"error: {end.error}"
    return f"{asked}: {answer}, then {error}" if end.text else f"{asked}: {error}"


def _answer(text: str, whole: Sequence[str]) -> str:
    if text in whole:
        return "answer"
    if not text:
        return "an empty answer"
    if any(answer.startswith(text) for answer in whole):
        return "part of an answer"
    return "two answers spliced" if any(text.endswith(answer) for answer in whole) else f"an odd answer ({text!r})"
