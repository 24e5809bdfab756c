"""An answer to be read by awaiting."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import BodyTooLarge, TransportClosed
from genai_sdk.http.pool import Key
from genai_sdk.http.request import first_value

if TYPE_CHECKING:  # loaded at the first exchange
    from genai_sdk.http.aio.session import LoopSession
    from genai_sdk.http.aio.wire import Wire
    from genai_sdk.http.answer import Answer


class AsyncResponse:
    """An answer whose head has arrived; the async twin of `SyncResponse`, for one task at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
        headers: Names and values, in order and as they came.
    """

    __slots__ = ("_answer", "_budget", "_key", "_limit", "_open", "_session", "_wire", "headers", "reason", "status")

    def __init__(
        self, answer: "Answer", wire: "Wire", key: Key, session: "LoopSession", budget: Budget, limit: int
    ) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.headers = answer.fields
        self._answer = answer
        self._wire = wire
        self._key = key
        self._session = session
        self._budget = budget
        self._limit = limit
        self._open = True  # last: see __del__

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)

    async def read(self) -> bytes:
        """Return the rest of the body, as it was sent (not decompressed).

        Raises:
            BodyTooLarge: If it is larger than the transport's bound.
            ConnectionCut: If the connection ends first or the body is malformed.
            ReadTimedOut: If no byte comes for longer than the gap.
            TotalTimedOut: If the total is used up.
            TransportClosed: If this or the transport was closed.
        """
        answer, limit = self._answer, self._limit
        try:
            while not answer.over and answer.held <= limit and answer.announced <= limit:
                await self._more()
            if answer.held > limit or answer.announced > limit:
                raise BodyTooLarge(f"the answer is larger than {limit} bytes")
        except BaseException:
            self._end()
            raise
        self._finish()
        return answer.take()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does, but without a bound on the size.
        """
        answer = self._answer
        try:
            while True:
                while not answer.held and not answer.over:
                    await self._more()
                if not (data := answer.take()):
                    break
                if self._budget.spent:
                    raise self._budget.read_overdue()
                yield data
            self._finish()
        finally:
            self._end()

    async def aclose(self) -> None:
        """End the exchange at once, unless the body was read to its end; allowed more than once."""
        self._end()

    async def _more(self) -> None:
        if not self._open:
            raise TransportClosed("the response was closed")
        await self._wire.more(self._budget)

    def _finish(self) -> None:
        if self._open:
            self._open = False
            self._session.finish(self._key, self._wire, self._answer)

    def _end(self) -> None:
        if self._open:
            self._open = False
            self._session.abort(self._wire)

    async def __aenter__(self) -> "AsyncResponse":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __del__(self) -> None:
        if getattr(self, "_open", False):  # Ctrl-C can interrupt __init__
            self._session.abort_soon(self._wire)
