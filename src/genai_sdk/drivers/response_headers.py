"""What response headers say beside the answer: the request's id, and how long to wait."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

# OpenAI and Azure, Anthropic, Bedrock, Azure's gateway, Google.
_IDS = ("x-request-id", "request-id", "x-amzn-requestid", "apim-request-id", "x-goog-request-id")


def by_lower_name(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return headers with their names in lower case; of several with one name the first."""
    headers_by_name: dict[str, str] = {}
    for name, value in headers:
        headers_by_name.setdefault(name.lower(), value)
    return headers_by_name


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the provider's own id of the request, if there is one."""
    for name in _IDS:
        if found := headers.get(name):
            return found
    return None


def body_id(data: Mapping[str, Any]) -> str | None:
    """Return the id that Google puts into the body, since its headers have none."""
    identifier = data.get("responseId")
    return identifier if isinstance(identifier, str) else None


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds to wait that the headers ask for, if they do.

    Args:
        headers: The headers, names in lower case.
        now: The time that a date is counted from; None: the clock's.
    """
    exact = _seconds(headers.get("retry-after-ms"))  # OpenAI and Azure, beside the whole seconds
    if exact is not None:
        return exact / 1000
    text = headers.get("retry-after")
    seconds = _seconds(text)
    if seconds is not None or not text:
        return seconds
    from email.utils import parsedate_to_datetime  # slow to load, and dates are rare

    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


def _seconds(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None
