"""An answer to be read by blocking."""

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from genai_sdk.http.errors import BodyTooLarge
from genai_sdk.http.pool import Key, Pool
from genai_sdk.http.request import first_value

if TYPE_CHECKING:  # loaded at the first exchange
    from genai_sdk.http.answer import Answer
    from genai_sdk.http.sync.channel import Channel


class SyncResponse:
    """An answer whose head has arrived.

    Read it to its end, and its connection is used again; close or drop it, and the connection ends. `close` may be
    called from any thread, the rest belongs to one thread at a time.

    Attributes:
        status: The status code.
        reason: The phrase behind it.
        headers: Names and values, in order and as they came.
    """

    __slots__ = ("_answer", "_carrier", "_channel", "_key", "_limit", "_pool", "headers", "reason", "status")

    def __init__(self, answer: "Answer", channel: "Channel", key: Key, pool: "Pool[Channel]", limit: int) -> None:
        self.status = answer.status
        self.reason = answer.reason
        self.headers = answer.fields
        self._answer = answer
        self._carrier = channel
        self._key = key
        self._pool = pool
        self._limit = limit
        self._channel: Channel | None = channel  # last: see __del__

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
        answer, limit = self._answer, self._limit
        try:
            while not answer.over and answer.held <= limit and answer.announced <= limit:
                self._carrier.receive(answer)
            if answer.held > limit or answer.announced > limit:
                raise BodyTooLarge(f"the answer is larger than {limit} bytes")
        except BaseException:
            self.close()
            raise
        self._finish()
        return answer.take()

    def chunks(self) -> Iterator[bytes]:
        """Yield the body, each piece as soon as it arrives; dropping the iterator closes the response.

        Raises:
            TransportError: As `read` does, but without a bound on the size.
        """
        answer = self._answer
        try:
            while True:
                while not answer.held and not answer.over:
                    self._carrier.receive(answer)
                if not (data := answer.take()):
                    break
                yield data
        except BaseException:
            self.close()
            raise
        self._finish()

    def close(self) -> None:
        """End the exchange at once, unless the body was read to its end; allowed more than once."""
        channel, self._channel = self._channel, None
        if channel is not None:
            self._pool.drop(channel)

    def _finish(self) -> None:
        channel, self._channel = self._channel, None
        if channel is None:
            return
        if self._answer.keeps:
            self._pool.give(self._key, channel)
        else:
            self._pool.drop(channel)

    def __enter__(self) -> "SyncResponse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_channel", None) is not None:  # Ctrl-C can interrupt __init__
            self.close()
