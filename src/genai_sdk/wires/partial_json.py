"""JSON that has not ended yet, as far as it goes. Pure."""

import re
from typing import Any

import msgspec

# A text (its escapes whole, halves of characters only in pairs), JSON's signs, and what else stands between them.
_TOKEN = re.compile(
    r'"(?:[^"\\]|\\[^u]|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u(?![dD][89abAB])[0-9a-fA-F]{4})*(?P<end>"?)'
    r'|[{}\[\],:]|[^\s{}\[\],:"]+',
    re.DOTALL,
)
_CLOSING = {"{": "}", "[": "]"}
_WORDS = ("true", "false", "null")


def read_partial(text: str) -> Any:
    """Read the beginning of a JSON value: what is open is closed, and what is only begun is left out.

    A text that is not finished is there as far as it goes; a number or a word only once something follows it, since
    `1` may become `12`. Returns None where nothing can be read yet, or where the beginning is no JSON's.
    """
    start = next((place for place, sign in enumerate(text) if sign in "{["), None)
    if start is None:
        return None
    try:
        return msgspec.json.decode(_closed(text[start:]))
    except (msgspec.DecodeError, RecursionError):
        return None


def _closed(text: str) -> str:
    """Return the longest beginning of a text that can be a value, closed."""
    open_signs: list[str] = []
    whole, within = "", ""  # up to the last value that is whole, and what closes it there
    key = False  # whether the next text is the name of a field
    for match in _TOKEN.finditer(text):
        sign = match[0]
        if sign in _CLOSING:
            open_signs.append(sign)
            key = sign == "{"
        elif sign in ("}", "]"):
            if not open_signs:
                break
            open_signs.pop()
        elif sign == ",":
            key = bool(open_signs) and open_signs[-1] == "{"
            continue
        elif sign == ":":
            key = False
            continue
        elif sign[0] == '"':
            if key:
                continue
            if not match["end"]:
                return text[: match.end()] + '"' + _ends(open_signs)
        elif key or (match.end() == len(text) and sign not in _WORDS):
            continue
        whole, within = text[: match.end()], _ends(open_signs)
        if not open_signs:
            break
    return whole + within


def _ends(open_signs: list[str]) -> str:
    return "".join(_CLOSING[sign] for sign in reversed(open_signs))
