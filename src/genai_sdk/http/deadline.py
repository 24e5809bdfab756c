"""The time one exchange may take, asked for anew before every wait."""

import math
import time
from collections.abc import Callable
from typing import Protocol

from genai_sdk.http.errors import ConnectTimedOut, ReadTimedOut, TotalTimedOut

# Timers may fire a tick before the clock agrees that the time is over.
TICK = 0.001


class Carrier(Protocol):
    """A connection that carries an exchange."""

    def cut(self, deadline: "Deadline", /) -> None:
        """End the exchange that has this deadline, if it is still under way; callable from any thread."""
        ...


class Deadline:
    """Time limits of one exchange.

    A transport asks for `connect_timeout` and `read_timeout` before each wait, so a limit holds however slowly the
    bytes trickle in. `lift` ends the total limit, which a stream does at its first content: then `stream` counts.

    Args:
        total: Seconds for the whole exchange, or None for no limit.
        gap: Seconds for each wait for bytes, or None for no limit of its own.
        connect: Seconds to connect (name lookup, proxy and TLS included), or None for no limit of its own.
        stream: Seconds for a stream from its beginning to its end, or None for no limit.
        now: The clock, in seconds.

    Attributes:
        carrier: The sync connection that carries the exchange, once there is one.
    """

    __slots__ = (
        "_cancelled",
        "_connect",
        "_end",
        "_gap",
        "_lifted",
        "_now",
        "_stream",
        "_stream_end",
        "carrier",
        "total",
    )

    def __init__(
        self,
        total: float | None,
        *,
        gap: float | None = None,
        connect: float | None = None,
        stream: float | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._end = None if total is None else now() + total
        self._gap = gap
        self._connect = connect
        self._stream = stream
        self._stream_end = None if stream is None else now() + stream
        self._lifted = False
        self._cancelled = False
        self._now = now
        self.carrier: Carrier | None = None

    def remaining(self) -> float | None:
        """Seconds left of the total, never below zero; None for no limit."""
        return None if self._end is None else max(0.0, self._end - self._now())

    def connect_timeout(self) -> float | None:
        """Seconds that connecting may take from now."""
        return _least(self._connect, self.remaining())

    def read_timeout(self) -> float | None:
        """Seconds that the next wait for bytes may take."""
        end, gap = self._end, self._gap
        if end is None:
            return gap
        left = max(0.0, end - self._now())
        return left if gap is None or left < gap else gap

    def connecting(self) -> "Deadline":
        """Return the deadline of the connect phase: its total is what connecting may take from now."""
        return Deadline(self.connect_timeout(), now=self._now)

    @property
    def expired(self) -> bool:
        """Whether the total is used up."""
        return self._end is not None and self._end - self._now() < TICK

    def lift(self) -> None:
        """End the total limit; from now on only the gap counts, and a stream's own limit."""
        self._end = self._stream_end
        self._lifted = True
        if self._cancelled:  # `cancel` notes it before it sets the end, so that it counts whichever thread is first
            self._end = -math.inf

    def cancel(self) -> None:
        """End the exchange from another thread: what it waits for fails at once, and no later wait begins."""
        self._cancelled = True
        self._end = -math.inf
        carrier = self.carrier
        if carrier is not None:
            carrier.cut(self)

    def narrow(self, gap: float) -> None:
        """Let no wait for bytes take longer than so many seconds from now on."""
        self._gap = _least(self._gap, gap)

    def connect_overdue(self) -> ConnectTimedOut | TotalTimedOut:
        """Return the error of a connect phase that just ran out of time."""
        if self.expired:
            return TotalTimedOut(f"no connection within the {self.total:g} s of the whole exchange")
        return ConnectTimedOut(f"no connection within {self._connect or 0:g} s")

    def read_overdue(self) -> ReadTimedOut | TotalTimedOut:
        """Return the error of a wait for bytes that just ran out of time."""
        if self.expired and self._lifted:
            return TotalTimedOut(f"the stream did not end within {self._stream:.3g} s, its stream_deadline")
        if self.expired:
            return TotalTimedOut(f"no whole answer within {self.total:g} s")
        return ReadTimedOut(f"no byte moved for {self._gap or 0:g} s")


def _least(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return first if second is None else second
    return min(first, second)
