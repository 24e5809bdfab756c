"""A small HTTP/1.1 server on loopback, in a thread of its own, that can be as rude as a network.

It is our own, and not uvicorn, because an ASGI server protects the client from just what is to be tested: it will not
close a connection before or in the middle of a response by FIN or RST at a chosen byte, send a wrong Content-Length
or bytes that are not HTTP, or stop in no time with requests under way. Here a response is a list of bytes and an
ending (`delivery`), and nothing else is known of HTTP but how to read a request. It also starts in a few
milliseconds, and needs nothing beyond the standard library.
"""

import asyncio
import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from genai_sdk.testing.call import Request
from genai_sdk.testing.delivery import Delivery
from genai_sdk.testing.journal import Watch
from genai_sdk.testing.reading import RequestReader

Respond = Callable[[Request], tuple[Delivery, Callable[[bool], None]]]
"""Decide on a request: what to send, and whom to tell in the end whether the client left early."""

_PATIENCE = 5.0
"""Seconds that starting, stopping, going down and coming up may take at most."""


class Server:
    """Serves `respond` on loopback until stopped.

    Attributes:
        port: The port, kept through `down` and `up`; before the start the one wanted, 0 for any.
        open: How many connections are open.
        accepted: How many there ever were.
        accepting: Whether more are taken.
    """

    def __init__(self, respond: Respond, watch: Watch, tls: ssl.SSLContext | None = None, port: int = 0) -> None:
        self.port = port
        self.open = 0
        self.accepted = 0
        self.accepting = False
        self.respond = respond
        self._watch = watch
        self._tls = tls
        self._peers: set[_Peer] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._socket: socket.socket | None = None
        self._welcoming: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Listen and serve.

        Raises:
            OSError: 127.0.0.1 gives no port, or not the one wanted.
        """
        if not self.port:
            with _bind(0) as any_port:
                self.port = any_port.getsockname()[1]
        # Bound by number: Linux takes a port that it chose itself back when the socket ends listening.
        self._socket = _bind(self.port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"fake-{self.port}", daemon=True)
        self._thread.start()
        self._run(self._up())

    def up(self) -> None:
        """Accept connections again."""
        self._run(self._up())

    def down(self) -> None:
        """Refuse connections and cut those that are open; the port stays ours."""
        self._run(self._down())

    def stop(self) -> None:
        """End every connection at once, stalled ones too, and the thread."""
        loop, thread, self._loop = self._loop, self._thread, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._down(), loop).result(_PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE)
        loop.close()
        if self._socket is not None:
            self._socket.close()

    def joined(self, peer: "_Peer") -> int:
        """Count a new connection in, and return its number."""
        with self._watch.changed:
            self._peers.add(peer)
            self.accepted += 1
            self.open += 1
            self._watch.changed.notify_all()
            return self.accepted

    def left(self, peer: "_Peer") -> None:
        """Count a connection out."""
        with self._watch.changed:
            self._peers.discard(peer)
            self.open -= 1
            self._watch.changed.notify_all()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            work.close()
            raise RuntimeError("this fake is not running: use it as a context manager, or call start()")
        asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    async def _up(self) -> None:
        if not self.accepting and self._socket is not None:
            self._socket.listen(1024)
            asyncio.get_running_loop().add_reader(self._socket, self._accept, self._socket)
            self.accepting = True

    def _accept(self, listener: socket.socket) -> None:
        # asyncio's own listener cannot be closed cleanly while it is taking a connection, so this is done here.
        with contextlib.suppress(BlockingIOError):
            while True:
                task = asyncio.ensure_future(self._welcome(listener.accept()[0]))
                self._welcoming.add(task)
                task.add_done_callback(self._welcoming.discard)

    async def _welcome(self, opened: socket.socket) -> None:
        with contextlib.suppress(OSError):  # a TLS handshake that fails is seen by the client
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(lambda: _Peer(self), opened, ssl=self._tls)

    async def _down(self) -> None:
        if self.accepting:
            self.accepting = False
            self._refuse()
        await asyncio.sleep(0)  # a connection just taken comes to be, and can be closed
        for peer in tuple(self._peers):
            peer.dismiss()
        under_way = asyncio.all_tasks() - {asyncio.current_task()}
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way, timeout=_PATIENCE)

    def _refuse(self) -> None:
        """Leave the socket bound but not listening, which refuses connections and keeps the port ours."""
        assert self._socket is not None
        asyncio.get_running_loop().remove_reader(self._socket)
        try:
            self._socket.shutdown(socket.SHUT_RDWR)  # on Linux it ends listening, for a forked child's copy too
        except OSError:  # elsewhere only closing does
            self._socket.close()
            self._socket = _bind(self.port)


class _Peer(asyncio.Protocol):
    """One connection: takes requests one after the other, and sends what is decided on each."""

    _transport: asyncio.Transport

    def __init__(self, server: Server) -> None:
        self._server = server
        self._reader = RequestReader()
        self._gone = asyncio.Event()
        self._flushed = asyncio.Event()
        self._flushed.set()
        self._dismissed = False
        self._serving: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(0)  # so that writing is paused whenever not everything is out
        number = self._server.joined(self)
        if self._server.accepting:
            self._serving = asyncio.ensure_future(self._serve(number))
        else:
            self.dismiss()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reader.end()
        self._gone.set()
        self._flushed.set()
        self._server.left(self)

    def pause_writing(self) -> None:
        self._flushed.clear()

    def resume_writing(self) -> None:
        self._flushed.set()

    def dismiss(self) -> None:
        """Close the connection, whatever is under way or unsent."""
        self._dismissed = True
        self._close()
        self._transport.abort()

    async def _serve(self, number: int) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while (request := await self._next(number)) is not None:
                delivery, done = self._server.respond(request)
                out = False
                try:
                    out = await self._send(delivery)
                finally:
                    done(not out and not self._dismissed)
                self._finish(delivery, request)

    async def _next(self, number: int) -> Request | None:
        try:
            return await self._reader.read(number, self._transport.write)
        except ValueError:  # not HTTP
            self._close()
            return None

    async def _send(self, delivery: Delivery) -> bool:
        """Send it, and return whether all was out before the client left."""
        for part in delivery.parts:
            if part.pause:
                await self._wait_gone(part.pause)
            if self._gone.is_set():
                return False
            self._transport.write(part.data)
            await asyncio.sleep(0)  # one part, one segment; and see whether the client is still there
            if not self._flushed.is_set():
                await self._flushed.wait()
                if self._gone.is_set():
                    return False
        if delivery.ending == "stall":
            await self._gone.wait()
        return delivery.ending != "stall"

    async def _wait_gone(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), seconds)

    def _finish(self, delivery: Delivery, request: Request) -> None:
        if delivery.ending == "reset":
            linger = struct.pack("ii", 1, 0)  # closing with a linger of zero seconds sends RST
            self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self._transport.abort()
        elif delivery.ending == "fin" or request.headers.get("connection", "").lower() == "close":
            self._close()

    def _close(self) -> None:
        if not self._transport.is_closing():
            # Shutting down first sends the FIN even where a forked child still holds the descriptor.
            if self._transport.can_write_eof():
                self._transport.write_eof()
            self._transport.close()


def _bind(port: int) -> socket.socket:
    # With its protocol named: only of such sockets does asyncio take away the delay (Nagle's) before a second piece.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound
