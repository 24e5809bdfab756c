"""Requests and tokens a minute: counted for each deployment, so that one at its limit is passed over."""

import threading
from collections.abc import Mapping, Sequence

import msgspec

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import RateLimitError
from genai_sdk.routing.health import Key, key_of
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.sentence import Sentence

OVER_LIMIT = "over its limit"
"""The reason of an attempt that was not made, as `rpm` or `tpm` of its deployment is used up."""
MINUTE = 60.0
_BOUND = 10_000
_ACTIVE = 5.0


class Window(msgspec.Struct):
    """A minute of one deployment.

    Attributes:
        end: When it ends, by the caller's clock.
        requests: Attempts that other processes made in it, and this one has told them of.
        tokens: The tokens of those.
        new_requests: Attempts of this process that the others do not know of.
        new_tokens: The tokens of those.
        used: When this process last used it.
    """

    end: float
    requests: int = 0
    tokens: int = 0
    new_requests: int = 0
    new_tokens: int = 0
    used: float = 0.0


class Count(msgspec.Struct, frozen=True):
    """What one process used of a window."""

    requests: int
    tokens: int


class Limits:
    """The windows of a client's deployments; times are the caller's clock. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: dict[Key, Window] = {}

    def begin_in_child(self) -> None:
        """Start over in a forked child, which may have inherited a held lock and has used nothing itself."""
        self._lock = threading.Lock()
        for window in self._windows.values():
            window.new_requests = window.new_tokens = 0

    def admit(self, deployment: Deployment, options: RoutingOptions, now: float) -> float:
        """Count an attempt, or return the seconds until the deployment is free again."""
        rpm, tpm = limit_of(options.rpm, deployment), limit_of(options.tpm, deployment)
        if rpm is None and tpm is None:
            return 0.0
        with self._lock:
            window = self._window(key_of(deployment), now)
            window.used = now
            over_requests = rpm is not None and window.requests + window.new_requests >= rpm
            # Tokens are known when an answer is there, so a window takes attempts until it has used them up.
            over_tokens = tpm is not None and window.tokens + window.new_tokens >= tpm
            if over_requests or over_tokens:
                return window.end - now
            window.new_requests += 1
            return 0.0

    def give_back(self, deployment: Deployment, now: float) -> None:
        """Take an attempt back that was counted and not made."""
        with self._lock:
            window = self._windows.get(key_of(deployment))
            if window is not None and now < window.end and window.new_requests:
                window.new_requests -= 1

    def spend(self, deployment: Deployment, tokens: int, now: float) -> None:
        """Count the tokens of an answer."""
        with self._lock:
            self._window(key_of(deployment), now).new_tokens += tokens

    def news(self, now: float) -> Sequence[tuple[Key, Count]]:
        """Return what others do not know yet of each window that is in use."""
        with self._lock:
            return [
                (key, Count(window.new_requests, window.new_tokens))
                for key, window in self._windows.items()
                if now < window.end and (now - window.used < _ACTIVE or window.new_requests or window.new_tokens)
            ]

    def agree(self, key: Key, told: Count, total: Count, left: float, now: float) -> None:
        """Take over what all processes used of a window together.

        Args:
            key: The deployment.
            told: What the others were told of this process.
            total: What all used, that included.
            left: Seconds until the window ends for all.
            now: The time.
        """
        with self._lock:
            window = self._windows.get(key)
            if window is None:
                return
            window.end = now + left
            window.requests, window.tokens = total.requests, total.tokens
            window.new_requests = max(0, window.new_requests - told.requests)
            window.new_tokens = max(0, window.new_tokens - told.tokens)

    def _window(self, key: Key, now: float) -> Window:
        window = self._windows.get(key)
        if window is None:
            if len(self._windows) >= _BOUND:
                self._windows.pop(next(iter(self._windows)))
            window = self._windows[key] = Window(now + MINUTE)
        elif now >= window.end:
            window.end += MINUTE * ((now - window.end) // MINUTE + 1)
            window.requests = window.tokens = window.new_requests = window.new_tokens = 0
        return window


def limit_of(rows: Mapping[str, int], deployment: Deployment) -> int | None:
    """Return a deployment's limit: by `connection/model`, else by its connection, else that of all; None for none."""
    connection = deployment.connection.name
    for key in (f"{connection}/{deployment.model}", connection, "*"):
        if key in rows:
            return rows[key]
    return None


def over_limit(deployment: Deployment, seconds: float) -> RateLimitError:
    """Return why an attempt is not made."""
    return RateLimitError(
        Sentence.of(
            "limits.used_up",
            "{deployment} was not asked: its rpm or tpm of router_args is used up for {seconds:.3g} s",
            deployment="/".join(deployment.key),
            seconds=seconds,
        ),
        provider=deployment.connection.view.adapter,
        connection=deployment.connection.name,
        model=deployment.model,
        retry_after=seconds,
        reason=OVER_LIMIT,
    )
