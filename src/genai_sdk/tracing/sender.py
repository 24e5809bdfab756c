"""Hands bytes to Langfuse: one request after another, tried again within bounds."""

import base64
import random
import threading
import time
import zlib
from collections.abc import Callable
from typing import Literal

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Deadline, Request, SyncTransport, TransportClosed, TransportError, UnsendableRequest
from genai_sdk.tracing.stats import DropReason

ExportResult = Literal["sent"] | DropReason

TRACES_PATH = "/api/public/otel/v1/traces"
SCORES_PATH = "/api/public/scores"

_GZIP = 31  # zlib's window bits for the gzip format
_AGAIN = frozenset({408, 425, 429})
_QUOTED = 200  # characters of an answer that are worth repeating


class RetryLimits(msgspec.Struct, frozen=True):
    """The bounds of one sender, in seconds and tries.

    Attributes:
        request: Seconds that one request may take.
        retries: Further tries after the first.
        within: Seconds that all of them may take.
        base: Seconds of the first wait at most; each further one at most doubles. Five waits from 1.9 s on take 30 to
            59 s, which a restart of Langfuse fits into.
    """

    request: float = 10.0
    retries: int = 5
    within: float = 60.0
    base: float = 1.9


class Sender:
    """Posts to one Langfuse as one project.

    Args:
        transport: Sends the requests; closed by `close`.
        host: Langfuse's address.
        public_key: The project's public key.
        secret_key: Returns its secret key, when a request is made.
        retry_limits: The bounds.

    Attributes:
        last_error: What went wrong last, or None.
        outages: How often nothing came through after it had, or at first.
    """

    def __init__(
        self,
        transport: SyncTransport,
        host: str,
        public_key: str,
        secret_key: Callable[[], str],
        retry_limits: RetryLimits,
    ) -> None:
        self.last_error: str | None = None
        self.outages = 0
        self._transport = transport
        self._host = host.rstrip("/")
        self._public_key = public_key
        self._secret_key = secret_key
        self._retry_limits = retry_limits
        self._down = False
        self.begin()

    def begin(self) -> None:
        """Start over in a forked child."""
        self._hurried = threading.Event()

    def send_spans(self, body: bytes, within: float) -> ExportResult:
        """Send an OTLP request of JSON."""
        headers = (("content-encoding", "gzip"), ("x-langfuse-ingestion-version", "4"))
        # The lightest level: bodies shrink to a sixth, and the thread has other work.
        return self._post(TRACES_PATH, zlib.compress(body, 1, _GZIP), headers, within)

    def send_score(self, body: bytes, within: float) -> ExportResult:
        """Send a score of JSON."""
        return self._post(SCORES_PATH, body, (), within)

    def ask(self, method: str, path: str, body: bytes) -> tuple[int, bytes] | None:
        """Make one request of Langfuse's API, once; returns status and body, or None if there was no answer."""
        headers = (self._authorization(), ("content-type", "application/json"))
        return self._once(Request(method, self._host + path, headers, body))

    def put(self, url: str, headers: tuple[tuple[str, str], ...], body: bytes) -> tuple[int, bytes] | None:
        """Put bytes elsewhere, once and without the key pair; returns status and body, or None without an answer."""
        return self._once(Request("PUT", url, headers, body))

    def hurry(self) -> None:
        """Make the next try at once: somebody waits for the outcome."""
        self._hurried.set()

    def close(self) -> None:
        """End what is under way; nothing is sent any more."""
        self._transport.close()

    def _post(self, path: str, body: bytes, headers: tuple[tuple[str, str], ...], within: float) -> ExportResult:
        end = time.monotonic() + min(within, self._retry_limits.within)
        pause = self._retry_limits.base
        for tries_left in range(self._retry_limits.retries, -1, -1):
            outcome, retry_after = self._try(path, body, headers, end)
            if outcome is not None:
                self._down = self._down and outcome != "sent"
                return outcome
            if not self._down:
                self._down, self.outages = True, self.outages + 1
            wait = max(random.uniform(pause / 2, pause), retry_after)  # noqa: S311 - spreads load, guards nothing
            if not tries_left or time.monotonic() + wait >= end:
                break
            self._hurried.wait(wait)
            self._hurried.clear()
            pause *= 2
        return "unavailable"

    def _try(
        self, path: str, body: bytes, headers: tuple[tuple[str, str], ...], end: float
    ) -> tuple[ExportResult | None, float]:
        """Make one request; returns what came of it, or None and how long the server asked to wait."""
        ours = (self._authorization(), ("content-type", "application/json"))
        request = Request("POST", self._host + path, (*ours, *headers), body)
        try:
            deadline = Deadline(min(self._retry_limits.request, max(0.1, end - time.monotonic())))
            with self._transport.open(request, deadline) as response:
                answer = response.read()
        except TransportClosed:
            return "closed", 0
        except (TransportError, ConfigurationError) as error:
            self.last_error = f"{type(error).__name__}: {error}"
            hopeless = isinstance(error, UnsendableRequest | ConfigurationError)
            return "refused" if hopeless else None, 0
        kind = (response.header("content-type") or "").partition(";")[0].strip()
        outcome = _read(response.status, kind)
        if outcome != "sent":
            self.last_error = f"{response.status} ({kind or 'no content type'}): {_quote(answer)}"
        return outcome, _seconds(response.header("retry-after"))

    def _once(self, request: Request) -> tuple[int, bytes] | None:
        try:
            with self._transport.open(request, Deadline(self._retry_limits.request)) as response:
                return response.status, response.read()
        except (TransportError, TransportClosed, ConfigurationError):
            return None

    def _authorization(self) -> tuple[str, str]:
        pair = f"{self._public_key}:{self._secret_key()}".encode()
        return "authorization", f"Basic {base64.b64encode(pair).decode()}"


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
