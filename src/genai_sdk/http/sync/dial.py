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

from genai_sdk.http.answer import AnswerReader
from genai_sdk.http.budget import Budget
from genai_sdk.http.errors import ConnectFailed, ConnectionCut, ReadTimedOut, TotalTimedOut, untrusted
from genai_sdk.http.head import tunnel_head
from genai_sdk.http.proxy import Proxy, way
from genai_sdk.http.sync.line import Line, in_steps
from genai_sdk.http.target import Target

if TYPE_CHECKING:  # plain http does not pay for it
    import ssl

T = TypeVar("T")
# What getaddrinfo returns: family, kind, protocol, name and address.
Addresses = Sequence[tuple[int, int, int, str, tuple[Any, ...]]]


def dial(line: Line, target: Target, proxy: Proxy | None, context: "ssl.SSLContext | None", budget: Budget) -> None:
    """Connect `line` to a target.

    Name lookup, every address, the proxy and TLS share the budget's connect limit. A lookup that overruns it is left
    behind on a thread of its own, since the operating system offers no way to end one.

    Args:
        line: The line to connect.
        target: Where to.
        proxy: Through which proxy.
        context: Whom to trust, for https.
        budget: The limits of the exchange.

    Raises:
        ConnectFailed: If there is no way through.
        ConnectTimedOut: If it takes longer than connecting may.
        TotalTimedOut: If the total is used up.
        TransportClosed: If the line was ended meanwhile.
    """
    phase = budget.connecting()
    where = way(target, proxy)
    try:
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        reach(line, resolve(line, host, port, phase), phase)
        if context is not None:
            if proxy is not None:
                tunnel(line, target, proxy, phase)
            secure(line, target.host, context, phase)
    except (TimeoutError, TotalTimedOut, ReadTimedOut):
        raise budget.connect_overdue() from None
    except (OSError, ConnectionCut) as error:
        line.check()
        if untrustworthy := getattr(error, "verify_message", None):  # an SSLCertVerificationError
            raise untrusted(where, untrustworthy) from error
        raise ConnectFailed(f"cannot connect to {where}: {getattr(error, 'strerror', None) or error}") from error


def resolve(line: Line, host: str, port: int, phase: Budget) -> Addresses:
    """Look a host's addresses up; a lookup can hang for longer than any limit, so it runs on a thread of its own."""
    # A text is encoded by IDNA, whose tables take 1 ms to load and change nothing in what is ASCII.
    name: str | bytes = host.encode() if host.isascii() else host
    with suppress(OSError):
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    found: queue.SimpleQueue[Addresses | Exception] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found.put(socket.getaddrinfo(name, port, type=socket.SOCK_STREAM))
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the thread that waits
            found.put(error)

    line.interrupt = lambda: found.put(InterruptedError())
    try:
        line.check()
        try:
            threading.Thread(target=look_up, name="genai-lookup", daemon=True).start()
        except RuntimeError:  # no new threads while the interpreter shuts down, when the last traces are sent
            look_up()
        answer = in_steps(phase.remaining(), lambda step: _get(found, step))
    finally:
        line.interrupt = None
    line.check()
    if isinstance(answer, Exception):
        raise answer
    return answer


def reach(line: Line, addresses: Addresses, phase: Budget) -> None:
    """Connect to the first address that answers; each may use its share of what is left."""
    for left in range(len(addresses), 0, -1):
        family, kind, protocol, _, address = addresses[-left]
        remaining = phase.remaining()
        try:
            sock = socket.socket(family, kind, protocol)
            line.attach(sock)
            _connect(line, sock, address, None if remaining is None else remaining / left)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return
        except OSError:
            line.check()
            if left == 1:
                raise


def _connect(line: Line, sock: socket.socket, address: tuple[Any, ...], timeout: float | None) -> None:
    def connect() -> None:
        # Begun first and looked at afterwards, so that `Line.end` either sees a connection to shut down or is seen.
        status = sock.connect_ex(address)
        line.check()
        if status in (errno.EINPROGRESS, errno.EWOULDBLOCK):
            with selectors.DefaultSelector() as selector:
                selector.register(sock, selectors.EVENT_WRITE)
                in_steps(timeout, lambda step: _select(selector, step))
            status = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        line.check()
        if status:
            raise OSError(status, os.strerror(status))

    line.guarded(connect)


def tunnel(line: Line, target: Target, proxy: Proxy, phase: Budget) -> None:
    """Ask a proxy for a tunnel to the target."""
    line.budget = phase
    line.send(tunnel_head(target, proxy))
    reader = AnswerReader()
    answer = reader.begin("CONNECT")
    while not answer.begun:
        if data := line.receive():
            reader.feed(data)
        else:
            reader.end()
    reader.close()
    if answer.status != 200:
        raise ConnectFailed(f"no tunnel to {way(target, proxy)}: {answer.status} {answer.reason}")


def secure(line: Line, host: str, context: "ssl.SSLContext", phase: Budget) -> None:
    """Put TLS on the line."""
    sock = context.wrap_socket(line.connected(), server_hostname=host, do_handshake_on_connect=False)
    line.attach(sock)
    in_steps(phase.remaining(), lambda step: line.guarded(sock.do_handshake, step))


def _get(found: "queue.SimpleQueue[T]", step: float) -> T:
    try:
        return found.get(timeout=step)
    except queue.Empty:
        raise TimeoutError from None


def _select(selector: selectors.BaseSelector, step: float) -> None:
    if not selector.select(step):
        raise TimeoutError
