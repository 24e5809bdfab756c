"""The traces of calls: what may be asked of a call, and the index that answers it.

A figure counts calls by when they began, by what they differ in and by how they went. So the traces behind it are those
with one call of which all of that is true; a trace with several is listed once, by the newest or the slowest of them.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.local.store.key_source import TraceKeys
from genai_sdk.local.store.selection import Selection

SORTED = 100_000
"""Among how many of the newest calls the slowest ones are sought."""

Slowest = Literal["latency", "first_token"]
"""What calls may be ordered by, the slowest first."""

_TOOK = {"latency": "max(call.end - call.start, 0)", "first_token": "call.first_token"}


class CallQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls of models; what is None or empty counts for nothing.

    Attributes:
        failed: Whether only failed ones.
        model: Of this model; '' for calls without one, as with the next ones.
        connection: Over this connection.
        prompt: Linked to this prompt.
        prompt_version: Linked to this version of it.
        environments: From one of these environments.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
        slowest: Order the traces by the latency or the time to the first content of their slowest call; calls that do
            not tell it are left out, and only the newest `SORTED` of the others are looked at.
    """

    failed: bool = False
    model: str | None = None
    connection: str | None = None
    prompt: str | None = None
    prompt_version: int | None = None
    environments: Sequence[str] = ()
    since: int | None = None
    until: int | None = None
    slowest: Slowest | None = None


def source_of_calls(query: CallQuery, place: Cursor | None, *, oldest_first: bool) -> TraceKeys:
    """Return where the traces of some calls come from, those that follow a place.

    With `oldest_first` their order is the other way round.
    """
    if query.slowest is not None:
        return _slowest(query, query.slowest, place, oldest_first=oldest_first)
    chosen = _chosen(query, "call")
    again = _chosen(query, "other", plus="+")
    chosen.add(
        f"""NOT EXISTS (SELECT 1 FROM observations AS other INDEXED BY observations_by_trace {again.where}
            AND other.trace = call.trace AND other.start >= call.start
            AND (other.start, other.key) > (call.start, call.key))""",  # noqa: S608 - our own columns
        *again.values,
    )
    if place is not None:
        chosen.add(f"(call.start, call.key) {'>' if oldest_first else '<'} (?, ?)", place.moment, place.key)
    return TraceKeys(
        rows=f"observations AS call INDEXED BY {_index(query)} {chosen.where}",
        values=chosen.values,
        key="call.trace",
        moment="call.start",
        tie="call.key",
        oldest_first=oldest_first,
    )


def _slowest(query: CallQuery, by: Slowest, place: Cursor | None, *, oldest_first: bool) -> TraceKeys:
    chosen = _chosen(query, "call")
    if by == "first_token":
        chosen.add("call.first_token IS NOT NULL")
    newest = f"""
        SELECT call.trace AS trace, {_TOOK[by]} AS took FROM observations AS call INDEXED BY {_index(query)}
        {chosen.where} ORDER BY call.start DESC LIMIT {SORTED}
    """  # noqa: S608 - our own columns
    follows = Selection()
    if place is not None:
        follows.add(f"(slow.took, slow.trace) {'>' if oldest_first else '<'} (?, ?)", place.moment, place.key)
    return TraceKeys(
        rows=f"(SELECT trace, max(took) AS took FROM ({newest}) GROUP BY trace) AS slow {follows.where}",  # noqa: S608
        values=[*chosen.values, *follows.values],
        key="slow.trace",
        moment="slow.took",
        tie="slow.trace",
        oldest_first=oldest_first,
    )


def _chosen(query: CallQuery, table: str, *, plus: str = "") -> Selection:
    chosen = Selection().add(f"{table}.is_call")
    if query.failed:
        chosen.add(f"{table}.level = 'ERROR'")
    for column, value in (("model", query.model), ("connection", query.connection), ("prompt_name", query.prompt)):
        chosen.equal(f"{plus}ifnull({table}.{column}, '')", value)
    chosen.equal(f"{plus}ifnull({table}.prompt_version, 0)", query.prompt_version)
    chosen.among(f"+{table}.environment", query.environments)
    return chosen.since(f"{plus}{table}.start", query.since).until(f"{plus}{table}.start", query.until)


def _index(query: CallQuery) -> str:
    """Return the index of the condition that is likely to be the rarest; calls without something are many."""
    groups = {
        "calls_by_prompt": query.prompt,
        "calls_by_model": query.model,
        "calls_by_connection": query.connection,
    }
    conditions = [name for name, value in groups.items() if value] or [
        name for name, value in groups.items() if value == ""
    ]
    return conditions[0] if conditions else "calls_failed" if query.failed else "observations_by_start"
