"""Hands bytes to Langfuse: one request after another, each tried again until Langfuse has judged it."""

import base64
import threading
import time
import zlib
from collections.abc import Callable
from typing import Literal, NamedTuple

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.http import (
    ConnectFailed,
    ConnectTimedOut,
    Deadline,
    Headers,
    Request,
    SyncTransport,
    TransportClosed,
    TransportError,
    UnsendableRequest,
)
from genai_sdk.lifecycle.chance import jittered
from genai_sdk.tracing.stats import DropReason

ExportResult = Literal["sent", "unconfirmed", "spooled", "set_aside"] | DropReason
"""What became of records; `unconfirmed` were sent, and the end came before the answer, `spooled` are on disk."""

TRACES_PATH = "/api/public/otel/v1/traces"
SCORES_PATH = "/api/public/scores"

FAILING = 6
"""Answers of 500 to one request, after which something else is tried: it may be what Langfuse fails on."""

_GZIP = 31  # zlib's window bits for the gzip format
_AGAIN = frozenset({408, 425, 429})
_GATEWAY = frozenset({502, 503, 504})  # what stands before Langfuse answers: these say nothing of the request
_QUOTED = 200  # characters of an answer that are worth repeating


class RetryLimits(msgspec.Struct, frozen=True):
    """The bounds of one sender, in seconds. There is no bound to the tries: what waits is bounded by its bytes.

    Attributes:
        request: That one request may take.
        connect: That connecting may take of it.
        base: Of the first wait at most; each further one at most doubles.
        longest: Of any wait that Langfuse did not ask for.
        retry_after: Of any wait that it asked for.
    """

    request: float = 10.0
    connect: float = 5.0
    base: float = 1.9
    longest: float = 30.0
    retry_after: float = 300.0


class RetryClock:
    """The time between tries."""

    def now(self) -> float:
        """Return the time in seconds; only differences count."""
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> None:
        """Wait for so long, or until the event is set."""
        event.wait(seconds)


class Try(NamedTuple):
    """One request.

    Attributes:
        outcome: What came of it; None where it may be made again.
        retry_after: Seconds that Langfuse asked to wait.
        received: Whether Langfuse may have taken it, though no answer came.
        failed: Whether Langfuse itself answered that it failed.
    """

    outcome: ExportResult | None
    retry_after: float = 0.0
    received: bool = False
    failed: bool = False


class Sender:
    """Posts to one Langfuse as one project.

    Args:
        transport: Sends the requests; closed by `close`.
        host: Langfuse's address.
        public_key: The project's public key.
        secret_key: Returns its secret key, when a request is made.
        retry_limits: The bounds.
        clock: The time between tries.

    Attributes:
        last_error: What went wrong last, or None.
        outages: How often nothing came through after it had, or at first.
        down: Whether nothing comes through.
        closed: Whether nothing is sent any more.
        on_failure: Called after a try that may be made again, by the thread that made it.
    """

    def __init__(
        self,
        transport: SyncTransport,
        host: str,
        public_key: str,
        secret_key: Callable[[], str],
        retry_limits: RetryLimits,
        clock: RetryClock | None = None,
    ) -> None:
        self.on_failure: Callable[[], None] = _nothing
        self._transport = transport
        self._host = host.rstrip("/")
        self._public_key = public_key
        self._secret_key = secret_key
        self._retry_limits = retry_limits
        self._clock = clock or RetryClock()
        self.closed = False
        self.begin()

    def begin(self) -> None:
        """Start over in a forked child, which finds out by itself how Langfuse fares."""
        self.last_error: str | None = None
        self.outages = 0
        self.down = False
        self._hurried = threading.Event()

    def send_spans(self, body: bytes, within: float, *, once: bool = False) -> ExportResult | None:
        """Send an OTLP request of JSON.

        Args:
            body: The request.
            within: Seconds that all tries may take.
            once: Whether to try no second time.

        Returns:
            What came of it; None if Langfuse itself answers, and fails each time.
        """
        headers = (("content-encoding", "gzip"), ("x-langfuse-ingestion-version", "4"))
        # The lightest level: bodies shrink to a sixth, and the thread has other work.
        return self._post(TRACES_PATH, zlib.compress(body, 1, _GZIP), headers, within, once=once)

    def send_score(self, body: bytes, within: float, *, once: bool = False) -> ExportResult | None:
        """Send a score of JSON, as `send_spans` does."""
        return self._post(SCORES_PATH, body, (), within, once=once)

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Make one request of Langfuse's API, once; returns status and body, or None if there was no answer."""
        return self._once(Request(method, self._host + path, self._headers(), body))

    def put(self, url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[int, bytes] | None:
        """Put bytes elsewhere, once and without the key pair; returns status and body, or None without an answer."""
        return self._once(Request("PUT", url, headers, body))

    def hurry(self) -> None:
        """Make the next try at once: somebody waits for the outcome."""
        self._hurried.set()

    def close(self) -> None:
        """End what is under way; nothing is sent any more."""
        self.closed = True
        self._transport.close()

    def _post(
        self, path: str, body: bytes, headers: tuple[tuple[str, str], ...], within: float, *, once: bool
    ) -> ExportResult | None:
        end = self._clock.now() + within
        pause, failures, received = self._retry_limits.base, 0, False
        while True:
            tried = self._try(path, body, headers, end)
            received = received or tried.received
            if tried.outcome is not None:
                self.down = self.down and tried.outcome != "sent"
                return "unconfirmed" if received and tried.outcome == "closed" else tried.outcome
            if not self.down:
                self.down, self.outages = True, self.outages + 1
            failures += tried.failed
            self.on_failure()
            if once:
                return None if tried.failed else "unavailable"
            if failures >= FAILING:
                return None
            wait = jittered(pause)
            wait = max(wait, min(tried.retry_after, self._retry_limits.retry_after))
            if self._clock.now() + wait >= end:
                return "unconfirmed" if received else "unavailable"
            self._clock.wait(self._hurried, wait)
            self._hurried.clear()
            pause = min(2 * pause, self._retry_limits.longest)

    def _try(self, path: str, body: bytes, headers: tuple[tuple[str, str], ...], end: float) -> Try:
        if self.closed:
            return Try("closed")
        request = Request("POST", self._host + path, self._headers(*headers), body)
        limits = self._retry_limits
        try:
            seconds = min(limits.request, max(0.1, end - self._clock.now()))
            with self._transport.open(request, Deadline(seconds, connect=limits.connect)) as response:
                answer = response.read()
        except TransportClosed:
            return Try("closed", received=True)
        except (TransportError, ConfigurationError) as error:
            self.last_error = f"{type(error).__name__}: {error}"
            if isinstance(error, UnsendableRequest | ConfigurationError):
                return Try("refused")
            return Try(None, received=not isinstance(error, ConnectFailed | ConnectTimedOut))
        kind = (response.header("content-type") or "").partition(";")[0].strip()
        outcome = _read(response.status, kind)
        if outcome != "sent":
            self.last_error = f"{response.status} ({kind or 'no content type'}): {_quote(answer)}"
        failed = response.status >= 500 and response.status not in _GATEWAY
        return Try(outcome, _seconds(response.header("retry-after")), failed=failed)

    def _once(self, request: Request) -> tuple[int, bytes] | None:
        try:
            with self._transport.open(request, Deadline(self._retry_limits.request)) as response:
                return response.status, response.read()
        except (TransportError, TransportClosed, ConfigurationError):
            return None

    def _headers(self, *others: tuple[str, str]) -> Headers:
        """Return the headers of a request, closed: no frame that waits for its answer has the key in a variable."""
        pair = base64.b64encode(f"{self._public_key}:{self._secret_key()}".encode()).decode()
        return Headers((("authorization", f"Basic {pair}"), ("content-type", "application/json"), *others))


def _nothing() -> None:
    pass


def _read(status: int, kind: str) -> ExportResult | None:
    if 200 <= status < 300:
        # Langfuse answers in JSON; a sign-in page of a proxy does not, and has kept nothing.
        return "sent" if kind == "application/json" else "refused"
    if status == 413:
        return "too_large"
    return None if status >= 500 or status in _AGAIN else "refused"


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.strip().isdecimal() else 0.0


def _quote(answer: bytes) -> str:
    text = " ".join(answer[: 4 * _QUOTED].decode("utf-8", "replace").split())
    return text if len(text) <= _QUOTED else text[:_QUOTED] + "…"
