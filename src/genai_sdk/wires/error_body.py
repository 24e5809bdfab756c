"""What a provider says is wrong, read from any of their error bodies and events. Pure."""

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

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("codes", self.codes)]  # else msgspec's own tells every field


def read_error(body: bytes, statuses: Mapping[str, int]) -> ErrorBody:
    """Read the body of an answer that is known to be an error.

    Args:
        body: The body: JSON, HTML or text.
        statuses: The HTTP statuses that codes stand for.
    """
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
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
    if data.get("choices") and not data.get("error"):
        return None
    fields = _fields_in(data, certain=certain)
    if fields is None:
        return _blocked(data)
    codes = tuple(dict.fromkeys(code.lower() for code in _codes(fields)))
    return ErrorBody(_text(fields), codes, _status(fields, codes, statuses), _delay(fields))


def error_on(choice: Mapping[str, Any], statuses: Mapping[str, int]) -> ErrorBody | None:
    """Return the error on one choice of an answer (OpenRouter's form), or None.

    Args:
        choice: The choice.
        statuses: As in `error_in`.
    """
    return error_in({"error": choice["error"]}, statuses) if choice.get("error") else None


def _fields_in(data: Mapping[str, Any], *, certain: bool) -> Mapping[str, Any] | None:
    """Return the fields of the error in an object, wherever they are; None if it is none."""
    error = data.get("error")
    if isinstance(error, list) and error and isinstance(error[0], Mapping):
        error = error[0]
    nested = data.get("response")
    if not error and isinstance(nested, Mapping):  # OpenAI's event response.failed
        error = nested.get("error")
    if not error and isinstance(errors := data.get("errors"), list) and errors:  # Cloudflare
        error = errors[0]
    if isinstance(error, Mapping):
        inner = error.get("error")
        if isinstance(inner, Mapping) and not any(error.get(name) for name in _TEXTS):  # wrapped once more, by a proxy
            error = inner
        # What stands beside the error is of use where it says nothing itself.
        return {**{name: data[name] for name in _BESIDE if name in data and name not in error}, **error}
    if error and error is not True:
        return {**data, "message": data.get("error_description") or error}
    base = data.get("base_resp")  # MiniMax: 0 is well
    if isinstance(base, Mapping) and base.get("status_code"):
        return {"code": base["status_code"], "message": base.get("status_msg")}
    # Flat: OpenAI's event `error`, SGLang's and vLLM's, DashScope's, whatever begins with a message and a code.
    return data if certain or error or _is_flat(data) else None


def _is_flat(data: Mapping[str, Any]) -> bool:
    if data.get("type") == "error" or data.get("object") == "error":
        return True
    says = any(isinstance(data.get(name), str) for name in _TEXTS if name != "type")
    return says and ("error_code" in data or any(data.get(name) for name in _STATUSES) or len(data) == 1)


def _blocked(data: Mapping[str, Any]) -> ErrorBody | None:
    # https://ai.google.dev/api/generate-content#PromptFeedback: a refused prompt, which others answer with 400.
    feedback = data.get("promptFeedback")
    if not isinstance(feedback, Mapping) or not feedback.get("blockReason") or data.get("candidates"):
        return None
    reason = feedback.get("blockReasonMessage") or feedback["blockReason"]
    return ErrorBody(f"the prompt was blocked: {reason}", ("content_filter",), 400)


# What vendors call the message, the code and the status, in the order of how much they say.
_TEXTS = ("message", "Message", "detail", "msg", "error_msg", "error_message", "errorMessage", "title", "type")
_STATUSES = ("code", "status", "status_code", "statusCode", "http_code", "error_code")
_BESIDE = (*_STATUSES, "retry_after")
# OpenAI, Groq, DeepSeek: where no header and no field says it.
_AGAIN = re.compile(r"(?:try again|retry) (?:in|after) (?:(\d+)m)? ?(\d+(?:\.\d+)?) ?(ms|s)\b")


def _text(fields: Mapping[str, Any]) -> str:
    first_text = next((fields[key] for key in _TEXTS if fields.get(key)), "")
    text = first_text if isinstance(first_text, str) else msgspec.json.encode(first_text).decode()
    metadata = fields.get("metadata")
    raw = metadata.get("raw") if isinstance(metadata, Mapping) else None  # OpenRouter: the words of who is behind it
    return f"{text}: {raw}" if isinstance(raw, str) and raw not in text else text


def _codes(fields: Mapping[str, Any]) -> Iterator[str]:
    for key in ("code", "type", "status", "reason", "__type", "error_code"):
        item = fields.get(key)
        if isinstance(item, str):
            yield item.rpartition("#")[2]
        elif isinstance(item, int) and not isinstance(item, bool):
            yield str(item)
    inner = fields.get("innererror")  # Azure
    if isinstance(inner, Mapping):
        yield from _codes(inner)
    details = fields.get("details")  # Google
    for detail in details if isinstance(details, list) else ():
        if isinstance(detail, Mapping):
            yield from _codes(detail)


def _status(fields: Mapping[str, Any], codes: tuple[str, ...], statuses: Mapping[str, int]) -> int | None:
    for name in _STATUSES:
        if re.fullmatch(r"[45]\d\d", code := str(fields.get(name))):  # Google, OpenRouter, and Azure as text
            return int(code)
    return next((statuses[code] for code in codes if code in statuses), None)


def _delay(fields: Mapping[str, Any]) -> float | None:
    waits = fields.get("retry_after")
    if isinstance(waits, int | float) and not isinstance(waits, bool) and waits >= 0:
        return float(waits)
    details = fields.get("details")
    # https://cloud.google.com/apis/design/errors#error_details: google.rpc.RetryInfo
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(delay, str) and re.fullmatch(r"\d+(\.\d+)?s", delay):
            return float(delay[:-1])
    return None


def delay_in(text: str) -> float | None:
    """Return the seconds to wait that a message names; None if it names none."""
    again = _AGAIN.search(text)
    if again is None:
        return None
    minutes, number, unit = again.groups()
    return int(minutes or 0) * 60 + float(number) / (1000 if unit == "ms" else 1)


def _without_tags(text: str) -> str:
    import html  # its table of names is a cost only for those who are answered with a page

    text = re.sub(r"(?is)<(script|style).*?</\1>|<[^>]*>", " ", text[:20_000])
    return html.unescape(" ".join(text.split()))
