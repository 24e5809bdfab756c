"""Observations as lines of text, as Langfuse's page shows a trace."""

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

import msgspec

_MOST_PLACES = 15  # of dollars; a double has no more digits


class Drawable(Protocol):
    """What is drawn of an observation; `Observation` and `ObservationRow` have it."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def parent_id(self) -> str | None: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def seconds(self) -> float: ...  # noqa: D102
    @property
    def model(self) -> str | None: ...  # noqa: D102
    @property
    def usage(self) -> Mapping[str, int]: ...  # noqa: D102
    @property
    def cost(self) -> Mapping[str, float]: ...  # noqa: D102
    @property
    def is_unpriced(self) -> bool: ...  # noqa: D102
    @property
    def prompt(self) -> tuple[str, int] | None: ...  # noqa: D102
    @property
    def level(self) -> str: ...  # noqa: D102
    @property
    def status_message(self) -> str | None: ...  # noqa: D102


class ObservationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An observation that was read from Langfuse's API, as far as it is drawn."""

    id: str
    parent_id: str | None
    type: str
    title: str
    seconds: float
    model: str | None
    usage: Mapping[str, int]
    cost: Mapping[str, float]
    is_unpriced: bool = False
    prompt: tuple[str, int] | None
    level: str
    status_message: str | None


def draw(
    head: str,
    observations: Sequence[Drawable],
    *,
    width: int | None = None,
    failed: Callable[[str], str] = str,
) -> str:
    """Return observations as a tree below a line that speaks for all of them.

    checkout-assistant · 1.50 s · $0.000004 · user-7
    └─ GENERATION test_prompt · 1.50 s · gemini-2.5-flash · 16 → 3 tokens · $0.000004 · test_prompt v2
       ├─ SPAN attempt 1 gemini_seoul/gemini-2.5-flash · 300 ms · ERROR 503 Service Unavailable
       └─ SPAN attempt 2 gemini_usa/gemini-2.5-flash · 1.10 s

    Args:
        head: The first line.
        observations: What is drawn, in the order they began.
        width: The columns that a line may take; longer ones are folded. None for any number.
        failed: Paints the text of what failed.
    """
    return "\n".join([head, *_lines(observations, width, failed)])


def _lines(observations: Sequence[Drawable], width: int | None, failed: Callable[[str], str]) -> Iterator[str]:
    ids = {each.id for each in observations}
    children: dict[str | None, list[Drawable]] = {}
    for each in observations:
        children.setdefault(each.parent_id if each.parent_id in ids else None, []).append(each)
    # A stack and not recursion: a trace may be as deep as it has spans. Each parent's children are drawn once, so that
    # spans that are below themselves end somewhere.
    waiting = _last_first(children.pop(None, []), "")
    while waiting or children:
        if not waiting:
            waiting = _last_first(children.pop(next(iter(children))), "")
        indent, is_last, each = waiting.pop()
        below = indent + ("   " if is_last else "│  ")
        inner = children.pop(each.id, [])
        edge, margin = f"{indent}{'└' if is_last else '├'}─ ", below + ("│  " if inner else "   ")
        for part in _folded(_describe(each), width, len(margin)):
            yield edge + (failed(part) if each.level == "ERROR" else part)
            edge = margin
        waiting += _last_first(inner, below)


def _last_first(siblings: Sequence[Drawable], indent: str) -> list[tuple[str, bool, Drawable]]:
    return [(indent, each is siblings[-1], each) for each in reversed(siblings)]


def _folded(text: str, width: int | None, margin: int) -> list[str]:
    return textwrap.wrap(text, max(20, width - margin), break_on_hyphens=False) if width else [text]


def _describe(each: Drawable) -> str:
    return line(
        f"{each.type} {each.title}",
        clock(each.seconds),
        each.model,
        _tokens(each),
        _cost(each),
        f"{each.prompt[0]} v{each.prompt[1]}" if each.prompt is not None else None,
        None if each.level == "DEFAULT" else f"{each.level} {each.status_message or ''}".strip(),
    )


def _tokens(each: Drawable) -> str | None:
    if not each.usage:
        return None
    counts = [sum(n for name, n in each.usage.items() if name.startswith(side)) for side in ("input", "output")]
    return f"{counts[0]} → {counts[1]} tokens"


def _cost(each: Drawable) -> str | None:
    if each.is_unpriced:
        return "cost unknown"
    return dollars(each.cost.get("total", sum(each.cost.values()))) if each.cost else None


def dollars(amount: float) -> str:
    """Return an amount in US dollars, without zeros at its end."""
    return f"${amount:.{places(amount)}f}".rstrip("0").rstrip(".")


def places(amount: float) -> int:
    """Return how many decimal places an amount needs: six, and where it is small as many as show three digits of it."""
    return min(_MOST_PLACES, max(6, 2 - math.floor(math.log10(abs(amount))))) if amount else 6


def clock(seconds: float) -> str:
    """Return a length of time, readable also where it is short."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def line(*parts: str | None) -> str:
    """Join what there is by dots."""
    return " · ".join(part for part in parts if part)
