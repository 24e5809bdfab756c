"""Which traces: what may be asked, and the index that answers it.

SQLite knows nothing of how rare a name or a user is, and of two conditions may choose the index of the common one. So
the choice is made here: the kind of condition that is usually the rarest drives, unless it is known that another one is
rarer, and a plus keeps SQLite from the indexes of the others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from genai_sdk.langfuse.api import queries
from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.local.store.call_query import CallQuery, source_of_calls
from genai_sdk.local.store.key_source import TraceKeys
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.summary import version_facet

LOOKED_AT = 100_000
"""How many of the newest traces a search for a name looks at, or one for anything beside what is asked of calls."""

READ_THROUGH = 5_000
"""How many of the newest traces a search for content reads."""


class TraceQuery(queries.TraceQuery, frozen=True, kw_only=True):
    """Which traces, with all that the pages ask for beside what the API does.

    Attributes:
        model: With a call of this model.
        connection: With a call or an attempt over this connection.
        prompt: With a call linked to this prompt.
        prompt_version: With a call linked to this version of the prompt.
        status: `ok`, `recovered` (something failed, but not the whole), `cancelled` or `failed`.
        text: With this text in id, name, user or session, letters of either case; among the newest `LOOKED_AT`.
        content: With this text in what was sent or answered; among the newest `READ_THROUGH`.
        calls: With such a call; the traces then stand in the order of these calls, and of those with any other
            condition the newest `LOOKED_AT` are looked at.
    """

    model: str | None = None
    connection: str | None = None
    prompt: str | None = None
    prompt_version: int | None = None
    status: str | None = None
    text: str | None = None
    content: str | None = None
    calls: CallQuery | None = None

    @classmethod
    def of(cls, query: queries.TraceQuery) -> "TraceQuery":
        """Return a query of the API's as one of the store's."""
        return query if isinstance(query, cls) else cls(**msgspec.structs.asdict(query))


class Condition(NamedTuple):
    """A condition that an index answers: the table that has it, its column there or its kind of facet, and a value."""

    table: str
    name: str
    value: str


FACETS = "trace_facets"
"""The table of conditions that a trace may fit with several values."""


def conditions_of(query: TraceQuery) -> list[Condition]:
    """Return the conditions of a query that can drive it, the usual one first; where calls are asked for, they do."""
    if query.calls is not None:
        return []
    facets = [Condition(FACETS, *facet) for facet in _facets(query)]
    columns = [Condition("traces", name, *values) for name, values in _columns(query) if _indexed(name, values)]
    rare = [each for each in columns if each.name in _RARE]
    return [*rare, *facets, *columns[len(rare) :]]


def source_of(query: TraceQuery, place: Cursor | None = None, first: Condition | None = None) -> TraceKeys:
    """Return where the traces of a query come from, those that follow a place.

    Args:
        query: Which traces.
        place: What they follow, or None.
        first: The condition that drives, one of `conditions_of`; None for the usual one.
    """
    if query.calls is not None:
        return _searched(query, source_of_calls(query.calls, place, oldest_first=query.oldest_first), _beside(query))
    facets, columns, drives = _ordered(query, first)
    moment, key = ("facet.start", "facet.trace") if drives else ("traces.start", "traces.key")
    chosen = Selection()
    if drives:
        chosen.add("facet.kind = ? AND facet.value = ?", *facets.pop(0))
    for number, (column, values) in enumerate(columns):
        plus = "+" if drives or number or len(values) > 1 else ""
        chosen.among(f"{plus}traces.{column}", values)
    for facet in facets:
        chosen.add(
            f"EXISTS (SELECT 1 FROM trace_facets WHERE kind = ? AND value = ? AND start = {moment} AND trace = {key})",  # noqa: S608
            *facet,
        )
    chosen.since(moment, query.since).until(moment, query.until)
    if place is not None:
        chosen.add(f"({moment}, {key}) {'>' if query.oldest_first else '<'} (?, ?)", place.moment, place.key)
    tables = "trace_facets AS facet" if drives else "traces"
    if drives and columns:
        tables += " CROSS JOIN traces ON traces.key = facet.trace"
    source = TraceKeys(
        rows=f"{tables} {chosen.where}",
        values=chosen.values,
        key=key,
        moment=moment,
        tie=key,
        oldest_first=query.oldest_first,
    )
    return _searched(query, source, Selection())


def _beside(query: TraceQuery) -> Selection:
    """Return what is asked of the traces beside what is asked of their calls."""
    chosen = Selection().since("traces.start", query.since).until("traces.start", query.until)
    for column, values in _columns(query):
        chosen.among(f"+traces.{column}", values)
    for facet in _facets(query):
        chosen.add(
            """
            EXISTS (SELECT 1 FROM trace_facets
                WHERE kind = ? AND value = ? AND start = traces.start AND trace = traces.key)
            """,
            *facet,
        )
    return chosen


def _searched(query: TraceQuery, source: TraceKeys, sought: Selection) -> TraceKeys:
    """Return only those with what is sought: of the first so many, or all would be read for what is rare."""
    if query.text is None and query.content is None and not sought.where:
        return source
    most = LOOKED_AT if query.content is None else READ_THROUGH
    inner = f"""
        SELECT {source.key} AS key, {source.moment} AS moment, {source.tie} AS tie FROM {source.rows}
        ORDER BY {source.order} LIMIT {most}
    """  # noqa: S608 - our own columns
    if query.text is not None:
        like = "%" + query.text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        among = (f"traces.{column} LIKE ? ESCAPE '\\'" for column in ("id", "name", "user_id", "session_id"))
        sought.add(f"({' OR '.join(among)})", like, like, like, like)
    if query.content is not None:
        sought.add(
            """
            EXISTS (SELECT 1 FROM observations JOIN spans ON spans.key = observations.key
                WHERE observations.trace = looked.key AND instr(spans.body, ?))
            """,
            in_body(query.content),
        )
    return TraceKeys(
        rows=f"({inner}) AS looked CROSS JOIN traces ON traces.key = looked.key {sought.where}",
        values=[*source.values, *sought.values],
        key="looked.key",
        moment="looked.moment",
        tie="looked.tie",
        oldest_first=query.oldest_first,
    )


def in_body(text: str) -> bytes:
    """Return a text as it stands in a span's body: JSON, without its quotes."""
    return msgspec.json.encode(text)[1:-1]


def _ordered(
    query: TraceQuery, first: Condition | None
) -> tuple[list[tuple[str, str]], list[tuple[str, Sequence[str]]], bool]:
    """Return facets and columns, each with the one that may drive before the others, and whether the facet does."""
    facets, columns = _facets(query), _columns(query)
    if first is None:
        return facets, columns, bool(facets) and (not columns or columns[0][0] not in _RARE)
    facets.sort(key=lambda facet: facet != first[1:])
    columns.sort(key=lambda column: column[0] != first.name)
    return facets, columns, first.table == FACETS


def _indexed(name: str, values: Sequence[str]) -> bool:
    """Whether an index gives the traces of a condition on a column in their order."""
    return name != "version" and len(values) == 1


_RARE = ("session_id", "user_id")


def _columns(query: TraceQuery) -> list[tuple[str, Sequence[str]]]:
    """Return conditions on columns, the one whose index is to be used first."""
    conditions: list[tuple[str, Sequence[str]]] = [
        ("session_id", [query.session_id] if query.session_id is not None else []),
        ("user_id", [query.user_id] if query.user_id is not None else []),
        ("name", [query.name] if query.name is not None else []),
        ("status", [query.status] if query.status is not None else []),
        ("release", [query.release] if query.release is not None else []),
        ("environment", list(dict.fromkeys(query.environments))),
        ("version", [query.version] if query.version is not None else []),
    ]
    return [(column, values) for column, values in conditions if values]


def _facets(query: TraceQuery) -> list[tuple[str, str]]:
    """Return conditions on facets, the rarest kind first."""
    facets: list[tuple[str, str]] = []
    if query.prompt is not None:
        number = query.prompt_version
        facets.append(("prompt", query.prompt) if number is None else ("version", version_facet(query.prompt, number)))
    facets += [("tag", tag) for tag in dict.fromkeys(query.tags)]
    facets += [("model", query.model)] if query.model is not None else []
    facets += [("connection", query.connection)] if query.connection is not None else []
    return facets
