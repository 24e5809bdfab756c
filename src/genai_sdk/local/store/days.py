"""Days (UTC) of traces, summed up in the transaction that writes them, for each environment and model.

What a trace added is taken away before it changes or is deleted, and added anew: how many traces have a model cannot be
told from the observations that come, only from all that a trace has.
"""

import sqlite3
from typing import Any

from genai_sdk.local.store.rollup import DAY

DAY_NANOS = DAY * 1_000_000_000

_KEYS = {"days": ("day", "environment"), "day_models": ("day", "environment", "model")}
_SUMS = {
    "days": ("traces", "observations", "cost"),
    "day_models": ("traces", "observations", "input_tokens", "output_tokens", "total_tokens", "cost"),
}
_TRACE = "SELECT start, environment, observations, cost FROM traces WHERE key = ?"
_MODELS = """
    SELECT model, 1, count(*), sum(input_tokens), sum(output_tokens), sum(total_tokens), sum(cost)
    FROM observations WHERE trace = ? AND model IS NOT NULL GROUP BY model
"""


class Days:
    """What a transaction changes of the sums of days; written once, at its end.

    days = Days()
    days.count(connection, key, -1)  # before the trace changes
    days.count(connection, key)  # and after
    days.write(connection)
    """

    def __init__(self) -> None:
        self._changes: dict[tuple[str, tuple[Any, ...]], list[Any]] = {}

    def count(self, connection: sqlite3.Connection, trace: int, times: int = 1) -> None:
        """Add what the trace with this key is now; -1 times takes it away. One without observations counts nothing."""
        start, environment, observations, cost = connection.execute(_TRACE, (trace,)).fetchone()
        if not observations:
            return
        kept = (start // DAY_NANOS, environment)
        self._add("days", kept, times, (1, observations, cost))
        for model, *sums in connection.execute(_MODELS, (trace,)):
            self._add("day_models", (*kept, model), times, sums)

    def write(self, connection: sqlite3.Connection) -> None:
        """Add the changes to what is there."""
        for (table, key), change in self._changes.items():
            if any(change):
                connection.execute(_ADD[table], (*key, *change))
                connection.execute(_CLEAR[table], key)
        self._changes.clear()

    def _add(self, table: str, key: tuple[Any, ...], times: int, sums: Any) -> None:
        change = self._changes.setdefault((table, key), [0] * len(_SUMS[table]))
        for number, figure in enumerate(sums):
            change[number] += times * (figure or 0)


def _add_to(table: str) -> str:
    """Return the statement that adds to a row of sums, made if it is not there."""
    columns = (*_KEYS[table], *_SUMS[table])
    added = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS[table])
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "  # noqa: S608
        f"ON CONFLICT ({', '.join(_KEYS[table])}) DO UPDATE SET {added}"
    )


def _clear_of(table: str) -> str:
    """Return the statement that deletes a row of sums once nothing is left of it."""
    return f"DELETE FROM {table} WHERE {' AND '.join(f'{name} = ?' for name in _KEYS[table])} AND traces <= 0"  # noqa: S608


_ADD = {table: _add_to(table) for table in _KEYS}
_CLEAR = {table: _clear_of(table) for table in _KEYS}
