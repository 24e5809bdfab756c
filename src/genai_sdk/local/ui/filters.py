"""How figures read on a page."""

import json
from datetime import UTC, datetime
from typing import Any

from genai_sdk.langfuse.timestamps import to_micros
from genai_sdk.langfuse.tree import places

UNKNOWN = "\N{EN DASH}"
"""What stands where nothing is known."""


def dollars(amount: float | None) -> str:
    """Return US dollars with as many places as a small amount needs; a dash where unknown."""
    if amount is None:
        return UNKNOWN
    if amount == 0 or abs(amount) >= 100:
        return f"${amount:,.2f}"
    if abs(amount) >= 0.01:
        return f"${amount:.4f}" if abs(amount) < 1 else f"${amount:,.2f}"
    whole, _, decimals = f"${amount:.{places(amount)}f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<6}"


def duration(nanoseconds: float | None) -> str:
    """Return a length of time in the unit that suits it; a dash where unknown."""
    if nanoseconds is None:
        return UNKNOWN
    seconds = nanoseconds / 1e9
    if seconds < 0.9995:  # more would read 1000 ms
        return f"{seconds * 1e3:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 100 else f"{seconds / 60:.1f} min"


def count(number: float | None) -> str:
    """Return a whole number with its thousands apart; a dash where unknown."""
    return UNKNOWN if number is None else f"{number:,.0f}"


def percent(share: float | None) -> str:
    """Return a share as a percentage; a dash where unknown."""
    return UNKNOWN if share is None else f"{share * 100:.1f} %" if 0 < share < 0.1 else f"{share * 100:.0f} %"


def moment(nanoseconds: int) -> str:
    """Return nanoseconds since 1970 as a moment in UTC, to the second."""
    return f"{_moment(nanoseconds):%Y-%m-%d %H:%M:%S}"


def iso(nanoseconds: int) -> str:
    """Return nanoseconds since 1970 as ISO 8601."""
    return f"{_moment(nanoseconds):%Y-%m-%dT%H:%M:%SZ}"


def nanos(moment: datetime) -> int:
    """Return a moment as nanoseconds since 1970."""
    return to_micros(moment) * 1_000


def pretty(value: Any) -> str:
    """Return a value as JSON to be read."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def step_name(nanoseconds: int, step: int) -> str:
    """Return how the beginning of a step of so many seconds is called, in UTC."""
    return f"{_moment(nanoseconds):%m-%d}" if step % 86_400 == 0 else f"{_moment(nanoseconds):%m-%d %H:%M}"


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC)
