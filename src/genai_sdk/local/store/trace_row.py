"""A trace as lists show it."""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.api.store import ListedTrace
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.preview import preview_of
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local.store.encoding import load
from genai_sdk.local.store.spans import decode_span, load_span


class TraceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A trace without its contents: no more than what the store summed up when it came.

    Attributes:
        key: Its key in the store.
        id: 32 hexadecimal digits.
        name: Its name.
        start: When its first observation began, in nanoseconds since 1970.
        end: When its last one ended.
        environment: Where it comes from.
        user_id: The user.
        session_id: The session.
        release: The release.
        version: The version.
        is_public: Whether anybody may see it.
        tags: Its tags, sorted.
        status: `ok`, `recovered` (something failed, but not the whole), `cancelled` or `failed`.
        level: The worst level of its observations.
        observations: How many there are.
        calls: How many of them are calls of models.
        model: The model of its first call.
        connection: The connection of its first call that names one.
        prompt_name: The prompt that its first linked call is linked to.
        prompt_version: The version of that prompt.
        input_tokens: Tokens read, None where unknown.
        output_tokens: Tokens written, None where unknown.
        total_tokens: Tokens in all, None where unknown.
        cost: US dollars, None where unknown.
        arrived: When its first observation came, in microseconds since 1970.
        updated: When its last one came.
    """

    key: int
    id: str
    name: str
    start: int
    end: int
    environment: str
    user_id: str | None
    session_id: str | None
    release: str | None
    version: str | None
    is_public: bool
    tags: list[str]
    status: str
    level: str
    observations: int
    calls: int
    model: str | None
    connection: str | None
    prompt_name: str | None
    prompt_version: int | None
    input_tokens: int | None
    output_tokens: int | None
    total_tokens: int | None
    cost: float | None
    arrived: int
    updated: int

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start) / 1e9


class TracePreview(msgspec.Struct, frozen=True):
    """The contents of a trace in one short line each; empty where there are none, or where reading them took long."""

    input: str = ""
    output: str = ""


PREVIEWED = 128 * 1024
"""How many bytes of a span are read for a preview."""


class TraceContents(msgspec.Struct, frozen=True, kw_only=True):
    """What went into a trace and what came out of it, be it as its root says or as was said of the trace itself.

    Attributes:
        root: Its root.
        input: What went in.
        output: What came out.
    """

    root: Observation
    input: Any
    output: Any


_SHOWN = ", ".join(f"traces.{name}" for name in TraceRow.__struct_fields__)


def load_rows(connection: sqlite3.Connection, keys: Sequence[int]) -> list[TraceRow]:
    """Return the traces with these keys, in their order."""
    sql = f"SELECT {_SHOWN} FROM traces WHERE key = ?"  # noqa: S608 - our own columns
    return [read_row(connection.execute(sql, (key,)).fetchone()) for key in keys]


def read_row(row: sqlite3.Row) -> TraceRow:
    """Return what the columns of a trace hold."""
    facts = {name: row[name] for name in TraceRow.__struct_fields__}
    return TraceRow(**{**facts, "tags": load(row["tags"]), "is_public": bool(row["is_public"])})


def load_listed(connection: sqlite3.Connection, key: int) -> ListedTrace:
    """Return the trace with this key as Langfuse's list shows it."""
    trace_row = connection.execute("SELECT * FROM traces WHERE key = ?", (key,)).fetchone()
    contents = load_contents(connection, trace_row)
    ids = connection.execute("SELECT id FROM observations WHERE trace = ? ORDER BY start, key", (key,))
    row = read_row(trace_row)
    facts = {name: getattr(row, name) for name in ListedTrace.__struct_fields__ if hasattr(row, name)}
    return ListedTrace(
        **facts,
        root=contents.root,
        input=contents.input,
        output=contents.output,
        metadata={} if trace_row["metadata"] is None else load(trace_row["metadata"]),
        observation_ids=[id for (id,) in ids],  # noqa: A001 - Langfuse's name
    )


def load_contents(connection: sqlite3.Connection, trace: sqlite3.Row) -> TraceContents:
    """Return the contents of a trace, by its row; reads three bodies at most."""
    root = load_span(connection, trace["root"])
    spans = {each: load_span(connection, each) for each in {trace["input"], trace["output"]} - {None, trace["root"]}}
    return TraceContents(
        root=root,
        input=_alone(spans.get(trace["input"], root)).input,
        output=_alone(spans.get(trace["output"], root)).output,
    )


def load_preview(connection: sqlite3.Connection, key: int) -> TracePreview:
    """Return the contents of the trace with this key in short; reads two bodies at most, and no large one."""
    trace = connection.execute("SELECT root, input, output FROM traces WHERE key = ?", (key,)).fetchone()
    root = trace["root"]
    spans: dict[int, Observation | None] = {}
    for each in (trace["input"] or root, trace["output"] or root):
        if each not in spans:
            # The length of a blob stands in its row's head; only then is the rest of it read.
            sql = "SELECT body FROM spans WHERE key = ? AND length(body) <= ?"
            row = connection.execute(sql, (each, PREVIEWED)).fetchone()
            spans[each] = None if row is None else decode_span(row["body"])
    source, result = spans[trace["input"] or root], spans[trace["output"] or root]
    return TracePreview(
        preview_of(_alone(source).input) if source is not None else "",
        preview_of(_alone(result).output) if result is not None else "",
    )


def _alone(span: Observation) -> Trace:
    return Trace(span.trace_id, (span,))
