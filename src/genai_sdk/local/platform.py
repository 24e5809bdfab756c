"""A running platform: its directory, its store and its server, started and stopped together."""

import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn

from genai_sdk.broker.protocol import Protocol
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError, UsageError
from genai_sdk.langfuse.api import Mode
from genai_sdk.local.addresses import Addresses
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.app import application
from genai_sdk.local.home import DATABASE, Home, PlatformCredentials
from genai_sdk.local.hosts import is_loopback
from genai_sdk.local.store import Store
from genai_sdk.local.store.migrate import ForeignFileError, NewerSchemaError
from genai_sdk.local.ui.authentication import Authentication
from genai_sdk.local.ui.player import Player
from genai_sdk.sentence import Sentence

HOST, PORT = "127.0.0.1", 4141

EVERY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - only with a password
"""Every address of this machine, with the loopback one among them that its own programs use."""

SHORTEST_PASSWORD = 12
"""The fewest characters of a password."""

_GRACE = 5  # seconds that requests under way are given when the platform stops
_START = 30.0  # seconds that starting may take


class Platform:
    """The local platform on a data directory.

        with Platform(Path("~/.genai"), port=0) as platform:
            ...  # use platform.url, platform.credentials.public_key and .secret_key

    Used so it runs on a thread; `run` runs it on this one, until a signal ends it.

    Args:
        data: The data directory, made if it is not there.
        host: The address to listen on; one that others can reach takes a password.
        port: The port; 0 for a free one.
        password: What browsers are asked for in place of the login key; needed where others can reach the platform.
        addresses: Where connections may lead; left out, public addresses, and this machine itself where nobody else
            can reach the platform.
        mode: Which of Langfuse's endpoints answer: `dual` the old ones (v1) and the new ones; `events_only`, as a
            bare 4.16, refuses the old ones; `legacy`, as an older Langfuse, has no others.

    Attributes:
        url: Where it answers.
        credentials: Its project and key pair.
        store: What it keeps.

    Raises:
        UsageError: Others can reach the host, and there is no password, or a short one.
        ConfigurationError: The directory is in use or cannot be used, or the port is taken.
    """

    def __init__(
        self,
        data: Path,
        *,
        host: str = HOST,
        port: int = PORT,
        password: str | None = None,
        addresses: Addresses | None = None,
        mode: Mode = "dual",
    ) -> None:
        alone = is_loopback(host)
        if not alone and host not in EVERY:
            raise UsageError(
                Sentence.of(
                    "platform.host",
                    "the local platform cannot listen on {host!r} alone: name a loopback address, or 0.0.0.0 "
                    "for every one",
                    host=host,
                )
            )
        if not alone and len(password or "") < SHORTEST_PASSWORD:
            raise UsageError(
                Sentence.of(
                    "platform.password",
                    "others can reach {host!r}, so the local platform takes a password of "
                    "{shortest_password} characters or more there: give one with --password-stdin. For a "
                    "team, run Langfuse itself: this is no production server",
                    host=host,
                    shortest_password=SHORTEST_PASSWORD,
                )
            )
        self._home = Home(data)
        with ExitStack() as undo:  # in case that what follows fails
            undo.callback(self._home.close)
            self._socket = _listen(host, port)
            undo.callback(self._socket.close)
            self.store = self._open()
            undo.pop_all()
        bound = self._socket.getsockname()[1]
        near = host if alone else EVERY[host]
        self.url = f"http://{f'[{near}]' if ':' in near else near}:{bound}"
        self._authentication = Authentication(self.credentials.secret_key, password=password)
        context = Context(self.store, self.credentials, addresses=addresses or Addresses(loopback=alone), mode=mode)
        self._player = Player(self.url, self.credentials, self.store)
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(context, self._authentication, self._player, loopback_only=alone),
                http=Protocol,
                access_log=False,
                log_level="warning",
                lifespan="off",
                ws="none",
                server_header=False,
                timeout_graceful_shutdown=_GRACE,
                timeout_keep_alive=60,
            )
        )
        self._thread: threading.Thread | None = None

    @property
    def credentials(self) -> PlatformCredentials:
        """Its project and key pair."""
        return self._home.credentials

    @property
    def login_url(self) -> str:
        """The address that opens the pages."""
        return (
            f"{self.url}/login"
            if self._authentication.asks_for_password
            else f"{self.url}/login?key={self._authentication.login_key}"
        )

    @property
    def directory(self) -> Path:
        """Its data directory."""
        return self._home.directory

    @property
    def is_new(self) -> bool:
        """Whether its key pair was made just now."""
        return self._home.is_new

    def run(self, ready: Callable[[], None] = lambda: None) -> None:
        """Serve until SIGINT or SIGTERM, then finish what is under way, close and return.

        Args:
            ready: Called once clients can find it.

        Raises:
            ConfigurationError: The directory cannot be written.
        """
        with self._ended_by_signals():
            try:
                self._announce()
                ready()
                self._server.run(sockets=[self._socket])
            finally:
                self._close()

    def end(self) -> None:
        """Have `run` return once what is under way is finished; may be called by a signal's handler."""
        self._server.should_exit = True

    def start(self) -> Self:
        """Serve on a thread.

        Raises:
            ConfigurationError: It did not start within half a minute, or the directory cannot be written.
            UsageError: It was started before.
        """
        if self._thread is not None or self._socket.fileno() < 0:
            raise UsageError(Sentence.of("platform.once", "a Platform starts once: make another one"))
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="genai-platform")
        self._thread.daemon = True
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            waited.wait(0.01)
        if not self._server.started:
            self.stop()
            raise ConfigurationError(Sentence.of("platform.not_started", "the local platform did not start"))
        try:
            self._announce()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Finish what is under way and close; may be called again."""
        self._player.close()  # while there is somebody to take its last traces
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_GRACE + 5)
        self._close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        """Let signals that would kill the process end it in order; the caller's own handlers stay.

        uvicorn sends itself a signal again once it has stopped, which would kill the process before anything is closed.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        usual = {signal.SIG_DFL, signal.default_int_handler}
        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        changed = [each for each, handler in before.items() if handler in usual]
        try:
            for each in changed:
                signal.signal(each, lambda number, frame: self.end())
            yield
        finally:
            for each in changed:
                signal.signal(each, before[each])

    def _announce(self) -> None:
        try:
            self._home.announce(self.url)
        except OSError as error:
            raise ConfigurationError(
                Sentence.of(
                    "platform.unwritable",
                    "the data directory {directory} cannot be written: {strerror}",
                    directory=self.directory,
                    strerror=error.strerror,
                )
            ) from error

    def _open(self) -> Store:
        path = self.directory / DATABASE
        try:
            return Store(self._home.database, Cipher(self.credentials.encryption_key))
        except NewerSchemaError as error:
            raise ConfigurationError(
                Sentence.of(
                    "platform.newer",
                    "{path} was written by a later version of the package ({error}): update the package, or "
                    "name another directory with --data",
                    path=path,
                    error=error,
                )
            ) from None
        except (ForeignFileError, OSError, sqlite3.Error) as error:
            raise ConfigurationError(
                Sentence.of(
                    "platform.store",
                    "{path}, the platform's store, cannot be opened ({error}): put a copy of it back, move "
                    "it away to begin with an empty one, or name another directory with --data",
                    path=path,
                    error=error,
                )
            ) from error

    def _close(self) -> None:
        self._player.close()
        self._socket.close()
        self.store.close()
        self._home.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: of such sockets alone asyncio takes away the delay (Nagle's) that would hold the second
    # part of each answer back for 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(512)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            Sentence.of(
                "platform.listen",
                "the local platform cannot listen on {host}:{port} ({reason}): name another port with "
                "--port, 0 for any",
                host=host,
                port=port,
                reason=reason,
            )
        ) from None
    return listening
