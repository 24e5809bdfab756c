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
    ids = {each.id for each in observations}
    roots = [each for each in observations if each.parent_id not in ids]
    return "\n".join([head, *_below(observations, roots, "")])


def _below(everything: Sequence[Observation], siblings: Sequence[Observation], indent: str) -> Iterator[str]:
    for each in siblings:
        last = each is siblings[-1]
        yield f"{indent}{'└' if last else '├'}─ {_describe(each)}"
        children = [other for other in everything if other.parent_id == each.id]
        yield from _below(everything, children, indent + ("   " if last else "│  "))


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
