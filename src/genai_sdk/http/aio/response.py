"""An answer to be read by awaiting."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import TransportClosed, too_large
from genai_sdk.http.pool import Key
from genai_sdk.http.request import first_value

if TYPE_CHECKING:  # loaded at the first exchange
    from genai_sdk.http.aio.connection import AsyncConnection
    from genai_sdk.http.aio.session import LoopSession
    from genai_sdk.http.parser import RawResponse


class AsyncResponse:
    """An answer whose head has arrived; the async twin of `SyncResponse`, for one task at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
        headers: Names and values, in order and as they came.
        limit: The most bytes that its body may have.
    """

    __slots__ = (
        "_connection",
        "_deadline",
        "_key",
        "_open",
        "_raw",
        "_session",
        "headers",
        "limit",
        "reason",
        "status",
    )

    def __init__(
        self,
        raw: "RawResponse",
        connection: "AsyncConnection",
        key: Key,
        session: "LoopSession",
        deadline: Deadline,
        limit: int,
    ) -> None:
        self.status = raw.status
        self.reason = raw.reason
        self.headers = raw.fields
        self._raw = raw
        self._connection = connection
        self._key = key
        self._session = session
        self._deadline = deadline
        self.limit = limit
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
        raw, limit = self._raw, self.limit
        try:
            while not raw.complete and raw.buffered <= limit and raw.content_length <= limit:
                await self._more()
            if raw.buffered > limit or raw.content_length > limit:
                raise too_large(limit)
        except BaseException:
            self._end()
            raise
        self._finish()
        return raw.take()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does; of what is larger than the bound, the beginning is yielded.
        """
        raw, left = self._raw, self.limit
        try:
            while True:
                while not raw.buffered and not raw.complete:
                    await self._more()
                if not (data := raw.take()):
                    break
                if (left := left - len(data)) < 0:
                    raise too_large(self.limit)
                if self._deadline.expired:
                    raise self._deadline.read_overdue()
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
        await self._connection.more(self._deadline)

    def _finish(self) -> None:
        if self._open:
            self._open = False
            self._session.finish(self._key, self._connection, self._raw)

    def _end(self) -> None:
        if self._open:
            self._open = False
            self._session.abort(self._connection)

    async def __aenter__(self) -> "AsyncResponse":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def __del__(self) -> None:
        if getattr(self, "_open", False):  # Ctrl-C can interrupt __init__
            self._session.abort_soon(self._connection)
