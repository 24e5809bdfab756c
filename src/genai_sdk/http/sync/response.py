"""An answer to be read by blocking."""

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.errors import too_large
from genai_sdk.http.pool import Key, Pool
from genai_sdk.http.request import first_value

if TYPE_CHECKING:  # loaded at the first exchange
    from genai_sdk.http.parser import RawResponse
    from genai_sdk.http.sync.connection import SyncConnection


class SyncResponse:
    """An answer whose head has arrived.

    Read it to its end, and its connection is used again; close or drop it, and the connection ends. `close` may be
    called from any thread, the rest belongs to one thread at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
        headers: Names and values, in order and as they came.
        limit: The most bytes that its body may have.
    """

    __slots__ = ("_carrier", "_connection", "_key", "_pool", "_raw", "headers", "limit", "reason", "status")

    def __init__(
        self, raw: "RawResponse", connection: "SyncConnection", key: Key, pool: "Pool[SyncConnection]", limit: int
    ) -> None:
        self.status = raw.status
        self.reason = raw.reason
        self.headers = raw.fields
        self._raw = raw
        self._carrier = connection
        self._key = key
        self._pool = pool
        self.limit = limit
        self._connection: SyncConnection | None = connection  # last: see __del__

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)

    def read(self) -> bytes:
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
                self._carrier.receive(raw)
            if raw.buffered > limit or raw.content_length > limit:
                raise too_large(limit)
        except BaseException:
            self.close()
            raise
        self._finish()
        return raw.take()

    def chunks(self) -> Iterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does; of what is larger than the bound, the beginning is yielded.
        """
        raw, left = self._raw, self.limit
        try:
            while True:
                while not raw.buffered and not raw.complete:
                    self._carrier.receive(raw)
                if not (data := raw.take()):
                    break
                if (left := left - len(data)) < 0:
                    raise too_large(self.limit)
                yield data
        except BaseException:
            self.close()
            raise
        self._finish()

    def close(self) -> None:
        """End the exchange at once, unless the body was read to its end; allowed more than once."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._pool.drop(connection)

    def _finish(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._raw.keep_alive:
            self._pool.give(self._key, connection)
        else:
            self._pool.drop(connection)

    def __enter__(self) -> "SyncResponse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_connection", None) is not None:  # Ctrl-C can interrupt __init__
            self.close()
