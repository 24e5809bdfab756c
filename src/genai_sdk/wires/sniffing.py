"""What the bytes behind a request for a stream are: servers say one thing in `content-type` and send another. Pure."""

from typing import Any

from genai_sdk.wires.json_text import read_json

_FIELDS = (b"data", b"event", b"id", b"retry", b"error", b":")
_SPACE = b" \t\r\n"


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
    """Return the events in a body of JSON: one a line, or a list of them; None if it is one response.

    Args:
        body: The whole body.
    """
    lines = [line for line in body.splitlines() if line.strip()]
    try:
        if len(lines) > 1 and all(line.lstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}" for line in lines):
            return [read_json(line) for line in lines]
        if body.lstrip(b"\xef\xbb\xbf" + _SPACE)[:1] == b"[":
            events = read_json(body)
            return events if isinstance(events, list) and all(isinstance(event, dict) for event in events) else None
    except ValueError:
        pass
    return None
