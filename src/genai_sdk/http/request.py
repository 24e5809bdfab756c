"""What goes out, and how a transport is set up."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from genai_sdk.secret import Closed, Sealed, Secret

if TYPE_CHECKING:
    import asyncio
    import socket

Body = bytes | tuple[bytes, ...]
"""A body: whole, or in pieces that are sent one after the other."""

# A body is all here, so its framing is the transport's own; and no one would wait for the answer to an Expect.
FRAMING_HEADERS = frozenset({"content-length", "transfer-encoding", "expect"})
# Up to here head and body travel as one write: copying is cheaper than a second packet.
_JOINED = 64 * 1024
MAX_RESPONSE_BYTES = 256 * 1024 * 1024
"""The most bytes of a provider's answer, whole or streamed, unless a client says otherwise."""
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class Headers(Closed):
    """The headers of a request, closed: a key is among them. Those that many requests share are rendered once.

    Args:
        pairs: Names and values in order.

    Attributes:
        rendered: What `http.head` has made of them, once it has.
    """

    __slots__ = ("_pairs", "rendered")

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._pairs = Sealed(tuple(pairs))
        self.rendered: Sealed[tuple[str | None, str]] | None = None

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs.reveal())


class Request(Closed):
    """One request; it is sent as given, with nothing added but Host and Content-Length.

    Args:
        method: An HTTP method in upper case.
        url: An absolute http or https URL, percent-encoded, without user and password.
        headers: Names and values in order, sent as UTF-8; those that frame the body are left out, as that is the
            transport's own business. `Headers` that are used again cost less.
        body: The whole body, in one piece or several, which are not copied into one.
    """

    __slots__ = ("body", "headers", "method", "url")

    def __init__(
        self, method: str, url: str, headers: Headers | tuple[tuple[str, str], ...] = (), body: Body = b""
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.body = body

    def __repr__(self) -> str:
        # Queries and headers can hold keys, bodies can hold anything.
        return f"Request({self.method} {self.url.partition('?')[0]}, {length_of(self.body)} bytes)"

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)


class TransportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a transport reaches servers; nothing here is ever read from the environment.

    Attributes:
        ca_bundle: A PEM file of the CAs to trust, in place of those OpenSSL was built to use.
        http_proxy: The proxy for http URLs, as `http://user:password@host:port`; secret, as the password is.
        https_proxy: The proxy for https URLs, in the same form; it is asked to CONNECT.
        no_proxy: Hosts to reach directly, separated by commas: `example.com` and `.example.com` (both with all
            names below), `host:port`, addresses, networks such as `10.0.0.0/8`, or `*`.
        max_idle_per_host: Idle connections kept for each scheme, host and port; what was in flight at once should find
            its connections again.
        idle_seconds: Seconds that an idle connection is kept.
        max_body_bytes: The most bytes of a body, read whole or in pieces.
    """

    ca_bundle: str | None = None
    http_proxy: Secret | None = None
    https_proxy: Secret | None = None
    no_proxy: str | None = None
    max_idle_per_host: int = 256
    idle_seconds: float = 30.0
    max_body_bytes: int = 64 * 1024 * 1024


def length_of(body: Body) -> int:
    """Return how many bytes a body has."""
    return len(body) if isinstance(body, bytes) else sum(map(len, body))


class Outgoing(Closed):
    """What is written for a request. Whoever writes and waits has no byte of it in a variable of its own.

    Args:
        head: The head.
        body: The body; one of at most 64 KiB travels with the head.
    """

    __slots__ = ("_blocks", "_view")

    def __init__(self, head: bytes, body: Body = b"") -> None:
        self._blocks = _blocks(head, body)
        # Views, since TLS is Python down to here (ssl.SSLSocket.send) and has what it is given in a variable.
        self._view = memoryview(self._blocks[0])

    def send(self, sock: "socket.socket") -> bool:
        """Write what a socket takes at once, and let go of what is written; returns whether anything is left."""
        sent = sock.send(self._view)
        if sent < self._view.nbytes:
            self._view = self._view[sent:]
            return True
        del self._blocks[0]
        self._view = memoryview(self._blocks[0] if self._blocks else b"")
        return bool(self._blocks)

    def write(self, transport: "asyncio.WriteTransport") -> None:
        """Hand everything to a transport of asyncio's."""
        blocks, self._blocks = self._blocks, []
        for block in blocks:
            transport.write(block)


def _blocks(head: bytes, body: Body) -> list[bytes]:
    if isinstance(body, bytes):
        return [head + body] if len(body) <= _JOINED else [head, body]
    return [head + b"".join(body)] if length_of(body) <= _JOINED else [head, *filter(None, body)]


def first_value(headers: Iterable[tuple[str, str]], name: str) -> str | None:
    """Return the value of the first header called `name`, in any case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
