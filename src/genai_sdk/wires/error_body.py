"""What a provider says is wrong, read from any of their error bodies and events. Pure."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec


class ErrorBody(msgspec.Struct, frozen=True):
    """A provider's error.

    Attributes:
        text: Its message.
        codes: Every code, type and status word in it, in lower case.
        status: The HTTP status it stands for, where it says one.
        retry_after: Seconds it asks to wait, where the body says so.
    """

    text: str
    codes: tuple[str, ...] = ()
    status: int | None = None
    retry_after: float | None = None

    def __repr__(self) -> str:
        # Its words are not redacted yet.
        return f"ErrorBody({', '.join(self.codes)})"


def read_error(body: bytes, statuses: Mapping[str, int]) -> ErrorBody:
    """Read the body of an answer that is known to be an error.

    Args:
        body: The body: JSON, HTML or text.
        statuses: The HTTP statuses that codes stand for.
    """
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return ErrorBody(_without_tags(body.decode("utf-8", "replace")))
    if isinstance(data, list) and data:  # Google sends a list where a stream was asked for
        data = data[0]
    return error_in(data, statuses, certain=True) or ErrorBody(body.decode("utf-8", "replace"))


def error_in(data: Any, statuses: Mapping[str, int], *, certain: bool = False) -> ErrorBody | None:
    """Return the error in decoded JSON, or None if it holds none.

    Args:
        data: Decoded JSON.
        statuses: The HTTP statuses that codes stand for; codes in lower case.
        certain: Whether it is known to be an error, so that a bare message counts as one.
    """
    if not isinstance(data, dict):
        return None
    if "choices" in data and not data.get("error"):
        return None
    error = data.get("error")
    nested = data.get("response")
    if not error and isinstance(nested, Mapping):  # OpenAI's event response.failed
        error = nested.get("error")
    if not error and (certain or data.get("type") == "error"):  # OpenAI's event error is flat
        error = data
    if not error:
        return _blocked(data)
    fields = error if isinstance(error, Mapping) else {"message": data.get("error_description") or error}
    codes = tuple(dict.fromkeys(code.lower() for code in _codes(fields)))
    return ErrorBody(_text(fields), codes, _status(fields, codes, statuses), _delay(fields.get("details")))


def _blocked(data: Mapping[str, Any]) -> ErrorBody | None:
    # https://ai.google.dev/api/generate-content#PromptFeedback: a refused prompt, which others answer with 400.
    feedback = data.get("promptFeedback")
    if not isinstance(feedback, Mapping) or not feedback.get("blockReason") or data.get("candidates"):
        return None
    reason = feedback.get("blockReasonMessage") or feedback["blockReason"]
    return ErrorBody(f"the prompt was blocked: {reason}", ("content_filter",), 400)


def _text(fields: Mapping[str, Any]) -> str:
    said = next((fields[key] for key in ("message", "Message", "detail", "type") if fields.get(key)), "")
    return said if isinstance(said, str) else msgspec.json.encode(said).decode()


def _codes(fields: Mapping[str, Any]) -> Iterator[str]:
    for key in ("code", "type", "status", "reason", "__type"):
        if isinstance(fields.get(key), str):
            yield fields[key].rpartition("#")[2]
    inner = fields.get("innererror")  # Azure
    if isinstance(inner, Mapping):
        yield from _codes(inner)
    details = fields.get("details")  # Google
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping):
            yield from _codes(detail)


def _status(fields: Mapping[str, Any], codes: tuple[str, ...], statuses: Mapping[str, int]) -> int | None:
    code = str(fields.get("code"))
    if re.fullmatch(r"[45]\d\d", code):  # Google, OpenRouter, and Azure as text
        return int(code)
    return next((statuses[code] for code in codes if code in statuses), None)


def _delay(details: Any) -> float | None:
    # https://cloud.google.com/apis/design/errors#error_details: google.rpc.RetryInfo
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(delay, str) and re.fullmatch(r"\d+(\.\d+)?s", delay):
            return float(delay[:-1])
    return None


def _without_tags(text: str) -> str:
    text = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text[:20_000])
    return html.unescape(" ".join(text.split()))
