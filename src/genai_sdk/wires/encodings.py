"""Bytes that should be UTF-8 and are not: error pages of gateways come in the encoding of where they were written."""

import re

_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CHARSET = r"charset=[\"']?([\w.:-]+)"
# A character of GB 2312 (and of its successors, nearly always) is two bytes of the upper half.
_PAIRS = rb"(?:[\x00-\x7f]|[\x81-\xfe][\xa1-\xfe])*"


def as_utf8(data: bytes, media_type: str = "") -> bytes:
    """Return text as UTF-8 without a byte order mark, whatever it was encoded in.

    Args:
        data: The text.
        media_type: The `content-type` it came with, whose charset is believed if the text can be read by it.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.isascii() and b"\0" not in data[:8]:
        return data
    for encoding in _candidates(data, media_type):
        try:
            return data.decode(encoding).encode("utf-8")
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8", "replace").encode("utf-8")


def _candidates(data: bytes, media_type: str) -> list[str]:
    marked = [name for mark, name in _BOMS if data.startswith(mark)]
    if marked:
        return marked[:1]
    if b"\0" in data[:8]:  # JSON begins with ASCII: https://www.rfc-editor.org/rfc/rfc4627#section-3
        if data[:3] == b"\0\0\0":
            return ["utf-32-be"]
        if data[1:4] == b"\0\0\0":
            return ["utf-32-le"]
        return ["utf-16-be" if data[0] == 0 else "utf-16-le"]
    match = re.search(_CHARSET, media_type, re.IGNORECASE)
    names = [match[1]] if match else []
    guesses = ["gb18030", "latin-1"] if re.fullmatch(_PAIRS, data) else ["latin-1"]
    return ["utf-8", *names, *guesses]
