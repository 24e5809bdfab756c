"""Figures in words, the same in the terminal and on the page. Pure."""

from genai_sdk.langfuse.tree import clock, dollars


def dollars_or_unknown(amount: float | None, unknown: str = "unknown") -> str:
    """Return an amount, or that it is not known."""
    return unknown if amount is None else dollars(amount)


def seconds_or_unknown(seconds: float | None, unknown: str = "unknown") -> str:
    """Return a length of time, or that it is not known."""
    return unknown if seconds is None else clock(seconds)


def share(old: float | None, new: float | None) -> str:
    """Return by how much something grew, empty where that cannot be told."""
    return f" ({new / old - 1:+.0%})" if old and new is not None else ""


def score_words(score: float | bool | str) -> str:
    """Return a judge's score."""
    return str(score) if isinstance(score, str | bool) else f"{score:.3g}"
