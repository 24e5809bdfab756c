"""PURE: how long a cache entry serves, and what a call does about it. Reads no clock."""

import math
from typing import Generic, Literal, TypeVar

import msgspec

from genai_sdk.errors import AccessDeniedError, GenAIError

V = TypeVar("V")

Decision = Literal["serve", "refresh", "load", "raise", "retry"]
"""What a call does: be served; be served while a load runs; load and wait; raise the last error again; raise it while a
load runs."""


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How long values and failures serve; all in seconds.

    Attributes:
        fresh_for: From a good answer, so long a value is served without a question; 0 asks at every call.
        max_stale: From when it was loaded, so long a value serves while its source fails.
        load_after: From the last answer, so long until a call waits for the next one although there is a value: the
            process was frozen, or idle.
        retry_after: From a failure to the next question while there is a value to serve.
        shared: So long calls share a failure when there is no value.
        denied: The same where the source refused the key pair.
        spared: So long a call that can do without the value shares a failure.
        doubted: From a failure, so long a call that can do without the value does not wait for an answer.
        final: The errors that take the value away: it was withdrawn, and its source did not merely fail.
    """

    fresh_for: float
    max_stale: float = math.inf
    load_after: float = math.inf
    retry_after: float = 10.0
    shared: float = 1.0
    denied: float = 1.0
    spared: float = 10.0
    doubted: float = 60.0
    final: tuple[type[GenAIError], ...] = (AccessDeniedError,)


class CacheEntry(msgspec.Struct, Generic[V], frozen=True, kw_only=True):
    """What the last load of a key left behind; times are those of the cache's clock.

    Attributes:
        value: The last good answer, or None.
        loaded_at: When the source delivered it, or said that it is still so.
        checked_at: When the source last answered, or failed to.
        fresh_until: Until when it is served without a question.
        usable_until: Until when it is served at all.
        error: Why the last load brought nothing, or None.
    """

    value: V | None = None
    loaded_at: float = -math.inf
    checked_at: float
    fresh_until: float = -math.inf
    usable_until: float = -math.inf
    error: GenAIError | None = None

    def usable(self, now: float) -> bool:
        """Say whether there is a value that may still serve."""
        return self.value is not None and now <= self.usable_until


def decide(entry: CacheEntry[V] | None, now: float, freshness: Freshness, *, patient: bool = True) -> Decision:
    """Say what a call does.

    Args:
        entry: What is known; None for nothing.
        now: The time.
        freshness: How long values and failures serve.
        patient: Whether the call cannot do without the value, and so waits even where the last load failed.
    """
    if entry is None:
        return "load"
    age = now - entry.checked_at
    if entry.usable(now):
        if age >= 0 and now < entry.fresh_until:
            return "serve"
        # A clock that was set far back says nothing of the age.
        return "load" if abs(age) >= freshness.load_after else "refresh"
    if entry.error is None or age < 0:
        return "load"
    shared = freshness.denied if isinstance(entry.error, AccessDeniedError) else freshness.shared
    if age < (shared if patient else max(shared, freshness.spared)):
        return "raise"
    return "load" if patient or age >= freshness.doubted else "retry"


def succeed(
    value: V, freshness: Freshness, *, loaded_at: float, checked_at: float, expires_at: float = math.inf
) -> CacheEntry[V]:
    """Return what a good answer leaves behind; `expires_at` is when the value itself runs out."""
    usable_until = min(loaded_at + freshness.max_stale, expires_at)
    return CacheEntry(
        value=value,
        loaded_at=loaded_at,
        checked_at=checked_at,
        fresh_until=min(checked_at + freshness.fresh_for, usable_until),
        usable_until=usable_until,
    )


def fail(before: CacheEntry[V] | None, error: GenAIError, now: float, freshness: Freshness) -> CacheEntry[V]:
    """Return what a failure leaves behind: of a value that was withdrawn nothing, else the last good one."""
    if before is None or isinstance(error, freshness.final) or not before.usable(now):
        return CacheEntry(checked_at=now, error=error)
    fresh_until = min(now + freshness.retry_after, before.usable_until)
    return msgspec.structs.replace(before, checked_at=now, fresh_until=fresh_until, error=error)


def copy_error(error: GenAIError) -> GenAIError:
    """Return an error of the same kind, message and fields without the frames, causes and locals it was raised with."""
    from copy import copy

    return copy(error)
