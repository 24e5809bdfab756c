"""The floor: bytes on a socket and a JSON decoder, with no HTTP library between them."""

import asyncio
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors, trusting

_decode = msgspec.json.Decoder().decode


class Sockets:
    """One kept connection for sync calls, and one for each async call that is under way.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        place = urlsplit(url)
        self._place = place.hostname or "", place.port or 80
        self._context = trusting(ca) if ca else None
        self._socket = self._dial()
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._chat = self._request("/burst/v1/chat/completions", {"model": canned.MODEL, "messages": MESSAGES})
        asked = {"model": canned.MODEL, "messages": MESSAGES, "stream": True}
        self._streams = {
            paced: self._request(f"/{'paced' if paced else 'burst'}/v1/chat/completions", asked)
            for paced in (False, True)
        }
        self._embed = self._request("/burst/v1/embeddings", {"model": "text-embedding-3-small", "input": TEXTS})

    def _dial(self) -> socket.socket:
        dialled = socket.create_connection(self._place)
        dialled.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._context.wrap_socket(dialled, server_hostname=self._place[0]) if self._context else dialled

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(*self._place, ssl=self._context)

    def _request(self, path: str, body: object) -> bytes:
        data = json.dumps(body).encode()
        head = f"POST {path} HTTP/1.1\r\nhost: {self._place[0]}\r\nauthorization: Bearer {canned.KEY}\r\n"
        return f"{head}content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n".encode() + data

    def chat(self) -> None:
        check_text(_decode(self._ask(self._chat))["choices"][0]["message"]["content"])

    async def achat(self) -> None:
        reader, writer = self._idle.pop() if self._idle else await self._open()
        writer.write(self._chat)
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.readexactly(_length(head))
        self._idle.append((reader, writer))
        check_text(_decode(body)["choices"][0]["message"]["content"])

    def stream(self, *, paced: bool) -> Streamed:
        self._socket.sendall(self._streams[paced])
        count, rest = Count(), b""
        while True:
            data = self._socket.recv(65_536)
            rest = _take(rest + data if rest else data, count)
            if data.endswith(canned.STREAM_END):
                return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        reader, writer = self._idle.pop() if self._idle else await self._open()
        writer.write(self._streams[paced])
        count, rest = Count(), b""
        while True:
            data = await reader.read(65_536)
            rest = _take(rest + data if rest else data, count)
            if data.endswith(canned.STREAM_END):
                self._idle.append((reader, writer))
                return count.result(paced=paced)

    def embed(self) -> None:
        data = _decode(self._ask(self._embed))["data"]
        check_vectors(len(data), len(data[-1]["embedding"]))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""

    def _ask(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        data = self._socket.recv(65_536)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._socket.recv(65_536)
        pieces, left = [data[end + 4 :]], _length(data[:end]) - (len(data) - end - 4)
        while left > 0:
            pieces.append(self._socket.recv(262_144))
            left -= len(pieces[-1])
        return b"".join(pieces)


def _length(head: bytes) -> int:
    return int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])


def _take(data: bytes, count: Count) -> bytes:
    """Read whole events and return what is left; the framing between them falls away, as no event holds a line end."""
    whole = data.rfind(b"\n\n") + 2
    for line in _events(data[:whole]):
        chunk = _decode(line)
        if chunk["choices"]:
            count.add(chunk["choices"][0]["delta"].get("content"))
    return data[whole:] if whole > 1 else data


def _events(data: bytes) -> Iterator[bytes]:
    for line in data.split(b"\n"):
        if line.startswith(b"data: {"):
            yield line[6:]
