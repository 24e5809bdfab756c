"""JSON as somebody typed it, and what is wrong with it."""

import json
from collections.abc import Mapping
from typing import Any

from genai_sdk.sentence import Sentence

# What Python says: https://github.com/python/cpython/blob/3.14/Lib/json/decoder.py and its scanner.
_WRONG: Mapping[str, Sentence] = {
    "Expecting value": Sentence.of("json.value", "Expecting value"),
    "Expecting property name enclosed in double quotes": Sentence.of(
        "json.name", "Expecting property name enclosed in double quotes"
    ),
    "Expecting ':' delimiter": Sentence.of("json.colon", "Expecting ':' delimiter"),
    "Expecting ',' delimiter": Sentence.of("json.comma", "Expecting ',' delimiter"),
    "Extra data": Sentence.of("json.extra", "Extra data"),
    "Invalid control character at": Sentence.of("json.control", "Invalid control character at"),
    "Invalid \\escape": Sentence.of("json.escape", "Invalid \\escape"),
    "Invalid \\uXXXX escape": Sentence.of("json.unicode", "Invalid \\uXXXX escape"),
    "Unterminated string starting at": Sentence.of("json.unterminated", "Unterminated string starting at"),
    "Illegal trailing comma before end of array": Sentence.of(
        "json.trailing_item", "Illegal trailing comma before end of array"
    ),
    "Illegal trailing comma before end of object": Sentence.of(
        "json.trailing_field", "Illegal trailing comma before end of object"
    ),
}


def read_json(text: str) -> Any:
    """Read JSON, and nothing that only Python takes for it.

    Raises:
        ValueError: It is none; a `json.JSONDecodeError` says where, `wrong_json` what is wrong.
    """

    def refuse(name: str) -> Any:
        at = text.find(name)
        raise json.JSONDecodeError(Sentence.of("json.constant", "{name} is not JSON", name=name), text, max(0, at))

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError:
        raise ValueError(Sentence.of("json.deep", "it is nested too deeply")) from None


def wrong_json(error: ValueError) -> str:
    """Return what is wrong with JSON, without where."""
    if isinstance(error, json.JSONDecodeError):
        return _WRONG.get(error.msg.strip(), error.msg) if not isinstance(error.msg, Sentence) else error.msg
    return error.args[0] if error.args and isinstance(error.args[0], str) else str(error)
