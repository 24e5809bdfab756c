"""Conditions of a query, put together from what was asked for; every value is bound, never pasted."""

from collections.abc import Sequence
from typing import Any, Self


class Selection:
    """A WHERE clause that grows.

        chosen = Selection().equal("name", name).since("start", start)
        connection.execute(f"SELECT * FROM traces {chosen.where}", chosen.values)

    Attributes:
        values: The values, in the order of the conditions.
    """

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: list[Any] = []

    @property
    def where(self) -> str:
        """The clause, empty without any condition."""
        return "WHERE " + " AND ".join(self._conditions) if self._conditions else ""

    def add(self, condition: str, *values: Any) -> Self:
        """Demand a condition written here, with values for its question marks."""
        self._conditions.append(condition)
        self.values.extend(values)
        return self

    def equal(self, column: str, value: Any) -> Self:
        """Demand a value, unless it is None."""
        return self if value is None else self.add(f"{column} = ?", value)

    def among(self, column: str, values: Sequence[Any]) -> Self:
        """Demand one of some values, unless there are none."""
        return self.add(f"{column} IN ({', '.join('?' * len(values))})", *values) if values else self

    def since(self, column: str, value: int | None) -> Self:
        """Demand at least a value, unless it is None."""
        return self if value is None else self.add(f"{column} >= ?", value)

    def until(self, column: str, value: int | None) -> Self:
        """Demand less than a value, unless it is None."""
        return self if value is None else self.add(f"{column} < ?", value)
