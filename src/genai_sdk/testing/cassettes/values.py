"""Answers, failures and what is known of a call as JSON's values, and back. Pure."""

import base64
from collections.abc import Mapping
from typing import Any

from genai_sdk import errors
from genai_sdk.types import Attempt, CallInfo
from genai_sdk.types.base import Value
from genai_sdk.types.call import AnswerReader
from genai_sdk.types.native_usage import NativeUsage
from genai_sdk.types.usage import Usage
from genai_sdk.wires.batch import EventBatch
from genai_sdk.wires.operation import Operation

_BYTES = "base64"
"""The one key of an object that stands for bytes."""

_COUNTED, _NATIVE = "counted", "native"
"""The two keys of an object that stands for tokens in a vendor's own words, and in chat's."""

_WHOLE = ("message", "response")
"""The fields of vendors' events that hold an answer: of `message_start`, and of `response.created` and its like."""

_LASTING = (
    errors.UsageError,
    errors.BadRequestError,
    errors.ContextWindowExceededError,
    errors.ContentFilterError,
)
"""Failures that the same call meets again: the others pass, and are not worth a recording."""

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after", "reason")
_INFO = ("connection", "provider", "model", "cost", "costs", "price_source", "latency", "first_content", "request_id")
_ATTEMPT = ("connection", "model", "status", "latency", "waited", "reason", "detail", "group", "hedged")
_DIGITS = 4


def dumped(value: Value) -> dict[str, Any]:
    """Return an answer, or an item of a stream, as JSON's values."""
    plain: dict[str, Any] = _plain(value)
    return plain


def loaded(kind: type[Any], data: Mapping[str, Any]) -> Any:
    """Return what `dumped` made JSON's values of."""
    return kind.from_dict(_objects(data))


def item_loaded(operation: Operation[Any, Any, Any], data: Mapping[str, Any]) -> Any:
    """Return an item of a stream, which of vendors' own events is a batch of one."""
    if operation.assembly is None:
        return loaded(operation.chunk, data)
    whole = {name: loaded(operation.response, data[name]) for name in _WHOLE if isinstance(data.get(name), Mapping)}
    kind = type(operation.assembly().restarted())
    return EventBatch((loaded(kind, {**data, **whole}),), has_content=True)


def info_dumped(info: CallInfo) -> dict[str, Any]:
    """Return what is known of a call: its trace apart, which is another project's or gone."""
    told = {name: _rounded(getattr(info, name)) for name in _INFO}
    rows = [attempt_dumped(row) for row in info.attempts]
    return {name: item for name, item in {**told, "attempts": rows}.items() if item is not None}


def info_loaded(data: Mapping[str, Any], answer: AnswerReader | None) -> CallInfo:
    """Return what was known of a recorded call; `answer` is what this one is read as."""
    known = {name: data[name] for name in _INFO if name in data}
    return CallInfo(**known, attempts=_attempts(data), response_format=answer)


def attempt_dumped(row: Any) -> dict[str, Any]:
    """Return an attempt, without what is as it is by default."""
    told = {name: _rounded(getattr(row, name, None)) for name in _ATTEMPT}
    return {name: item for name, item in told.items() if item not in (None, "", False) or name == "latency"}


def is_lasting(error: BaseException) -> bool:
    """Tell whether the same call would fail in the same way again."""
    means = error.last if isinstance(error, errors.RouteExhaustedError) else type(error)
    return issubclass(means, _LASTING) and not issubclass(means, errors.ClientClosedError)


def error_dumped(error: errors.GenAIError) -> dict[str, Any]:
    """Return a failure."""
    told: dict[str, Any] = {"class": type(error).__name__, "message": str(error)}
    if isinstance(error, errors.ProviderError):
        told |= {name: item for name in _FACTS if (item := getattr(error, name)) is not None}
    if isinstance(error, errors.RouteExhaustedError):
        told["last"] = error.last.__name__
    if isinstance(error, errors.UnsupportedParameterError):
        told["refused"] = dict(error.refused)
    return told


def error_loaded(data: Mapping[str, Any], info: Mapping[str, Any]) -> errors.GenAIError:
    """Return the failure that `error_dumped` made JSON's values of."""
    kind: type[errors.GenAIError] = getattr(errors, data["class"])
    facts: dict[str, Any] = {name: data[name] for name in _FACTS if name in data}
    if "last" in data:
        facts["last"] = getattr(errors, data["last"])
    error = kind(data["message"], **facts)
    if isinstance(error, errors.ProviderError | errors.InvalidRequestError):
        error.attempts = _attempts(info)
    if isinstance(error, errors.UnsupportedParameterError):
        error.refused = data.get("refused", {})
    return error


def _attempts(data: Mapping[str, Any]) -> tuple[Attempt, ...]:
    return tuple(Attempt(**{"status": None, **row}) for row in data.get("attempts", ()))


def _rounded(item: Any) -> Any:
    if isinstance(item, Mapping):
        return dict(item)  # dollars, of which every digit counts
    return round(item, _DIGITS) if isinstance(item, float) and item >= 10**-_DIGITS else item


def _plain(item: Any) -> Any:
    """Return JSON's values; a field that is None is one that the provider did not send, unless it is its own."""
    if isinstance(item, bytes):
        return {_BYTES: base64.b64encode(item).decode()}
    if isinstance(item, NativeUsage):
        counted = {name: _plain(getattr(item, name)) for name in Usage.__struct_fields__ if name not in Usage.hidden}
        counted |= _plain(item.model_extra)
        return {_NATIVE: item.native, _COUNTED: {name: part for name, part in counted.items() if part is not None}}
    if isinstance(item, Value):
        fields = {key: _plain(item[key]) for key in item}
        return {key: part for key, part in fields.items() if part is not None or key in item.model_extra}
    if isinstance(item, Mapping):
        return {key: _plain(part) for key, part in item.items()}
    return [_plain(part) for part in item] if isinstance(item, list | tuple) else item


def _objects(item: Any) -> Any:
    """Return what `_plain` made JSON's values of, as far as they stand for something else."""
    if isinstance(item, Mapping):
        if item.keys() == {_BYTES}:
            return base64.b64decode(item[_BYTES])
        if item.keys() == {_NATIVE, _COUNTED}:
            return NativeUsage.of(item[_COUNTED], item[_NATIVE])
        return {key: _objects(part) for key, part in item.items()}
    return [_objects(part) for part in item] if isinstance(item, list) else item
