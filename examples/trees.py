"""A trace drawn for a terminal, as Langfuse's page shows it: what failed is red."""

import sys
import textwrap
from collections.abc import Iterator

from genai_sdk.testing.langfuse import Observation, Trace

WIDTH = 100
RED, BOLD = "31", "1"


def painted(text: str, colour: str) -> str:
    """Return text in a colour or weight, where a terminal reads it."""
    return f"\x1b[{colour}m{text}\x1b[0m" if sys.stdout.isatty() else text


def draw(trace: Trace, indent: str = "   ") -> Iterator[str]:
    """Yield the lines of a trace's tree."""
    said = (trace.user_id, trace.session_id, *(f"#{tag}" for tag in trace.tags))
    yield indent + painted(line(f"trace {trace.name}", clock(trace.seconds), *said), BOLD)
    yield from branch(trace, trace.root, indent, last=True)


def branch(trace: Trace, each: Observation, indent: str, *, last: bool) -> Iterator[str]:
    """Yield an observation, why it failed if it did, and its children."""
    below = indent + ("   " if last else "│  ")
    children = trace.children(each)
    margin = below + ("│  " if children else "   ")
    colour = RED if each.level == "ERROR" else None
    rows = folded(describe(each), WIDTH - len(margin))
    if colour is not None:
        rows += folded(each.status_message or "", WIDTH - len(margin))
    for number, part in enumerate(rows):
        edge = margin if number else f"{indent}{'└' if last else '├'}─ "
        yield edge + (part if colour is None else painted(part, colour))
    for child in children:
        yield from branch(trace, child, below, last=child is children[-1])


def describe(each: Observation) -> str:
    """Return what Langfuse shows in an observation's row."""
    read, written = (sum(n for name, n in each.usage.items() if name.startswith(side)) for side in ("input", "output"))
    waited = each.metadata.get("waited")
    return line(
        f"{each.type} {each.name}",
        clock(each.seconds),
        f"waited {waited} s before" if waited else None,
        each.model,
        f"{read} → {written} tokens" if each.usage else None,
        f"${each.cost['total']:.6f}" if each.cost else None,
        f"prompt {each.prompt[0]} v{each.prompt[1]}" if each.prompt else None,
        None if each.level == "DEFAULT" else each.level,
    )


def folded(text: str, width: int = WIDTH, margin: str = "") -> list[str]:
    """Break text where it is too long for a line; what follows is indented by `margin`."""
    return textwrap.wrap(text, width, subsequent_indent=margin, break_on_hyphens=False, break_long_words=False)


def clock(seconds: float) -> str:
    """Return a length of time, readable also where it is short."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def line(*parts: str | None) -> str:
    """Join what there is."""
    return " · ".join(part for part in parts if part)
