"""Times as commands take them: how long ago, or when."""

from datetime import UTC, datetime, timedelta

import click

from genai_sdk.sentence import Sentence

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST_AGO = 36_500 * 86_400


def moment(text: str, option: str = "--since") -> str:
    """Return a time as ISO 8601 in UTC.

    Args:
        text: `90s`, `15m`, `2h` or `7d` for how long ago, or an ISO 8601 time.
        option: What it was given as, for messages.

    Raises:
        click.BadParameter: It is neither.
    """
    seconds = _seconds(text)
    if seconds is not None:
        when = datetime.now(UTC) - timedelta(seconds=seconds)
    else:
        try:
            when = datetime.fromisoformat(text)
            when = (when if when.tzinfo is not None else when.astimezone()).astimezone(UTC)
        except (ValueError, OverflowError):
            raise click.BadParameter(
                Sentence.of(
                    "cli.moment",
                    "{text!r} is no time; write 90s, 15m, 2h or 7d for how long ago, or 2026-11-28T12:00:00Z",
                    text=text,
                ),
                param_hint=option,
            ) from None
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_of(text: str, option: str) -> int:
    """Return the seconds of `90s`, `15m`, `2h` or `7d`.

    Args:
        text: How long.
        option: What it was given as, for messages.

    Raises:
        click.BadParameter: It is none of these.
    """
    seconds = _seconds(text)
    if seconds is None:
        raise click.BadParameter(f"{text!r} is no time; write 90s, 15m, 2h or 7d", param_hint=option)
    return seconds


def _seconds(text: str) -> int | None:
    number, unit = text[:-1], text[-1:]
    if unit in _UNITS and number.isascii() and number.isdecimal() and int(number[:20]) * _UNITS[unit] <= _LONGEST_AGO:
        return int(number) * _UNITS[unit]
    return None
