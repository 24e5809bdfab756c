"""What stands in attributes, read leniently: JSON in text, numbers in text, names below a prefix."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

DEEPEST = 100
"""How deep lists and objects may lie in one another; it is what protobuf's own readers take of messages."""

_BEGINS = frozenset('{["-0123456789tfn \t\r\n')
"""What JSON can begin with."""

# Either what is no half pair (an escaped backslash, a whole pair), which is kept, or half a pair.
_PAIR = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_SURROGATES = re.compile(rb"(\\\\|" + _PAIR + rb")|\\u[dD][89a-fA-F][0-9a-fA-F]{2}")

_ANYTHING: msgspec.json.Decoder[Any] = msgspec.json.Decoder()
_NESTS = (dict, list)
_NUMBERS = (int, float)
_T = TypeVar("_T")


def loads(text: bytes | str, read: msgspec.json.Decoder[_T]) -> _T:
    """Decode JSON as JavaScript does, except that half a surrogate pair, which no database takes, becomes U+FFFD.

    NaN and Infinity are no JSON, of two equal names the last one counts, and bytes are UTF-8.

    Raises:
        ValueError: It is none, or has another form than is read.
        RecursionError: It is nested deeper than Python can follow.
    """
    try:
        return read.decode(text)
    except msgspec.DecodeError:
        raw = text.encode() if isinstance(text, str) else text
        mended = _SURROGATES.sub(lambda match: match[1] or rb"\ufffd", raw)
        if mended == raw:
            raise
        return read.decode(mended)


def decode(text: Any) -> Any:
    """Decode JSON; what is none, or is nested deeper than `DEEPEST`, stays as it is."""
    if not isinstance(text, str) or text[:1] not in _BEGINS:
        return text
    try:
        value = loads(text, _ANYTHING)
    except (ValueError, RecursionError):
        return text
    return value if is_shallow(value) else text


def is_shallow(value: Any) -> bool:
    """Whether lists and objects lie at most `DEEPEST` deep in one another."""
    level = [value]
    for _ in range(DEEPEST + 1):
        level = [each for each in level if isinstance(each, _NESTS)]
        if not level:
            return True
        level = [part for each in level for part in (each.values() if isinstance(each, dict) else each)]
    return False


def decode_object(text: Any) -> dict[str, Any]:
    """Decode a JSON object; anything else is an empty one."""
    value = decode(text)
    return value if isinstance(value, dict) else {}


def below(attributes: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the attributes `prefix.name` by name, with those of a JSON object that `prefix` itself may hold."""
    start = prefix + "."
    named = {key[len(start) :]: part for key, part in attributes.items() if key.startswith(start)}
    return {**decode_object(attributes.get(prefix)), **named}


def first(attributes: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return the first of these attributes that says something, or None; 0, no, and what is empty say nothing."""
    for name in names:
        if raw := attributes.get(name):
            return raw
    return None


def present(attributes: Mapping[str, Any], names: Iterable[str]) -> Any:
    """Return the first of these attributes that is there, or None."""
    for name in names:
        if (raw := attributes.get(name)) is not None:
            return raw
    return None


def text_of(raw: Any) -> str | None:
    """Return what was told as text, or None; what is no text becomes JSON."""
    if raw is None or isinstance(raw, str):
        return raw
    return to_json(raw)


def to_json(raw: Any) -> str:
    """Write JSON as JavaScript does, without blanks."""
    return msgspec.json.encode(raw).decode()


def number_of(raw: Any) -> float | int | None:
    """Return what was told as a number from 0 on; None if it is no such number."""
    if isinstance(raw, str):
        try:
            raw = float(raw)
        except ValueError:
            return None
    return raw if type(raw) in _NUMBERS and 0 <= raw < math.inf else None
