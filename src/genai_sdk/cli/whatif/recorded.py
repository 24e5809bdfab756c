"""Recorded calls as a run over them needs them, read from Langfuse's rows. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from genai_sdk.cli.recorded_usage import usage_of
from genai_sdk.tracing.ledger import LedgerRow, read_ledger

EXPANDED = ("ledger", "requested_model")
"""The metadata that are read, which a server may cut."""


class RecordedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call as it was recorded.

    Attributes:
        at: When it began, in seconds since 1970.
        model: What was asked for: a model's name, an alias, or `connection/model`.
        name: What its observation is called.
        streamed: Whether it was a stream: then seconds count until its first content.
        attempts: Those that were made.
        lost: Whether it raised.
        seconds: What its attempts and the waits between them took.
        cost: US dollars, or None where that is not known.
        usage: Its tokens, as a completion has them; None where none are known.
        parameters: The parameters it was made with.
    """

    at: float
    model: str
    name: str
    streamed: bool
    attempts: tuple[LedgerRow, ...]
    lost: bool
    seconds: float
    cost: float | None
    usage: Mapping[str, Any] | None
    parameters: Mapping[str, Any]


def read_calls(rows: Iterable[Mapping[str, Any]], connections: Collection[str]) -> tuple[list[RecordedCall], int]:
    """Return the calls of rows in the order they began, and how many rows are of calls without an outcome on record.

    Those are of other programs, of calls that failed before they were sent, or of calls that their callers ended.

    Args:
        rows: The observations.
        connections: The names of the project's connections.
    """
    calls: list[RecordedCall] = []
    without = 0
    for row in rows:
        call = _call(row, connections)
        if call is None:
            without += 1
        else:
            calls.append(call)
    return sorted(calls, key=lambda call: call.at), without


def _call(row: Mapping[str, Any], connections: Collection[str]) -> RecordedCall | None:
    metadata = row.get("metadata") if isinstance(row.get("metadata"), Mapping) else {}
    assert metadata is not None, "it is a mapping"
    names = {*connections, str(metadata.get("connection") or "")} - {""}
    attempts = tuple(read_ledger(str(metadata.get("ledger") or ""), names))
    lost = row.get("level") == "ERROR"
    if not attempts or not (lost or any(each.reason == "ok" for each in attempts)):
        return None
    began = datetime.fromisoformat(row["startTime"])
    seconds = sum(each.latency + each.waited for each in attempts)
    streamed = bool(row.get("completionStartTime"))
    if any(each.hedged for each in attempts):  # they overlapped
        end = row.get("completionStartTime") or row.get("endTime")
        seconds = seconds if not end else (datetime.fromisoformat(end) - began).total_seconds()
    usage = usage_of(row.get("usageDetails") or {})
    parameters = row.get("modelParameters")
    return RecordedCall(
        at=began.timestamp(),
        model=str(metadata.get("requested_model") or row.get("model") or row.get("providedModelName") or ""),
        name=row.get("traceName") or row.get("name") or "",
        streamed=streamed,
        attempts=attempts,
        lost=lost,
        seconds=seconds,
        cost=_cost(row, metadata),
        usage=None if usage is None else usage.model_dump(exclude_none=True),
        parameters=parameters if isinstance(parameters, Mapping) else {},
    )


def _cost(row: Mapping[str, Any], metadata: Mapping[str, Any]) -> float | None:
    if metadata.get("cost") == "unknown" or not row.get("costDetails"):
        return None
    cost = row.get("totalCost")
    return cost if cost is not None else row.get("calculatedTotalCost")
