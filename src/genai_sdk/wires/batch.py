"""What one event of a wire brings to a stream of an operation's own events: none of them, one, or several."""

from typing import Generic, Protocol, TypeVar

import msgspec

from genai_sdk.types import Response, Usage

E = TypeVar("E")
R_co = TypeVar("R_co", bound=Response, covariant=True)


class EventBatch(msgspec.Struct, Generic[E], frozen=True):
    """Events that come together.

    Attributes:
        events: The events, in their order.
        has_content: Whether one of them is content: text, reasoning, a refusal, or a call of a tool.
    """

    events: tuple[E, ...]
    has_content: bool = False


class EventAssembly(Protocol[E, R_co]):
    """Puts a streamed response together again."""

    @property
    def usage(self) -> Usage | None:
        """The tokens, once the provider has reported them."""
        ...

    @property
    def tier(self) -> str | None:
        """The class of service that the provider says it gave."""
        ...

    @property
    def text(self) -> str:
        """The text that has arrived so far."""
        ...

    @property
    def finished(self) -> bool:
        """Whether the response has ended."""
        ...

    @property
    def response(self) -> R_co:
        """What has arrived so far, as one response."""
        ...

    def add(self, batch: EventBatch[E]) -> None:
        """Take in what comes next."""
        ...

    def restarted(self) -> E:
        """Return the event that says that the answer starts over."""
        ...
