"""The calls of a router that are under way, as far as closing it concerns them."""

from types import TracebackType

from genai_sdk.errors import ClientClosedError
from genai_sdk.http import TransportClosed
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.sentence import Sentence


class UnderWay:
    """Refuses work once the router is closed, and says so where its closing ends a call."""

    def __init__(self) -> None:
        self.closed = False

    def __enter__(self) -> None:
        refuse_at_exit()
        if self.closed:
            raise ClientClosedError(
                Sentence.of("client.closed_before", "this client was closed; make a new GenAIClient")
            )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, TransportClosed):
            raise ClientClosedError(
                Sentence.of("client.closed_within", "the client was closed while the call was under way")
            ) from None
