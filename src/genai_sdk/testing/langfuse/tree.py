"""A trace as lines of text, as Langfuse's page shows it."""

from collections.abc import Iterator

from genai_sdk.testing.langfuse.observations import Observation, Trace


def draw(trace: Trace) -> str:
    """Return a trace as a tree of its observations.

    checkout-assistant · 1.50 s · $0.000004 · user-7
    └─ GENERATION completion · 1.50 s · gpt-4o-mini · 16 → 3 tokens · $0.000004 · test_prompt v2
       ├─ SPAN attempt 1 gemini_seoul · 0.30 s · ERROR 503 Service Unavailable
       └─ SPAN attempt 2 gemini_usa · 1.10 s
    """
    cost = _dollars(trace.cost) if trace.cost else None
    head = _line(trace.name, f"{trace.seconds:.2f} s", cost, trace.user_id, trace.session_id, *trace.tags)
    ids = {each.id for each in trace.observations}
    roots = [each for each in trace.observations if each.parent_id not in ids]
    return "\n".join([head, *_below(trace, roots, "")])


def _below(trace: Trace, siblings: "list[Observation]", indent: str) -> Iterator[str]:
    for each in siblings:
        last = each is siblings[-1]
        yield f"{indent}{'└' if last else '├'}─ {_describe(each)}"
        yield from _below(trace, list(trace.children(each)), indent + ("   " if last else "│  "))


def _describe(each: Observation) -> str:
    return _line(
        f"{each.type} {each.name}",
        f"{each.seconds:.2f} s",
        each.model,
        _tokens(each),
        _dollars(each.cost.get("total", sum(each.cost.values()))) if each.cost else None,
        f"{each.prompt[0]} v{each.prompt[1]}" if each.prompt is not None else None,
        None if each.level == "DEFAULT" else f"{each.level} {each.status_message or ''}".strip(),
    )


def _tokens(each: Observation) -> str | None:
    if not each.usage:
        return None
    counts = [sum(n for name, n in each.usage.items() if name.startswith(side)) for side in ("input", "output")]
    return f"{counts[0]} → {counts[1]} tokens"


def _dollars(amount: float) -> str:
    return f"${amount:.6f}".rstrip("0").rstrip(".")


def _line(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)
