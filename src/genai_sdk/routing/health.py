"""What one client remembers of its deployments: who rests, who is busy, who is quick."""

import threading
from collections.abc import Callable
from datetime import datetime

from genai_sdk.drivers.driver import Deployment
from genai_sdk.routing.options import RoutingOptions

LONGEST_COOLDOWN = 300.0
"""Seconds that no cooldown exceeds, whatever Retry-After says."""
_SMOOTHING = 0.3
_BOUND = 10_000

Key = tuple[str, str, datetime]


def key_of(deployment: Deployment) -> Key:
    """Return what tells deployments apart, and one whose connection was written anew from what it was before."""
    view = deployment.connection.view
    return (view.name, deployment.model, view.updated_at)


class _Record:
    __slots__ = ("busy", "fails", "latency", "rests_until", "told_until")

    def __init__(self) -> None:
        self.rests_until = 0.0
        self.told_until = 0.0
        self.fails = 0
        self.busy = 0
        self.latency = 0.0


class Health:
    """The health of (connection, model, `updated_at`) as one client saw it; times are the caller's clock.

    A connection that was written anew starts without a mark. Safe to share between threads.

    Attributes:
        watcher: Told of each rest that begins here: whose, until when, and until when a Retry-After asks to wait.
    """

    def __init__(self) -> None:
        self._records: dict[Key, _Record] = {}
        self._lock = threading.Lock()
        self.watcher: Callable[[Key, float, float], None] | None = None

    def begin_in_child(self) -> None:
        """Start over in a forked child, which may have inherited a held lock and knows of no attempt under way."""
        self._lock = threading.Lock()
        for record in self._records.values():
            record.busy = 0

    def started(self, deployment: Deployment) -> None:
        """Count an attempt as under way."""
        with self._lock:
            self._record(key_of(deployment)).busy += 1

    def ended(self, deployment: Deployment) -> None:
        """Count an attempt as no longer under way."""
        with self._lock:
            record = self._record(key_of(deployment))
            record.busy = max(0, record.busy - 1)

    def succeeded(self, deployment: Deployment, latency: float) -> None:
        """Forget the failures and note the latency in seconds."""
        with self._lock:
            record = self._record(key_of(deployment))
            record.fails = 0
            record.rests_until = record.told_until = 0.0
            record.latency += (latency - record.latency) * (_SMOOTHING if record.latency else 1.0)

    def failed(self, deployment: Deployment, retry_after: float | None, options: RoutingOptions, now: float) -> None:
        """Cool a deployment down, unless failures are still allowed or cooldowns are off."""
        with self._lock:
            record = self._record(key_of(deployment))
            record.fails += 1
            if retry_after is not None:
                record.told_until = now + retry_after
            if not options.disable_cooldowns and record.fails > options.allowed_fails:
                rest = max(options.cooldown_time, retry_after or 0.0)
                record.rests_until = max(record.rests_until, now + min(rest, LONGEST_COOLDOWN))
            until, told_until = record.rests_until, record.told_until
        if self.watcher is not None and max(until, told_until) > now:
            self.watcher(key_of(deployment), until, told_until)

    def rest(self, key: Key, until: float, told_until: float) -> None:
        """Let a deployment rest at least until a time, as somebody else says; zero for what is not said."""
        with self._lock:
            record = self._record(key)
            record.rests_until = max(record.rests_until, until)
            record.told_until = max(record.told_until, told_until)

    def rests_until(self, deployment: Deployment) -> float:
        """Return when the cooldown ends; zero without one."""
        record = self._records.get(key_of(deployment))
        return record.rests_until if record else 0.0

    def told_until(self, deployment: Deployment) -> float:
        """Return until when the provider's Retry-After asks to wait; zero without one."""
        record = self._records.get(key_of(deployment))
        return record.told_until if record else 0.0

    def busy(self, deployment: Deployment) -> int:
        """Return how many attempts are under way."""
        record = self._records.get(key_of(deployment))
        return record.busy if record else 0

    def latency(self, deployment: Deployment) -> float:
        """Return the smoothed latency in seconds; zero before the first answer."""
        record = self._records.get(key_of(deployment))
        return record.latency if record else 0.0

    def _record(self, key: Key) -> _Record:
        record = self._records.get(key)
        if record is None:
            if len(self._records) >= _BOUND:  # rotated keys and verbatim names would add up for ever
                self._records.pop(next(iter(self._records)))
            record = self._records[key] = _Record()
        return record
