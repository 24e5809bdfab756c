"""A broker that runs: a listening socket, and uvicorn on it, in one process or in several."""

import asyncio
import contextlib
import logging
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import uvicorn

from genai_sdk.broker.application import Application
from genai_sdk.broker.audit import OFF, STANDARD_OUTPUT
from genai_sdk.broker.protocol import Protocol
from genai_sdk.broker.service import make_application, make_reader
from genai_sdk.broker.settings import BrokerSettings
from genai_sdk.broker.supervisor import Supervisor
from genai_sdk.broker.worker_metrics import WorkerMetrics
from genai_sdk.errors import ConfigurationError, SourceUnavailableError
from genai_sdk.http import SyncTransport
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.broker")

GRACE = 10
"""Seconds that requests under way are given at the end."""
_TWICE = 1.0
"""Seconds in which a signal that comes again is the same one."""
_AT_ONCE = 2_000
"""Connections of one process; of more, each is answered 503 at once."""


def serve(settings: BrokerSettings) -> None:
    """Serve until SIGINT or SIGTERM, then finish what is under way and return.

    Raises:
        ConfigurationError: A setting cannot be used, or the port is taken.
    """
    listening = listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    scheme = "https" if settings.tls_cert else "http"
    with listening:
        make_application(settings).close()  # so that what every process would raise is raised now
        logger.warning("the broker listens on %s://%s:%s", scheme, f"[{host}]" if ":" in host else host, port)
        if settings.workers == 1:
            work(settings, listening)
            return
        with tempfile.TemporaryDirectory(prefix="genai-broker-") as directory:
            supervisor = Supervisor(settings.workers, lambda: work(settings, listening, Path(directory)))
            supervisor.run(patience=settings.drain + GRACE + 5)


def check(settings: BrokerSettings) -> list[str]:
    """Look whether a broker with these settings could answer; listens on nothing.

    Returns:
        What was found, a line each.

    Raises:
        ConfigurationError: A setting, a table or a GRANT is wrong.
        SourceUnavailableError: The database, Langfuse or Redis does not answer.
    """
    make_application(settings).close()
    with SyncTransport(settings.transport) as transport:
        make_reader(settings, transport).probe()
    by = f"Langfuse at {settings.langfuse_url}" if settings.langfuse_url else "the database's own rows"
    lines = [
        "The database answers, and its role may read all that it takes.",
        f"Key pairs are checked by {by}.",
        {STANDARD_OUTPUT: "Audit lines go to standard output.", OFF: "No audit lines are written."}.get(
            settings.audit, f"Audit lines go to {settings.audit}."
        ),
    ]
    if settings.redis_url is not None:
        from genai_sdk.broker.shared_limits import answers

        if not asyncio.run(answers(settings.redis_url)):
            raise SourceUnavailableError(
                Sentence.of(
                    "broker.redis", "Redis (GENAI_BROKER_REDIS_URL) does not answer: each process would limit by itself"
                )
            )
        lines.append("Redis answers, and rate limits are shared.")
    return lines


def work(settings: BrokerSettings, listening: socket.socket, directory: Path | None = None) -> None:
    """Be one process of a broker, until a signal ends it.

    Args:
        settings: How it runs.
        listening: The socket, which all processes share.
        directory: Where processes tell each other their numbers; None for a single one.
    """
    application = make_application(settings, None if directory is None else WorkerMetrics(directory))
    config = uvicorn.Config(
        application,
        http=Protocol,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws="none",
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        limit_concurrency=_AT_ONCE,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
    )
    with _signals_left_alone():
        DrainingServer(config, application, settings.drain).run(sockets=[listening])


class DrainingServer(uvicorn.Server):
    """A server that goes on answering for a while after SIGTERM, while its readiness says no.

    A load balancer learns of an end by asking; what it sends until then would otherwise find nobody.

    Args:
        config: uvicorn's.
        application: What is served.
        drain: Seconds that it goes on.
        now: The clock in seconds.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        application: Application,
        drain: float,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(config)
        self._application = application
        self._drain = drain
        self._now = now
        self._began = 0.0
        self._signal = 0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; at another signal, stop.

        A worker may be sent the same signal twice at once: by whoever ends all processes of a service, as systemd does,
        and by its supervisor.
        """
        now = self._now()
        if self._drain and not self._application.draining:
            self._application.draining = True
            self._signal, self._began = sig, now
        elif not self._drain or now - self._began > _TWICE:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Stop once drained."""
        if self._application.draining and not self.should_exit and self._now() - self._began >= self._drain:
            super().handle_exit(self._signal, None)
        return await super().on_tick(counter)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        ConfigurationError: The address cannot be listened on.
    """
    listening = socket.socket(
        socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(2048)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            Sentence.of(
                "broker.listen",
                "the broker cannot listen on {host}:{port} ({reason}): name others with --host and --port",
                host=host,
                port=port,
                reason=reason,
            )
        ) from None
    return listening


@contextlib.contextmanager
def _signals_left_alone() -> Iterator[None]:
    """Let the process end in order: uvicorn sends itself a signal again once it has stopped."""
    ending = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.signal(each, lambda number, frame: None) for each in ending}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
