"""Records on their way through the spool: where they are on disk, in memory, or both."""

from collections.abc import Sequence

from genai_sdk.tracing.delivery import Encoded
from genai_sdk.tracing.spool.segment import Contents, Frame, Segment

MERGED = 256 * 1024
"""Bytes on disk that are read at once; they unpack to about a megabyte."""


class Entry:
    """Records that were written together, or that are read together.

    Args:
        records: The records, or None where they are on disk alone.
        count: How many they are.
        at: When the first was written, in seconds since 1970.
        file: The file they are in; None where there is none.
        frame: Where in it.

    Attributes:
        left: How many are not settled.
        returned: Those that were given back unsent.
    """

    __slots__ = ("at", "count", "end", "file", "left", "records", "returned", "start")

    def __init__(
        self,
        records: list[Encoded] | None,
        count: int,
        at: float,
        file: "OpenFile | None" = None,
        frame: Frame | None = None,
    ) -> None:
        self.records = records
        self.count = self.left = count
        self.at = at
        self.file = file
        self.start, self.end = (frame.start, frame.end) if frame is not None else (0, 0)
        self.returned: list[Encoded] = []
        for record in records or ():
            record.source = self

    @property
    def bytes(self) -> int:
        """How many bytes it is to send, or to read."""
        return self.end - self.start if self.records is None else sum(len(one.body) for one in self.records)

    def absorb(self, other: "Entry") -> bool:
        """Take what follows into this one, where both are on disk alone and not too long; return whether it did."""
        if self.records is not None or other.records is not None or self.file is not other.file:
            return False
        if other.start != self.end or other.end - self.start > MERGED:
            return False
        self.end, self.count, self.left = other.end, self.count + other.count, self.left + other.left
        return True

    def load(self) -> list[Encoded]:
        """Return what it is to send, from disk if need be.

        Raises:
            DecryptionError: It cannot be opened.
            OSError: It cannot be read.
        """
        if self.records is None:
            assert self.file is not None
            self.records = [
                record
                for contents in self.file.segment.read(self.start, self.end)
                for record in _records(contents, self)
            ]
        return self.records


class OpenFile:
    """A file of the spool that this process has locked, and what of it is not settled, in order.

    Attributes:
        segment: The file.
        foreign: Whether another process wrote it.
        entries: What is not settled.
    """

    def __init__(self, segment: Segment, *, foreign: bool) -> None:
        self.segment = segment
        self.foreign = foreign
        self.entries: list[Entry] = []


def contents_of(records: Sequence[Encoded], reason: str = "") -> Contents:
    """Return records as a frame holds them."""
    spans = [record.body for record in records if not record.score]
    return Contents(spans, [record.body for record in records if record.score], reason)


def _records(contents: Contents, source: Entry) -> list[Encoded]:
    spans = [Encoded(body, 0, source=source) for body in contents.spans]
    return spans + [Encoded(body, 0, score=True, source=source) for body in contents.scores]
