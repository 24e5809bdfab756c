"""Calls of models, summed up by the hour and by the day, in the transaction that writes them.

What a span added is taken away when it comes again or is deleted, so the sums are always those of what is there.
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from genai_sdk.local.store import histogram

HOUR, DAY = 3_600, 86_400
"""The two lengths of time that are summed up, in seconds."""

APART: Mapping[str, tuple[bool, bool, bool]] = {
    "nothing": (False, False, False),
    "model": (True, False, False),
    "connection": (False, True, False),
    "prompt": (False, False, True),
    "everything": (True, True, True),
}
"""How calls are told apart: by model, connection and prompt; by one of them there are few sums, by all many."""

_KEY = ("apart", "seconds", "start", "model", "connection", "prompt_name", "prompt_version", "environment")
_SUMS = ("calls", "errors", "priced", "input_tokens", "output_tokens", "total_tokens", "cost")
_HISTOGRAMS = ("latencies", "first_tokens")

_WHERE = " AND ".join(f"{name} = ?" for name in _KEY)
_READ = f"SELECT {', '.join(_SUMS + _HISTOGRAMS)} FROM usage WHERE {_WHERE}"  # noqa: S608 - our own columns
_WRITE = (
    f"INSERT OR REPLACE INTO usage ({', '.join(_KEY + _SUMS + _HISTOGRAMS)}) "  # noqa: S608 - as above
    f"VALUES ({', '.join('?' * len(_KEY + _SUMS + _HISTOGRAMS))})"
)
_DELETE = f"DELETE FROM usage WHERE {_WHERE}"  # noqa: S608 - as above

Row = Mapping[str, Any] | sqlite3.Row


class Rollup:
    """What a transaction changes of the sums; written once, at its end.

    rollup = Rollup()
    rollup.count(row)
    rollup.write(connection)
    """

    def __init__(self) -> None:
        self._changes: dict[tuple[Any, ...], list[Any]] = {}

    def count(self, row: Row, times: int = 1) -> None:
        """Add an observation's row; -1 times takes it away. One that is no call counts for nothing."""
        if not row["is_call"]:
            return
        second = row["start"] // 1_000_000_000
        named = (row["model"] or "", row["connection"] or "", row["prompt_name"] or "", row["prompt_version"] or 0)
        first = row["first_token"]
        figures = (
            1,
            int(row["level"] == "ERROR"),
            int(row["cost"] is not None),
            row["input_tokens"] or 0,
            row["output_tokens"] or 0,
            row["total_tokens"] or 0,
            row["cost"] or 0.0,
            histogram.one((row["end"] - row["start"]) / 1e9),
            histogram.EMPTY if first is None else histogram.one(first / 1e9),
        )
        for apart, (model, connection, prompt) in APART.items():
            kept = (
                named[0] if model else "",
                named[1] if connection else "",
                *(named[2:] if prompt else ("", 0)),
                row["environment"],
            )
            for seconds in (HOUR, DAY):
                key = (apart, seconds, second - second % seconds, *kept)
                change = self._changes.setdefault(key, [0] * len(figures))
                for number, figure in enumerate(figures):
                    change[number] += times * figure

    def write(self, connection: sqlite3.Connection) -> None:
        """Add the changes to what is there."""
        for key, change in self._changes.items():
            if not any(change):
                continue
            known = connection.execute(_READ, key).fetchone()
            if known is not None:
                before = [*known[: len(_SUMS)], *map(histogram.from_bytes, known[len(_SUMS) :])]
                change = [old + new for old, new in zip(before, change, strict=True)]
            if change[0] <= 0:
                connection.execute(_DELETE, key)
            else:
                packed = map(histogram.to_bytes, change[len(_SUMS) :])
                connection.execute(_WRITE, (*key, *change[: len(_SUMS)], *packed))
        self._changes.clear()
