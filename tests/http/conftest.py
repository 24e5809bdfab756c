"""The stage of the transport's contract: engines that all look alike, and servers that do as they are told.

Another engine is put to the same tests by adding it to `ENGINES`.
"""

import asyncio
import concurrent.futures
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from genai_sdk.http import AsyncResponse, AsyncTransport, Deadline, Request, SyncTransport, TransportSettings
from genai_sdk.secret import Secret

BOUND = 20.0  # seconds: nothing here may take longer, and nothing depends on it
T = TypeVar("T")


# Engines: what `SyncTransport` looks like, whatever runs beneath.


class AsyncEngine:
    """An `AsyncTransport` on a loop in a thread, with the looks of a `SyncTransport`."""

    def __init__(self, settings: TransportSettings | None = None) -> None:
        self.transport = AsyncTransport(settings)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._turn, daemon=True)
        self._thread.start()

    def _turn(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self.loop) as runner:
            runner.run(self._live())

    async def _live(self) -> None:
        self._over = asyncio.Event()
        await self._over.wait()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.start(work).result(BOUND)

    def start(self, work: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def open(self, request: Request, deadline: Deadline) -> "AsyncAnswer":
        return AsyncAnswer(self.run(self.transport.open(request, deadline)), self)

    def close(self) -> None:
        self.transport.close()

    def end(self) -> None:
        self.run(self.transport.aclose())
        self.loop.call_soon_threadsafe(self._over.set)
        self._thread.join(BOUND)


class AsyncAnswer:
    """An `AsyncResponse` with the looks of a `SyncResponse`."""

    def __init__(self, response: AsyncResponse, engine: AsyncEngine) -> None:
        self._response = response
        self._engine = engine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._response, name)

    def read(self) -> bytes:
        return self._engine.run(self._response.read())

    def chunks(self) -> Iterator[bytes]:
        pieces = self._response.chunks()
        try:
            while (piece := self._engine.run(_next(pieces))) is not None:
                yield piece
        finally:
            self._engine.run(pieces.aclose())  # type: ignore[attr-defined]

    def close(self) -> None:
        self._engine.run(self._response.aclose())

    def __enter__(self) -> "AsyncAnswer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _next(pieces: AsyncIterator[bytes]) -> bytes | None:
    return await anext(pieces, None)


class SyncEngine(SyncTransport):
    """A `SyncTransport`; `end` is what the fixture calls."""

    end = SyncTransport.close


ENGINES: dict[str, Any] = {"sync": SyncEngine, "async": AsyncEngine}


@pytest.fixture(params=list(ENGINES))
def make_engine(request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Make an engine with the settings given by name."""
    engines = []

    def make(**settings: Any) -> Any:
        sealed = {name: Secret(settings[name]) for name in ("http_proxy", "https_proxy") if settings.get(name)}
        engine = ENGINES[request.param](TransportSettings(**(settings | sealed)))
        engines.append(engine)
        return engine

    yield make
    for engine in engines:
        engine.end()


@pytest.fixture
def engine(make_engine: Callable[..., Any]) -> Any:
    return make_engine()


# Servers: a script for each connection, in a thread of its own, on a real socket.


class Received(NamedTuple):
    """A request as it came."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(BOUND)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.number = number
        self.rest = b""

    def request(self) -> Received | None:
        """Read one request; None when the client has hung up."""
        while b"\r\n\r\n" not in self.rest:
            if not self._more():
                return None
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("utf-8").split("\r\n")
        headers = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
        method, target, _ = first.split(" ")
        received = Received(method, target, headers, b"")
        length = int(received.header("content-length") or 0)
        while len(self.rest) < length:
            if not self._more():
                return None
        body, self.rest = self.rest[:length], self.rest[length:]
        return received._replace(body=body)

    def _more(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except ConnectionError:
            return False
        self.rest += data
        return bool(data)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, body: bytes = b"", status: str = "200 OK", headers: str = "") -> None:
        self.send(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)

    def trickle(self, data: bytes, every: float = 0.02) -> None:
        """Send byte by byte until the client has had enough."""
        with suppress(OSError):
            for byte in data:
                self.send(bytes([byte]))
                threading.Event().wait(every)

    def gone(self) -> bool:
        """Wait until the client has hung up."""
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionError:
            pass
        except TimeoutError:
            return False
        return True


class Server:
    """A server that plays a script (a function of `Peer`) on every connection."""

    def __init__(self, script: Callable[[Peer], None], context: ssl.SSLContext | None = None) -> None:
        self.script = script
        self.context = context
        self.peers: list[Peer] = []
        self.errors: list[BaseException] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def connections(self) -> int:
        return len(self.peers)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(sock, self.connections)
            self.peers.append(peer)
            threading.Thread(target=self._play, args=(peer,), daemon=True).start()

    def _play(self, peer: Peer) -> None:
        try:
            if self.context is not None:
                peer.sock = self.context.wrap_socket(peer.sock, server_side=True)
            self.script(peer)
        except (ConnectionError, ssl.SSLError):
            pass  # the client left: most scripts expect no less
        except BaseException as error:
            self.errors.append(error)
        finally:
            peer.sock.close()

    def end(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._thread.join(BOUND)
        self._listener.close()
        for peer in self.peers:
            with suppress(OSError):
                socket.socket.shutdown(peer.sock, socket.SHUT_RDWR)
        assert self.errors == []


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start a server that plays a script."""
    servers: list[Server] = []

    def start(script: Callable[[Peer], None], context: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(script, context))
        return servers[-1]

    yield start
    for server in servers:
        server.end()


@pytest.fixture
def echo() -> Callable[[Peer], None]:
    """A script that answers every request with its own body."""

    def script(peer: Peer) -> None:
        while (received := peer.request()) is not None:
            peer.answer(received.body)

    return script


@pytest.fixture
def unanswered() -> Iterator[str]:
    """A URL whose host lets connection attempts go unanswered: its queue is full and nobody accepts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            with suppress(BlockingIOError):
                sock.connect(listener.getsockname())
            waiting.append(sock)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for sock in waiting:
            sock.close()


@pytest.fixture
def echo_server(serve: Callable[..., Server], echo: Callable[[Peer], None]) -> Server:
    return serve(echo)


# Trust: a CA made for this run, which no machine knows.


def _certificate(
    name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None, *hosts: x509.GeneralName
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def _context(path: Path, leaf: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> ssl.SSLContext:
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """A CA's bundle, and contexts of two servers that it vouches for: one on loopback, and one elsewhere."""
    folder: Path = tmp_path_factory.mktemp("trust")
    ca = _certificate("a CA of our own", None)
    bundle = folder / "ca.pem"
    bundle.write_bytes(ca[0].public_bytes(serialization.Encoding.PEM))
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("localhost")
    return SimpleNamespace(
        bundle=str(bundle),
        context=_context(folder / "loopback.pem", *_certificate("server", ca, *loopback)),
        elsewhere=_context(folder / "elsewhere.pem", *_certificate("server", ca, x509.DNSName("elsewhere.example"))),
    )
