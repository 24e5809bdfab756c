"""Ranges of time as somebody asks for them: quick ones that end now, or from one moment to another."""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from genai_sdk.local.ui.filters import iso, nanos

SECOND = 1_000_000_000
MINUTE, HOUR, DAY = 60, 3_600, 86_400

QUICK: Mapping[str, int] = {"15m": 15 * MINUTE, "1h": HOUR, "24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}
"""How many seconds the quick ranges last."""

CUSTOM = "custom"

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2262, 1, 1, tzinfo=UTC)
_STEPS = (MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY)
_QUICK_STEPS = {"1h": MINUTE, "24h": HOUR, "7d": 6 * HOUR, "30d": DAY}
_MOST_STEPS = 72


class WrongRangeError(ValueError):
    """What was asked for is no range; the text is what was written."""


class Range(msgspec.Struct, frozen=True):
    """From one moment to another, in nanoseconds since 1970; None is open.

    Attributes:
        key: One of `QUICK`, `custom`, or empty for all time.
        since: The first moment.
        until: The moment after the last.
    """

    key: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for it."""
        if self.key != CUSTOM:
            return {"range": self.key} if self.key else {}
        return {name: iso(at) for name, at in (("since", self.since), ("until", self.until)) if at is not None}


class Period(msgspec.Struct, frozen=True):
    """A range in equal steps.

    Attributes:
        key: One of `QUICK`, or `custom`.
        since: The first moment, in nanoseconds since 1970.
        until: The moment after the last.
        step: Seconds.
    """

    key: str
    since: int
    until: int
    step: int

    @property
    def starts(self) -> list[int]:
        """When each step begins."""
        return list(range(self.since, self.until, self.step * SECOND))

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for just these moments."""
        return {"since": iso(self.since), "until": iso(self.until)}

    @property
    def before(self) -> "Period":
        """The period just before, of the same length."""
        return Period(CUSTOM, self.since - (self.until - self.since), self.since, self.step)

    def coarser(self, step: int) -> "Period":
        """Return the period in longer steps, widened to whole ones."""
        size = step * SECOND
        return Period(self.key, self.since - self.since % size, self.until + -self.until % size, step)


def read_range(quick: str | None, since: str | None, until: str | None, now: int) -> Range:
    """Read a range; a quick one counts before what else was filled in.

    Args:
        quick: A key of `QUICK`, `custom` or nothing.
        since: A moment of UTC as browsers write it, or nothing.
        until: Another.
        now: The moment that it is, in nanoseconds since 1970.

    Raises:
        WrongRangeError: A moment cannot be read, or the range ends before it begins.
    """
    if quick in QUICK:
        return Range(str(quick), now - QUICK[str(quick)] * SECOND)
    if not since and not until:
        return Range()
    begins, ends = read_moment(since), read_moment(until)
    if begins is not None and ends is not None and begins >= ends:
        raise WrongRangeError(f"{since} – {until}")  # noqa: RUF001 - a range's dash
    return Range(CUSTOM, begins, ends)


def read_moment(text: str | None) -> int | None:
    """Return a moment as nanoseconds since 1970, None for nothing; without an offset it is one of UTC.

    Raises:
        WrongRangeError: It is no moment, or out of reach.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongRangeError(text) from None
    if not _FIRST <= moment < _LAST:
        raise WrongRangeError(text)
    return nanos(moment)


def period_of(chosen: Range, now: int) -> Period:
    """Return a range in steps that divide it well, widened to whole ones; all time is the last day."""
    key = chosen.key if chosen.key in _QUICK_STEPS or chosen.key == CUSTOM else "24h"
    if key != CUSTOM:
        step = _QUICK_STEPS[key] * SECOND
        until = now + (-now % step or step)
        return Period(key, until - QUICK[key] * SECOND, until, _QUICK_STEPS[key])
    until = now if chosen.until is None else chosen.until
    since = max(0, until - 30 * DAY * SECOND) if chosen.since is None else min(chosen.since, until - SECOND)
    step = step_for((until - since) // SECOND)
    return Period(key, since, until, step).coarser(step)


def step_for(seconds: int) -> int:
    """Return the length of a step, in seconds, that divides so many seconds into no more than can be told apart."""
    for step in _STEPS:
        if seconds <= step * _MOST_STEPS:
            return step
    weeks = -(-seconds // (7 * DAY * _MOST_STEPS))
    return 7 * DAY * weeks
