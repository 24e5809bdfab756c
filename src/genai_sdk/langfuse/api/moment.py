"""Moments as requests name them: ISO 8601, in UTC where no zone stands."""

import re
from datetime import UTC, datetime

from genai_sdk.langfuse.timestamps import to_micros

_ISO = re.compile(r"\d{4}-\d\d-\d\d(T|t| )\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|z|[+-]\d\d:?\d\d)?")


def read_moment(text: str) -> datetime:
    """Read a moment.

    Raises:
        ValueError: It is none.
    """
    # A plus that was not encoded arrives as a space.
    found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    if not _ISO.match(text):
        raise ValueError(text)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def read_nanos(text: str) -> int:
    """Read a moment as nanoseconds since 1970, as far as a database holds them.

    Raises:
        ValueError: It is none.
    """
    return max(-(2**63), min(2**63 - 1, to_micros(read_moment(text)) * 1_000))
