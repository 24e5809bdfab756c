"""A trace, summed up from the narrow rows of its observations: what `Trace` says of bodies, without reading them.

One body is read where the root has the level WARNING: only its message says whether the trace was cancelled.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from genai_sdk.local.store.encoding import dump, load
from genai_sdk.local.store.spans import LEVELS, load_span

CANCELLED = ("cancelled", "KeyboardInterrupt", "GeneratorExit")
"""What the tracer says of a call or a block that was given up by whoever made it."""

_TOLD = ("trace_name", "user_id", "session_id", "release", "version", "is_public", "has_input", "has_output")
"""What a trace has from the first of its observations that says it, the root before all others."""

_GROUPS = """
    SELECT is_call, model, connection, prompt_name, prompt_version, min(start) AS start, max(end) AS end,
        count(*) AS observations, min(arrived) AS arrived, max(arrived) AS updated, max(level = 'ERROR') AS failed,
        json_group_array(DISTINCT level) AS levels, json_group_array(DISTINCT tags) AS tags,
        sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(total_tokens) AS total_tokens,
        sum(cost) AS cost, sum(is_call AND cost IS NULL) AS unpriced, count(metadata) AS metadata
    FROM observations WHERE trace = ? GROUP BY 1, 2, 3, 4, 5 ORDER BY min(start), min(key)
"""
_ROOT = """
    SELECT * FROM observations AS here WHERE trace = ?1 AND (parent_id IS NULL OR NOT EXISTS
        (SELECT 1 FROM observations AS above WHERE above.trace = ?1 AND above.id = here.parent_id))
    ORDER BY start, key LIMIT 1
"""
_FIRST = "SELECT * FROM observations WHERE trace = ? ORDER BY start, key LIMIT 1"
_METADATA = "SELECT metadata FROM observations WHERE trace = ? AND metadata IS NOT NULL ORDER BY key != ?, start, key"

_COLUMNS = (
    *("name", "start", "end", "environment", "user_id", "session_id", "release", "version", "is_public", "tags"),
    *("metadata", "status", "level", "observations", "calls", "model", "connection", "prompt_name", "prompt_version"),
    *("input_tokens", "output_tokens", "total_tokens", "cost", "root", "input", "output", "facets", "arrived"),
    "updated",
)
_UPDATE = f"UPDATE traces SET ({', '.join(_COLUMNS)}) = ({', '.join('?' * len(_COLUMNS))}) WHERE key = ?"  # noqa: S608
_NEW = """
    INSERT INTO traces (id, name, start, end, environment, tags, status, level, observations, calls, facets,
        arrived, updated) VALUES (?, '', 0, 0, '', '[]', '', '', 0, 0, '[]', 0, 0)
"""


def begin(connection: sqlite3.Connection, id: str) -> int:  # noqa: A002 - Langfuse's name
    """Return the key of a trace, made if it is not there; `sum_up` says the rest."""
    row = connection.execute("SELECT key FROM traces WHERE id = ?", (id,)).fetchone()
    key = row[0] if row is not None else connection.execute(_NEW, (id,)).lastrowid
    assert key is not None
    return key


def sum_up(connection: sqlite3.Connection, key: int, fresh: Iterable[Mapping[str, Any]]) -> None:
    """Sum up a trace anew from its observations.

    Args:
        connection: The writer's.
        key: The trace's key.
        fresh: The rows of those that were just written.
    """
    known = connection.execute("SELECT * FROM traces WHERE key = ?", (key,)).fetchone()
    root = connection.execute(_ROOT, (key,)).fetchone() or connection.execute(_FIRST, (key,)).fetchone()
    columns = {name: _tell(connection, key, name, root, known, fresh) for name in _TOLD}
    groups = connection.execute(_GROUPS, (key,)).fetchall()
    calls = [each for each in groups if each["is_call"]]
    tags = sorted({tag for each in groups for text in load(each["tags"]) if text for tag in load(text)})
    levels = {level for each in groups for level in load(each["levels"])}
    facets = _facets(groups, tags)
    start = min(each["start"] for each in groups)
    values = {
        "name": columns["trace_name"] or root["name"],
        "start": start,
        "end": max(each["end"] for each in groups),
        "environment": root["environment"],
        **{name: columns[name] for name in ("user_id", "session_id", "release", "version")},
        "is_public": columns["is_public"],
        "tags": dump(tags),
        "metadata": _metadata(connection, key, root) if any(each["metadata"] for each in groups) else None,
        "status": _status(connection, root, levels),
        "level": max(levels, key=LEVELS.index),
        "observations": sum(each["observations"] for each in groups),
        "calls": sum(each["observations"] for each in calls),
        **_of_first(calls, ("model", "connection")),
        **_prompt_of(calls),
        **{name: _sum(each[name] for each in groups) for name in ("input_tokens", "output_tokens", "total_tokens")},
        "cost": _cost(groups),
        "root": root["key"],
        "input": columns["has_input"],
        "output": columns["has_output"],
        "facets": dump(facets),
        "arrived": min(each["arrived"] for each in groups),
        "updated": max(each["updated"] for each in groups),
    }
    connection.execute(_UPDATE, (*(values[name] for name in _COLUMNS), key))
    _write_facets(connection, key, known, facets, start)
    if columns["session_id"]:
        connection.execute(
            "INSERT OR IGNORE INTO sessions VALUES (?, ?, ?)",
            (columns["session_id"], values["arrived"], values["environment"]),
        )


def clear_facets(connection: sqlite3.Connection, trace: sqlite3.Row) -> None:
    """Delete a trace's facets."""
    connection.executemany(
        "DELETE FROM trace_facets WHERE kind = ? AND value = ? AND start = ? AND trace = ?",
        [(kind, value, trace["start"], trace["key"]) for kind, value in load(trace["facets"])],
    )


def _status(connection: sqlite3.Connection, root: sqlite3.Row, levels: Collection[str]) -> str:
    if root["level"] == "ERROR":
        return "failed"
    if root["level"] == "WARNING" and load_span(connection, root["key"]).status_message in CANCELLED:
        return "cancelled"
    return "recovered" if "ERROR" in levels else "ok"


def _tell(
    connection: sqlite3.Connection,
    key: int,
    name: str,
    root: sqlite3.Row,
    known: sqlite3.Row,
    fresh: Iterable[Mapping[str, Any]],
) -> Any:
    """Return what the first observation says, or None; of contents, the key of who says it."""
    is_content = name.startswith("has_")
    if root[name] is not None:
        return root["key"] if is_content else root[name]
    before = {"has_input": "input", "has_output": "output"}.get(name, name)
    # Nobody said it before, and nobody says it now: no need to look at each of them.
    if name != "trace_name" and known[before] is None and all(row[name] is None for row in fresh):
        return None
    what = "key" if is_content else name
    row = connection.execute(
        f"SELECT {what} FROM observations WHERE trace = ? AND {name} IS NOT NULL ORDER BY start, key LIMIT 1",  # noqa: S608
        (key,),
    ).fetchone()
    return None if row is None else row[0]


def _metadata(connection: sqlite3.Connection, key: int, root: sqlite3.Row) -> str:
    """Merge what observations say of the trace; what the root says goes before what others say."""
    parts = dict.fromkeys(row[0] for row in connection.execute(_METADATA, (key, root["key"])))
    merged: dict[str, Any] = {}
    for part in reversed(parts):
        merged |= load(part)
    return dump(merged)


def _facets(groups: Sequence[sqlite3.Row], tags: Sequence[str]) -> list[tuple[str, str]]:
    facets = [("tag", tag) for tag in tags]
    for each in groups:
        if each["connection"]:
            facets.append(("connection", each["connection"]))  # of attempts too: they found it wanting
        if each["model"]:
            facets.append(("model", each["model"]))
        if each["prompt_name"]:
            facets.append(("prompt", each["prompt_name"]))
            facets.append(("version", version_facet(each["prompt_name"], each["prompt_version"])))
    return list(dict.fromkeys(facets))


def version_facet(name: str, version: int) -> str:
    """Return the facet of a prompt's version."""
    return dump([name, version])


def _write_facets(
    connection: sqlite3.Connection, key: int, known: sqlite3.Row, facets: list[tuple[str, str]], start: int
) -> None:
    if known["start"] == start and known["facets"] == dump(facets):
        return
    clear_facets(connection, known)
    connection.executemany(
        "INSERT INTO trace_facets VALUES (?, ?, ?, ?)", [(kind, value, start, key) for kind, value in facets]
    )


def _of_first(calls: Sequence[sqlite3.Row], names: Sequence[str]) -> dict[str, Any]:
    return {name: next((each[name] for each in calls if each[name]), None) for name in names}


def _prompt_of(calls: Sequence[sqlite3.Row]) -> dict[str, Any]:
    linked = next((each for each in calls if each["prompt_name"]), None)
    return {name: linked and linked[name] for name in ("prompt_name", "prompt_version")}


def _cost(groups: Sequence[sqlite3.Row]) -> float | None:
    """Return what a trace cost, as `UsageTotals.known_cost`: None rather than 0 where that of any call is unknown."""
    cost: float | None = _sum(each["cost"] for each in groups)
    return cost or (None if any(each["unpriced"] for each in groups) else cost)


def _sum(numbers: Iterable[Any]) -> Any:
    there = [number for number in numbers if number is not None]
    return sum(there) if there else None
