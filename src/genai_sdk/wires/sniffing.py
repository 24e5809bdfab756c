"""What the bytes behind a request for a stream are: servers say one thing in `content-type` and send another. Pure."""

import json
from typing import Any

_FIELDS = (b"data", b"event", b"id", b"retry", b"error", b":")
_SPACE = b" \t\r\n"
_BETWEEN = " \t\r\n,"
_DECODER = json.JSONDecoder(strict=False)


def is_stream(data: bytes, media_type: str) -> bool | None:
    """Tell whether a response that begins with `data` is a stream of server-sent events; None if it is too early.

    Args:
        data: What has come of it.
        media_type: Its `content-type`.
    """
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)[:8]
    if not start:
        return None
    if media_type.partition(";")[0].strip().lower() in ("", "text/event-stream"):
        return start[:1] not in (b"{", b"[", b"<") or start.upper().startswith(b"[DONE")
    return any(start.startswith(field) or field.startswith(start) for field in _FIELDS)


def events_of(body: bytes) -> list[Any] | None:
    """Return the events in a body of JSON: one after the other, or a list of them; None if it is one response.

    Args:
        body: The whole body.
    """
    rest = body.decode("utf-8", "replace").strip("\ufeff" + _BETWEEN)
    events: list[Any] = []
    try:
        while rest and rest[:6].upper() != "[DONE]":
            if rest[0] not in "{[":
                return None
            event, end = _DECODER.raw_decode(rest)
            events.append(event)
            rest = rest[end:].lstrip(_BETWEEN)
    except (ValueError, RecursionError):
        return None
    if len(events) == 1 and isinstance(events[0], list):
        events = events[0]
    elif len(events) < 2:
        return None
    return events if events and all(isinstance(event, dict) for event in events) else None
