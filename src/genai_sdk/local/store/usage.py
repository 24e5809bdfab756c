"""What calls of models came to: tokens, cost, errors and latency, over any range and by whatever they differ in."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.local.store import histogram
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.rollup import APART, DAY, HOUR
from genai_sdk.local.store.selection import Selection

By = Literal["model", "connection", "prompt", "version", "environment"]
"""What calls are told apart by; `prompt` is a prompt's name, `version` one version of it."""

_COLUMNS: dict[str, tuple[str, ...]] = {
    "model": ("model",),
    "connection": ("connection",),
    "prompt": ("prompt_name",),
    "version": ("prompt_name", "prompt_version"),
    "environment": ("environment",),
}
_FIGURES = (
    *("calls", "errors", "priced", "input_tokens", "output_tokens", "total_tokens", "cost", "latencies"),
    "first_tokens",
)
_NANOS = 1_000_000_000


class UsageQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls; what is None or empty counts for nothing.

    Attributes:
        since: Begun at this moment or later, in nanoseconds since 1970; counts from the beginning of its hour.
        until: Begun before this moment; counts to the end of its hour.
        model: Of this model.
        connection: Over this connection.
        prompt: Linked to this prompt.
        prompt_version: Linked to this version of it.
        environments: From one of these environments.
    """

    since: int
    until: int
    model: str | None = None
    connection: str | None = None
    prompt: str | None = None
    prompt_version: int | None = None
    environments: Sequence[str] = ()


class UsageTotals(msgspec.Struct, kw_only=True):
    """What some calls came to.

    Attributes:
        by: What they have in common: one text, name and version of a prompt, or nothing; '' and 0 for calls without.
        calls: How many.
        errors: How many failed.
        priced: Of how many the cost is known.
        input_tokens: Tokens read.
        output_tokens: Tokens written.
        total_tokens: Tokens in all.
        cost: US dollars, of those whose cost is known.
        latencies: A histogram of how long they took.
        first_tokens: A histogram of the times to their first content, of those that tell it.
    """

    by: tuple[str | int, ...] = ()
    calls: int = 0
    errors: int = 0
    priced: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0
    cost: float = 0.0
    latencies: int = histogram.EMPTY
    first_tokens: int = histogram.EMPTY

    @property
    def error_rate(self) -> float:
        """The share that failed, from 0 to 1."""
        return self.errors / self.calls if self.calls else 0.0

    @property
    def known_cost(self) -> float | None:
        """US dollars, of those whose cost is known; None rather than 0 where that of any is not."""
        return self.cost if self.priced and (self.cost or self.priced == self.calls) else None

    def latency(self, share: float) -> float | None:
        """Return the seconds that a share of the calls did not exceed, such as 0.95; None without any call."""
        return histogram.percentile(self.latencies, share)

    def first_token(self, share: float) -> float | None:
        """Return the seconds to the first content that a share did not exceed; None if none tells it."""
        return histogram.percentile(self.first_tokens, share)

    def add(self, row: Sequence[Any]) -> None:
        """Add a row of sums, in the order of the columns."""
        self.calls += row[0]
        self.errors += row[1]
        self.priced += row[2]
        self.input_tokens += row[3]
        self.output_tokens += row[4]
        self.total_tokens += row[5]
        self.cost += row[6]
        self.latencies += histogram.from_bytes(row[7])
        self.first_tokens += histogram.from_bytes(row[8])


class UsagePoint(msgspec.Struct):
    """What calls came to in a step of time.

    Attributes:
        start: When the step begins, in nanoseconds since 1970.
        usage: What they came to.
    """

    start: int
    usage: UsageTotals


class UsageSums:
    """What calls came to, as the store summed it up.

    Args:
        database: Where it is.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, query: UsageQuery, by: By | None = None) -> list[UsageTotals]:
        """Return what calls came to, those with the most calls first; without `by`, one row, or none without calls."""
        since, until = _hours(query)
        named = _COLUMNS[by] if by else ()

        def work(connection: sqlite3.Connection) -> list[UsageTotals]:
            sums: dict[tuple[Any, ...], UsageTotals] = {}
            for seconds, start, end in _stretches(since, until):
                for row in _rows(connection, query, named, seconds, start, end):
                    key = tuple(row[1 : 1 + len(named)])
                    if (usage := sums.get(key)) is None:
                        usage = sums[key] = UsageTotals(by=key)
                    usage.add(row[1 + len(named) :])
            return sorted(sums.values(), key=lambda usage: (-usage.calls, usage.by))

        return self._database.read(work)

    def series(self, query: UsageQuery, step: int, by: By | None = None) -> list[UsagePoint]:
        """Return what calls came to step by step, the earliest first; steps without calls are left out.

        Args:
            query: Which calls.
            step: Seconds, a multiple of an hour; steps begin at multiples of it since 1970 (a day's at midnight UTC).
            by: What calls are told apart by.

        Raises:
            ValueError: The step is no multiple of an hour.
        """
        if step <= 0 or step % HOUR:
            raise ValueError(f"a step is a multiple of {HOUR} seconds, not {step}")
        since, until = _hours(query)
        named = _COLUMNS[by] if by else ()
        stretches = _stretches(since, until) if step % DAY == 0 else [(HOUR, since, until)]

        def work(connection: sqlite3.Connection) -> list[UsagePoint]:
            points: dict[tuple[Any, ...], UsagePoint] = {}
            for seconds, start, end in stretches:
                for row in _rows(connection, query, named, seconds, start, end):
                    begun, key = row[0] - row[0] % step, tuple(row[1 : 1 + len(named)])
                    if (point := points.get((begun, key))) is None:
                        point = points[begun, key] = UsagePoint(begun * _NANOS, UsageTotals(by=key))
                    point.usage.add(row[1 + len(named) :])
            return sorted(points.values(), key=lambda point: (point.start, point.usage.by))

        return self._database.read(work)

    def known(self, by: By) -> list[tuple[str | int, ...]]:
        """Return what calls were ever told apart by, for a filter's choices, sorted."""
        named = ", ".join(_COLUMNS[by])
        apart = {"version": "prompt", "environment": "nothing"}.get(by, by)
        where = f"apart = ? AND seconds = {DAY} AND {_COLUMNS[by][0]} != ''"
        sql = f"SELECT DISTINCT {named} FROM usage WHERE {where} ORDER BY {named}"  # noqa: S608
        return [
            tuple(row) for row in self._database.read(lambda connection: connection.execute(sql, (apart,)).fetchall())
        ]


def _rows(
    connection: sqlite3.Connection, query: UsageQuery, named: Sequence[str], seconds: int, start: int, end: int
) -> Iterable[sqlite3.Row]:
    chosen = (
        Selection()
        .equal("apart", _apart(query, named))
        .equal("seconds", seconds)
        .since("start", start)
        .until("start", end)
        .equal("model", query.model)
        .equal("connection", query.connection)
        .equal("prompt_name", query.prompt)
        .equal("prompt_version", query.prompt_version)
        .among("environment", query.environments)
    )
    columns = ", ".join(("start", *named, *_FIGURES))
    cursor = connection.execute(f"SELECT {columns} FROM usage {chosen.where}", chosen.values)  # noqa: S608
    cursor.row_factory = None
    return cursor


def _apart(query: UsageQuery, named: Sequence[str]) -> str:
    """Return the sums that tell apart what is asked for and as little else as possible."""
    criteria = (query.model, query.connection, query.prompt if query.prompt_version is None else True)
    columns = ("model", "connection", "prompt_name")
    wanted = tuple(
        criterion is not None or column in named for criterion, column in zip(criteria, columns, strict=True)
    )
    return next((apart for apart, columns_apart in APART.items() if columns_apart == wanted), "everything")


def _hours(query: UsageQuery) -> tuple[int, int]:
    """Return the range in seconds, widened to whole hours."""
    since, until = query.since // _NANOS, -(-query.until // _NANOS)
    return since - since % HOUR, until + -until % HOUR


def _stretches(since: int, until: int) -> list[tuple[int, int, int]]:
    """Return a range as hours up to a midnight, whole days, and hours from a midnight."""
    first, last = since + -since % DAY, until - until % DAY
    if first >= last:
        return [(HOUR, since, until)]
    return [(HOUR, since, first), (DAY, first, last), (HOUR, last, until)]
