"""Which traces: what may be asked, and the index that answers it.

SQLite knows nothing of how rare a name or a user is, and of two conditions may choose the index of the common one. So
the choice is made here: the kind of condition that is usually the rarest drives, unless it is known that another one is
rarer, and a plus keeps SQLite from the indexes of the others.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from genai_sdk.local.store.place import Place
from genai_sdk.local.store.selection import Selection
from genai_sdk.local.store.summary import version_facet

LOOKED_AT = 100_000
"""How many of the newest traces a search for a name looks at."""

READ_THROUGH = 5_000
"""How many of the newest traces a search for content reads."""


class TraceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces; what is None or empty counts for nothing.

    Attributes:
        name: Of this name.
        user_id: Of this user.
        session_id: Of this session.
        release: Of this release.
        version: Of this version.
        tags: With all of these tags.
        environments: From one of these environments.
        model: With a call of this model.
        connection: With a call or an attempt over this connection.
        prompt: With a call linked to this prompt.
        prompt_version: With a call linked to this version of the prompt.
        status: `ok`, `recovered` (something failed, but not the whole) or `failed`.
        text: With this text in id, name, user or session, letters of either case; among the newest `LOOKED_AT`.
        content: With this text in what was sent or answered; among the newest `READ_THROUGH`.
        since: Begun at this moment or later, in nanoseconds since 1970.
        until: Begun before this moment.
        oldest_first: Whether the oldest come first.
    """

    name: str | None = None
    user_id: str | None = None
    session_id: str | None = None
    release: str | None = None
    version: str | None = None
    tags: Sequence[str] = ()
    environments: Sequence[str] = ()
    model: str | None = None
    connection: str | None = None
    prompt: str | None = None
    prompt_version: int | None = None
    status: str | None = None
    text: str | None = None
    content: str | None = None
    since: int | None = None
    until: int | None = None
    oldest_first: bool = False


class Source(msgspec.Struct, frozen=True):
    """Where the keys of the traces asked for come from, and in which order.

    Attributes:
        rows: What follows FROM, with every condition.
        given: The values of its question marks.
        key: The trace's key in it.
        moment: The trace's start in it.
        order: What follows ORDER BY.
    """

    rows: str
    given: Sequence[Any]
    key: str
    moment: str
    order: str


class Condition(NamedTuple):
    """A condition that an index answers: the table that has it, its column there or its kind of facet, and a value."""

    table: str
    name: str
    value: str


FACETS = "trace_facets"
"""The table of conditions that a trace may fit with several values."""


def conditions_of(query: TraceQuery) -> list[Condition]:
    """Return the conditions of a query that can drive it, the usual one first."""
    facets = [Condition(FACETS, *facet) for facet in _facets(query)]
    columns = [Condition("traces", name, *values) for name, values in _columns(query) if _indexed(name, values)]
    rare = [each for each in columns if each.name in _RARE]
    return [*rare, *facets, *columns[len(rare) :]]


def source_of(query: TraceQuery, place: Place | None = None, first: Condition | None = None) -> Source:
    """Return where the traces of a query come from, those that follow a place.

    Args:
        query: Which traces.
        place: What they follow, or None.
        first: The condition that drives, one of `conditions_of`; None for the usual one.
    """
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
    direction = "" if query.oldest_first else " DESC"
    source = Source(
        rows=f"{tables} {chosen.where}",
        given=chosen.given,
        key=key,
        moment=moment,
        order=f"{moment}{direction}, {key}{direction}",
    )
    return _searched(query, source)


def _searched(query: TraceQuery, source: Source) -> Source:
    """Return only those with the texts that were sought: of the first so many, or all would be read for a rare text."""
    if query.text is None and query.content is None:
        return source
    most = LOOKED_AT if query.content is None else READ_THROUGH
    inner = (
        f"SELECT {source.key} AS key, {source.moment} AS start FROM {source.rows} ORDER BY {source.order} LIMIT {most}"  # noqa: S608
    )
    sought = Selection()
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
    direction = "" if query.oldest_first else " DESC"
    return Source(
        rows=f"({inner}) AS looked CROSS JOIN traces ON traces.key = looked.key {sought.where}",
        given=[*source.given, *sought.given],
        key="looked.key",
        moment="looked.start",
        order=f"looked.start{direction}, looked.key{direction}",
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
    found: list[tuple[str, str]] = []
    if query.prompt is not None:
        number = query.prompt_version
        found.append(("prompt", query.prompt) if number is None else ("version", version_facet(query.prompt, number)))
    found += [("tag", tag) for tag in dict.fromkeys(query.tags)]
    found += [("model", query.model)] if query.model is not None else []
    found += [("connection", query.connection)] if query.connection is not None else []
    return found
