"""Observations as lines of text, as Langfuse's page shows a trace."""

from collections.abc import Iterator, Sequence

from genai_sdk.langfuse.observation import Observation


def draw(head: str, observations: Sequence[Observation]) -> str:
    """Return observations as a tree below a line that speaks for all of them.

    checkout-assistant · 1.50 s · $0.000004 · user-7
    └─ GENERATION completion · 1.50 s · gpt-4o-mini · 16 → 3 tokens · $0.000004 · test_prompt v2
       ├─ SPAN attempt 1 gemini_seoul · 0.30 s · ERROR 503 Service Unavailable
       └─ SPAN attempt 2 gemini_usa · 1.10 s
    """
    return "\n".join([head, *_lines(observations)])


def _lines(observations: Sequence[Observation]) -> Iterator[str]:
    ids = {each.id for each in observations}
    children: dict[str | None, list[Observation]] = {}
    for each in observations:
        children.setdefault(each.parent_id if each.parent_id in ids else None, []).append(each)
    # A stack and not recursion: a trace may be as deep as it has spans. Each parent's children are drawn once, so that
    # spans that are below themselves end somewhere.
    waiting = _last_first(children.pop(None, []), "")
    while waiting or children:
        if not waiting:
            waiting = _last_first(children.pop(next(iter(children))), "")
        indent, is_last, each = waiting.pop()
        yield f"{indent}{'└' if is_last else '├'}─ {_describe(each)}"
        waiting += _last_first(children.pop(each.id, []), indent + ("   " if is_last else "│  "))


def _last_first(siblings: Sequence[Observation], indent: str) -> list[tuple[str, bool, Observation]]:
    return [(indent, each is siblings[-1], each) for each in reversed(siblings)]


def _describe(each: Observation) -> str:
    return line(
        f"{each.type} {each.name}",
        f"{each.seconds:.2f} s",
        each.model,
        _tokens(each),
        dollars(each.cost.get("total", sum(each.cost.values()))) if each.cost else None,
        f"{each.prompt[0]} v{each.prompt[1]}" if each.prompt is not None else None,
        None if each.level == "DEFAULT" else f"{each.level} {each.status_message or ''}".strip(),
    )


def _tokens(each: Observation) -> str | None:
    if not each.usage:
        return None
    counts = [sum(n for name, n in each.usage.items() if name.startswith(side)) for side in ("input", "output")]
    return f"{counts[0]} → {counts[1]} tokens"


def dollars(amount: float) -> str:
    """Return an amount in US dollars, with six places at the most."""
    return f"${amount:.6f}".rstrip("0").rstrip(".")


def line(*parts: str | None) -> str:
    """Join what there is by dots."""
    return " · ".join(part for part in parts if part)
