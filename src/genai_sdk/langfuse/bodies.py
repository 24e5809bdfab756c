"""A request's body, decoded and checked; what is wrong with it is refused as Langfuse does."""

import re
from typing import Any, TypeVar

import msgspec

from genai_sdk.langfuse.errors import ApiError, invalid_data
from genai_sdk.secret import sealed
from genai_sdk.sentence import Sentence

T = TypeVar("T")

_WHERE = re.compile(r"(?P<what>.*) - at `\$(?P<path>.*)`", re.DOTALL)
_PART = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def read_body(body: bytes, kind: type[T]) -> T:
    """Decode a body.

    Raises:
        ApiError: It is no JSON or of another form; the refusal names the field.
    """
    try:
        return msgspec.json.decode(body, type=kind, dec_hook=sealed)
    except msgspec.ValidationError as error:
        raise _of_field(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ApiError(400, invalid_data(), Sentence.of("body.no_json", "Invalid JSON")) from None


def convert(body: Any, kind: type[T]) -> T:
    """Check what was decoded before; see `read_body`."""
    try:
        return msgspec.convert(body, type=kind)
    except msgspec.ValidationError as error:
        raise _of_field(str(error)) from None


def _of_field(text: str) -> ApiError:
    matched = _WHERE.fullmatch(text)
    what, where = (matched["what"], matched["path"]) if matched else (text, "")
    if missing := re.fullmatch(r"Object missing required field `(.+)`", what):
        where = f"{where}.{missing[1]}"
    path = [int(number) if number else name for number, name in _PART.findall(where)]
    return ApiError(
        400,
        invalid_data(),
        [{"code": "custom", "path": path, "message": Sentence.of("body.input", "Invalid input: {what}", what=what)}],
    )
