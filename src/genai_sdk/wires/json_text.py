"""JSON that is not quite: halves of characters, numbers that are none, text in another encoding. Pure.

msgspec reads what is right, at once; what it refuses is read once more by the standard library, and mended.
"""

from collections.abc import Callable
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode

REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What reading JSON may raise."""


def read_json(data: bytes, media_type: str = "") -> Any:
    """Return decoded JSON.

    Args:
        data: The JSON.
        media_type: The `content-type` it came with.

    Raises:
        ValueError: It is no JSON.
    """
    try:
        return _decode(data)
    except REFUSED:
        pass
    from genai_sdk.wires.encodings import as_utf8

    return JsonText().read(as_utf8(data, media_type))


class JsonText:
    """Reads the JSON of one stream: a character that is cut in two by two events is put together again.

    Servers that stream token by token split an emoji into the escapes of its two surrogates, or into bytes.
    """

    def __init__(self) -> None:
        self.waiting: dict[tuple[Any, ...], Any] = {}
        """Halves of characters, by the places in an event where they stood."""

    def read(self, data: bytes) -> Any:
        """Return decoded JSON, its texts whole.

        Raises:
            ValueError: It is no JSON.
        """
        import json  # 1 ms that only what is not quite JSON pays

        valid = True
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            if b'"error"' in data or b'"message"' in data:
                from genai_sdk.wires.encodings import as_utf8

                text = as_utf8(data).decode("utf-8")
            else:
                text, valid = data.decode("utf-8", "surrogateescape"), False
        try:
            item = json.loads(text, strict=False)  # control characters within texts
        except RecursionError:
            raise ValueError("it is nested too deeply") from None
        return self._mended(item, (), self._joined if valid else self._completed)

    def _mended(self, item: Any, place: tuple[Any, ...], mend: Callable[[str, tuple[Any, ...]], str]) -> Any:
        if isinstance(item, str):
            return mend(item, place)
        if isinstance(item, dict):
            number = item.get("index")
            inner = (*place, number) if isinstance(number, int) else place
            return {key: self._mended(part, (*inner, key), mend) for key, part in item.items()}
        if isinstance(item, list):
            return [self._mended(part, place, mend) for part in item]
        if isinstance(item, float) and item - item != 0:  # NaN and Infinity are no JSON
            return None
        return item

    def _joined(self, text: str, place: tuple[Any, ...]) -> str:
        """Put surrogates together, and keep one that waits for its other half."""
        held = self.waiting.pop(place, "") if text else ""
        if isinstance(held, bytes):
            held = "\ufffd"
        if not held and (text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)):
            return text
        text = held + text
        if "\ud800" <= text[-1] <= "\udbff":
            self.waiting[place] = text[-1]
            text = text[:-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def _completed(self, text: str, place: tuple[Any, ...]) -> str:
        """Put bytes together, and keep those that wait for the rest of their character."""
        held = self.waiting.pop(place, b"") if text else b""
        raw = (held if isinstance(held, bytes) else b"") + text.encode("utf-8", "surrogateescape")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason == "unexpected end of data":
                self.waiting[place] = raw[error.start :]
                raw = raw[: error.start]
        return raw.decode("utf-8", "replace")
