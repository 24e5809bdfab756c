"""PURE: what the registry holds, how long it may serve it, and when it asks its source again. Reads no clock."""

import math
from typing import Literal

import msgspec

from genai_sdk.connections.connection import ConnectionSet
from genai_sdk.errors import AccessDeniedError, GenAIError

FRESH = 60.0
"""Seconds that a set is served without a question; so long a refused key pair is not asked for again either."""

STALE = 300.0
"""Seconds from which a call asks first and is then served: the process was frozen, or idle."""

SHARED = 1.0
"""Seconds that calls share a failure when there is nothing to serve."""

Advice = Literal["serve", "refresh", "ask", "raise"]


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What the last question to the source left behind; times are those of the registry's clock.

    Attributes:
        connections: The last good set, or None.
        fetched_at: When the source delivered it.
        asked_at: When the source last answered, or failed to.
        fresh_until: Until when it is served without a thought.
        usable_until: Until when it is served at all.
        error: Why the last question brought nothing, or None.
    """

    connections: ConnectionSet | None = None
    fetched_at: float = -math.inf
    asked_at: float
    fresh_until: float = -math.inf
    usable_until: float = -math.inf
    error: GenAIError | None = None

    def advise(self, now: float) -> Advice:
        """Say what a call does now: be served, be served while a refresh runs, ask first, or raise the error again."""
        waited = now - self.asked_at
        if self.connections is not None and now <= self.usable_until:
            if 0 <= waited <= FRESH:
                return "serve"
            return "refresh" if waited <= STALE else "ask"
        patience = FRESH if isinstance(self.error, AccessDeniedError) else SHARED
        return "raise" if self.error is not None and 0 <= waited < patience else "ask"

    def usable(self, now: float) -> bool:
        """Say whether there is a set that may still serve."""
        return self.connections is not None and now <= self.usable_until


def hold(connections: ConnectionSet, *, fetched_at: float, asked_at: float, max_stale: float) -> Holding:
    """Return what a good answer leaves behind."""
    usable_until = fetched_at + max_stale
    return Holding(
        connections=connections,
        fetched_at=fetched_at,
        asked_at=asked_at,
        fresh_until=min(asked_at + FRESH, usable_until),
        usable_until=usable_until,
    )


def fail(before: Holding | None, error: GenAIError, now: float) -> Holding:
    """Return what a failure leaves behind: of a refusal no secret, else the last good set as long as it may serve."""
    if before is None or isinstance(error, AccessDeniedError) or not before.usable(now):
        return Holding(asked_at=now, error=error)
    fresh_until = min(now + FRESH, before.usable_until)
    return msgspec.structs.replace(before, asked_at=now, fresh_until=fresh_until, error=error)
