"""Where the keys of traces come from."""

from collections.abc import Sequence
from typing import Any

import msgspec


class TraceKeys(msgspec.Struct, frozen=True):
    """Where the keys of the traces asked for come from, and in which order.

    Attributes:
        rows: What follows FROM, with every condition.
        values: The values of its question marks.
        key: The trace's key in it.
        moment: What the traces are ordered by in it: a moment or a length of time, in nanoseconds.
        tie: The key that orders those of one moment.
        oldest_first: Whether the order is an ascending one.
    """

    rows: str
    values: Sequence[Any]
    key: str
    moment: str
    tie: str
    oldest_first: bool

    @property
    def order(self) -> str:
        """What follows ORDER BY."""
        direction = "" if self.oldest_first else " DESC"
        return f"{self.moment}{direction}, {self.tie}{direction}"
