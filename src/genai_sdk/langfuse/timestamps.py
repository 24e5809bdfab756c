"""Moments as the store keeps them: whole microseconds since 1970."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Return a moment as microseconds."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return microseconds as a moment."""
    return _EPOCH + timedelta(microseconds=micros)


def now() -> datetime:
    """Return the moment that it is."""
    return datetime.now(UTC)
