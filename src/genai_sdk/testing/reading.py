"""Reading HTTP/1.1 requests from bytes as they arrive."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl

from genai_sdk.testing.call import Request


class RequestReader:
    """Takes a connection's bytes and gives its requests; used by one task of one event loop."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._news = asyncio.Event()
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Take bytes."""
        self._buffer += data
        self._news.set()

    def end(self) -> None:
        """Take note that no more will come."""
        self._ended = True
        self._news.set()

    async def read(self, connection: int, write: Callable[[bytes], None]) -> Request | None:
        """Return the next request whole, or None where the connection ended before.

        Args:
            connection: The connection's number.
            write: Sends `100 Continue` to a client that waits for it.

        Raises:
            ValueError: What came is not HTTP.
        """
        head = await self._until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, version = first.split(" ")
        if not version.startswith("HTTP/1."):
            raise ValueError(version)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("expect", "").lower() == "100-continue":
            write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            body = await self._chunked()
        else:
            body = await self._exactly(int(headers.get("content-length") or 0))
        if body is None:
            return None
        path, _, query = target.partition("?")
        return Request(method, target, path, dict(parse_qsl(query, True)), headers, body, connection)

    async def _chunked(self) -> bytes | None:
        body = bytearray()
        while (line := await self._until(b"\r\n")) is not None:
            size = int(line.partition(b";")[0], 16)
            data = await self._exactly(size)
            if data is None or await self._until(b"\r\n") is None:
                return None
            if not size:
                return bytes(body)
            body += data
        return None

    async def _until(self, mark: bytes) -> bytes | None:
        while (place := self._buffer.find(mark)) < 0:
            if not await self._more():
                return None
        data = bytes(self._buffer[:place])
        del self._buffer[: place + len(mark)]
        return data

    async def _exactly(self, size: int) -> bytes | None:
        while len(self._buffer) < size:
            if not await self._more():
                return None
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    async def _more(self) -> bool:
        if self._ended:
            return False
        self._news.clear()
        await self._news.wait()
        return True
