"""Streams whose events are items as they are: one parser for all of them, given what makes an item of an event."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from genai_sdk.types import Usage

C = TypeVar("C")


class EventParser(Generic[C]):
    """A `Parser`.

    Args:
        item: Returns what an event brings, or None.
        ends: Tells whether an event says that the answer is whole.
        usage: Returns the tokens that an event reports, or None.
        is_last: Whether nothing comes after that event.
    """

    def __init__(
        self,
        item: Callable[[Any], C | None],
        ends: Callable[[Any], bool],
        usage: Callable[[Any], Usage | None] = lambda _event: None,
        *,
        is_last: bool = True,
    ) -> None:
        self.usage: Usage | None = None
        self.finished = False
        self._item = item
        self._ends = ends
        self._usage = usage
        self._is_last = is_last

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing."""
        return self.finished

    @property
    def done(self) -> bool:
        """Whether nothing is waited for any more."""
        return self.finished and self._is_last

    def read(self, event: Any) -> C | None:
        """Return what an event brings."""
        self.usage = self._usage(event) or self.usage
        self.finished = self.finished or self._ends(event)
        return self._item(event)

    def end(self) -> Iterable[C]:
        """Return nothing: every event was shown as it came."""
        return ()
