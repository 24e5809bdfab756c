"""From a host's name to a connection that is ready for a request."""

import errno
import os
import queue
import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectFailed, ConnectionCut, ReadTimedOut, TotalTimedOut, certificate_error
from genai_sdk.http.head import tunnel_head
from genai_sdk.http.liveness import watch_path
from genai_sdk.http.parser import ResponseParser
from genai_sdk.http.proxy import Proxy, describe_route
from genai_sdk.http.sync.socket import Socket, in_steps
from genai_sdk.http.target import Target

if TYPE_CHECKING:  # plain http does not pay for it
    import ssl

T = TypeVar("T")
# What getaddrinfo returns: family, kind, protocol, name and address.
Addresses = Sequence[tuple[int, int, int, str, tuple[Any, ...]]]


def dial(
    conn: Socket, target: Target, proxy: Proxy | None, context: "ssl.SSLContext | None", deadline: Deadline
) -> None:
    """Connect `conn` to a target.

    Name lookup, every address, the proxy and TLS share the budget's connect limit. A lookup that overruns it is left
    behind on a thread of its own, since the operating system offers no way to end one.

    Args:
        conn: The socket to connect.
        target: Where to.
        proxy: Through which proxy.
        context: Whom to trust, for https.
        deadline: The limits of the exchange.

    Raises:
        ConnectFailed: If there is no way through.
        ConnectTimedOut: If it takes longer than connecting may.
        TotalTimedOut: If the total is used up.
        TransportClosed: If the socket was ended meanwhile.
    """
    phase = deadline.connecting()
    where = describe_route(target, proxy)
    try:
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        reach(conn, resolve(conn, host, port, phase), phase)
        if context is not None:
            if proxy is not None:
                tunnel(conn, target, proxy, phase)
            secure(conn, target.host, context, phase)
    except (TimeoutError, TotalTimedOut, ReadTimedOut):
        raise deadline.connect_overdue() from None
    except (OSError, ConnectionCut) as error:
        conn.check()
        if untrustworthy := getattr(error, "verify_message", None):  # an SSLCertVerificationError
            raise certificate_error(where, untrustworthy) from error
        raise ConnectFailed(f"cannot connect to {where}: {getattr(error, 'strerror', None) or error}") from error


def resolve(conn: Socket, host: str, port: int, phase: Deadline) -> Addresses:
    """Look a host's addresses up; a lookup can hang for longer than any limit, so it runs on a thread of its own."""
    # A text is encoded by IDNA, whose tables take 1 ms to load and change nothing in what is ASCII.
    name: str | bytes = host.encode() if host.isascii() else host
    with suppress(OSError):
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    results: queue.SimpleQueue[Addresses | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            results.put(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
            results.put(error)

    conn.interrupt = lambda: results.put(InterruptedError())
    try:
        conn.check()
        try:
            threading.Thread(target=look_up, name="genai-lookup", daemon=True).start()
        except RuntimeError:  # no new threads while the interpreter shuts down, when the last traces are sent
            look_up()
        outcome = in_steps(phase.remaining(), lambda step: _get(results, step))
    finally:
        conn.interrupt = None
    conn.check()
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def reach(conn: Socket, addresses: Addresses, phase: Deadline) -> None:
    """Connect to the first address that answers; each may use its share of what is left."""
    for left in range(len(addresses), 0, -1):
        family, kind, protocol, _, address = addresses[-left]
        remaining = phase.remaining()
        try:
            sock = socket.socket(family, kind, protocol)
            conn.attach(sock)
            _connect(conn, sock, address, None if remaining is None else remaining / left)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            watch_path(sock)
            return
        except OSError:
            conn.check()
            if left == 1:
                raise


def _connect(conn: Socket, sock: socket.socket, address: tuple[Any, ...], timeout: float | None) -> None:
    def connect() -> None:
        # Begun first and looked at afterwards, so that `Socket.end` either sees a connection to shut down or is seen.
        status = sock.connect_ex(address)
        conn.check()
        if status in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_WRITE)
                in_steps(timeout, lambda step: _select(selector, step))
            status = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        conn.check()
        if status:
            raise OSError(status, os.strerror(status))

    conn.guarded(connect)


def tunnel(conn: Socket, target: Target, proxy: Proxy, phase: Deadline) -> None:
    """Ask a proxy for a tunnel to the target."""
    conn.deadline = phase
    conn.send(tunnel_head(target, proxy))
    parser = ResponseParser()
    response = parser.begin("CONNECT")
    while not response.head_complete:
        if data := conn.receive():
            parser.feed(data)
        else:
            parser.end()
    parser.close()
    if response.status != 200:
        raise ConnectFailed(f"no tunnel to {describe_route(target, proxy)}: {response.status} {response.reason}")


def secure(conn: Socket, host: str, context: "ssl.SSLContext", phase: Deadline) -> None:
    """Put TLS on the socket."""
    sock = context.wrap_socket(conn.connected(), server_hostname=host, do_handshake_on_connect=False)
    conn.attach(sock)
    in_steps(phase.remaining(), lambda step: conn.guarded(sock.do_handshake, step))


def _get(results: "queue.SimpleQueue[T]", step: float) -> T:
    try:
        return results.get(timeout=step)
    except queue.Empty:
        raise TimeoutError from None


def _select(selector: selectors.BaseSelector, step: float) -> None:
    if not selector.select(step):
        raise TimeoutError
