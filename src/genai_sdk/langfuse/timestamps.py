"""Timestamps: as the store keeps them, whole microseconds since 1970, and as requests write them, in ISO 8601."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(T|t| )\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?")


def to_micros(moment: datetime) -> int:
    """Return a moment as microseconds."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return microseconds as a moment."""
    return _EPOCH + timedelta(microseconds=micros)


def now() -> datetime:
    """Return the moment that it is."""
    return datetime.now(UTC)


def read_moment(text: str) -> datetime:
    """Read a moment.

    Raises:
        ValueError: It is none.
    """
    # A plus that was not encoded arrives as a space.
    moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    if not _ISO.match(text):
        raise ValueError(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def read_nanos(text: str) -> int:
    """Read a moment as nanoseconds since 1970, as far as a database holds them.

    Raises:
        ValueError: It is none.
    """
    return max(-(2**63), min(2**63 - 1, to_micros(read_moment(text)) * 1_000))
