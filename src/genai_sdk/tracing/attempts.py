"""A call's attempts as Langfuse shows them: a line each in the metadata, observations where one of them failed. Pure.

A row on the page is a row on the bill of Langfuse Cloud, so an attempt that simply succeeded is none.
"""

from collections.abc import Sequence
from typing import Any

from genai_sdk.tracing.capture import Content, Unencoded
from genai_sdk.tracing.content import load
from genai_sdk.tracing.record import AttemptRecord, Kind, Level, ObservationRecord
from genai_sdk.types import CANCELLED, UNSUPPORTED, Attempt

SERVED = "ok"


def children(attempts: Sequence[AttemptRecord]) -> Sequence[AttemptRecord]:
    """Return the attempts that are observations: all that were made, or none."""
    made = [each for each in attempts if each.row.reason != UNSUPPORTED]
    return () if len(made) == 1 and made[0].row.reason == SERVED else made


def ledger(attempts: Sequence[AttemptRecord]) -> str:
    """Return the attempts in a line: `seoul/gpt-6-sol 503 unavailable 0.190s; usa/gpt-6-sol 0.812s`."""
    return "; ".join(_line(each.row) for each in attempts)


def level_of(row: Attempt) -> Level:
    """Return how an attempt went."""
    return "DEFAULT" if row.reason == SERVED else "WARNING" if row.reason == CANCELLED else "ERROR"


def message_of(row: Attempt) -> str | None:
    """Return why an attempt failed, in one line; None if it did not."""
    if row.reason == SERVED:
        return None
    line = row.reason if row.status is None else f"{row.status} {row.reason}"
    is_in_detail = row.reason in row.detail or (row.status is not None and str(row.status) in row.detail)
    return row.detail if is_in_detail else f"{line}: {row.detail}" if row.detail else line


def attempt_input(record: ObservationRecord, row: Attempt) -> dict[str, Any]:
    """Return what was asked of whom; the content stands in the call's own observation and is not said again."""
    assert record.generation is not None, "only calls of models have attempts"
    request = record.generation.request
    facts: dict[str, Any] = {"connection": row.connection, "model": row.model, "operation": request.operation}
    if request.streaming:
        facts["stream"] = True
    return facts | (_counts(record.kind, record.input) if record.input is not None else {})


def attempt_output(row: Attempt) -> dict[str, Any]:
    """Return what came back; of an attempt that served, its content stands in the call's own observation."""
    facts = {"status": row.status, "reason": row.reason, "detail": row.detail or None}
    return {name: item for name, item in facts.items() if item is not None}


def _line(row: Attempt) -> str:
    words = [f"{row.connection}/{row.model}"]
    if row.reason != SERVED:
        words += [row.reason] if row.status is None else [str(row.status), row.reason]
    words += ["hedged"] if row.hedged else []
    if row.parameters is not None and (names := row.parameters.refused or row.parameters.dropped):
        words.append(f"without {', '.join(names)}" if row.parameters.dropped else f"({', '.join(names)})")
    words += [f"after {row.waited:.3f}s"] if row.waited else []
    if row.usage is not None:
        cost = "unknown cost" if row.costs is None else f"${row.costs['total']:.6f}"
        words.append(f"{row.usage.total_tokens} tokens {cost}")
    return " ".join(words if row.reason == UNSUPPORTED else [*words, f"{row.latency:.3f}s"])


_COUNTED = {"embedding": "texts", "guardrail": "texts", "retriever": "documents"}
"""What is counted of a call's input, where that is no conversation."""


def _counts(kind: Kind, content: Content) -> dict[str, int]:
    tree = content.tree if isinstance(content, Unencoded) else load(content)
    tools: Any = ()
    if isinstance(tree, dict):
        tools, tree = tree.get("tools") or (), tree.get("messages", tree.get("documents", tree))
    counts = {_COUNTED.get(kind, "messages"): len(tree) if isinstance(tree, list) else 1}
    return counts | ({"tools": len(tools)} if tools else {})
