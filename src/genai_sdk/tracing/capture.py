"""A value as it is at this moment: copied where it could change, held where it cannot. Pure.

Small content becomes JSON at once. Large texts and media are held by reference, since text cannot change: a picture of
two megabytes costs the calling thread nothing, and is hashed on another one.
"""

import math
import sys
from collections.abc import Iterable, Mapping, Set
from typing import Any

import msgspec

from genai_sdk.tracing.media import MEDIA_KEYS, Media, find_media
from genai_sdk.types import Value

MAX_DEPTH = 64
MAX_ITEMS = 20_000
UNENCODED_ABOVE = 64 * 1024
"""Bytes above which content is held as it is, to be encoded on another thread."""

REUSED_ABOVE = 2 * 1024
"""Bytes above which it is quicker to hand JSON on than to make it anew."""

_ITEM_BYTES = 100  # about what an item of a tree costs beside its text
# Types whose text is their meaning; by name, so that none has to be imported.
_TEXTUAL = frozenset({"date", "datetime", "time", "timedelta", "UUID", "Decimal", "PosixPath", "WindowsPath"})
_INTEGERS = range(-(2**63), 2**64)  # what msgspec encodes

encode = msgspec.json.Encoder().encode


class Unencoded(msgspec.Struct, frozen=True):
    """Content that is still to be encoded.

    Attributes:
        tree: Dicts with text keys, lists, text, finite numbers, booleans, None and `Media`; shared with nobody.
        size: About how many bytes it keeps in memory.
    """

    tree: Any
    size: int


Content = bytes | Unencoded
"""Captured content: JSON text, or what is still to become it."""


def size_of(content: Content | None) -> int:
    """Return how many bytes content keeps in memory."""
    if content is None:
        return 0
    return len(content) if isinstance(content, bytes) else content.size


def capture(value: object) -> Content:
    """Capture a value. Whatever it is, this returns, and what could not be taken says so in its place."""
    if isinstance(value, Value):
        value = _fields(value)
    try:
        if is_plain(value):
            return _encode(value)
    except (UnicodeEncodeError, TypeError):
        pass  # half of a surrogate pair, or an odd key: the walk knows what to do
    walk = _Walk()
    try:
        tree = walk.take(value)
    except Exception as error:  # noqa: BLE001 - a mapping or model of the user's may raise anything while it is read
        return _encode(f"<could not be recorded: {type(error).__name__}>")
    if not walk.media and walk.size <= UNENCODED_ABOVE:
        try:
            return _encode(tree)
        except UnicodeEncodeError:
            pass  # held, and mended when it is encoded
    return Unencoded(tree, walk.size)


def verbatim(content: Content | None, value: object) -> bytes | None:
    """Return captured content if it is exactly the JSON of the value it was captured from, and worth using again."""
    if type(content) is not bytes or len(content) < REUSED_ABOVE:
        return None
    return content if is_plain(value) else None


def _encode(value: object) -> bytes:
    """Return JSON for keeping; msgspec's own bytes keep the room they were written in, half as much again."""
    return bytes(memoryview(encode(value)))


def is_plain(value: object) -> bool:
    """Whether this is what most calls have: short texts, or short messages of nothing but text."""
    if type(value) is dict:
        return _length(value.values()) <= UNENCODED_ABOVE
    if type(value) is not list:
        return type(value) is str and len(value) <= UNENCODED_ABOVE
    total = 0
    for item in value:
        total += (
            len(item) if type(item) is str else _length(item.values()) if type(item) is dict else UNENCODED_ABOVE + 1
        )
        if total > UNENCODED_ABOVE:
            return False
    return True


def _length(texts: Iterable[object]) -> int:
    """Return the length of texts together, or more than may be encoded at once if anything is no text."""
    total = 0
    for text in texts:
        if type(text) is not str:
            return UNENCODED_ABOVE + 1
        total += len(text)
    return total


def _fields(value: Value) -> dict[str, Any]:
    """Return what a value says, without what it leaves open."""
    hidden = value.hidden
    fields = {
        name: item
        for name in value.__struct_fields__
        if name not in hidden and (item := getattr(value, name)) is not None
    }
    if value.model_extra:
        fields.update((name, item) for name, item in value.model_extra.items() if item is not None)
    return fields


class _Walk:
    """One walk through a value of any kind, within bounds."""

    __slots__ = ("_items", "_path", "media", "size")

    def __init__(self) -> None:
        self.size = 0
        self.media = False
        self._items = 0
        self._path: list[int] = []

    def take(self, value: Any) -> Any:
        kind = type(value)
        self._items += 1
        if kind is str:
            self.size += sys.getsizeof(value)
            return value
        self.size += _ITEM_BYTES
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if value in _INTEGERS else f"<an integer of {value.bit_length()} bits>"
        if kind is float:
            return value if math.isfinite(value) else str(value)
        return self._take_whole(value, kind)

    def _take_whole(self, value: Any, kind: type) -> Any:
        """Take what may have parts, unless it is one of its own parts or too much."""
        path = self._path
        if id(value) in path:
            return "<a part of itself>"
        if len(path) >= MAX_DEPTH:
            return f"<more than {MAX_DEPTH} levels deep>"
        if self._items > MAX_ITEMS:
            return f"<more than {MAX_ITEMS} items>"
        path.append(id(value))
        taken: Any
        if kind is dict:
            taken = self._take_mapping(value)
        else:
            taken = self._take_items(value) if kind is list else self._take_other(value)
        path.pop()
        return taken

    def _take_mapping(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        taken: dict[str, Any] = {}
        for key, item in value.items():
            name = key if type(key) is str else self._name(key)
            if self._items > MAX_ITEMS:
                taken["…"] = f"<more than {MAX_ITEMS} items>"
                break
            self.size += len(name)
            if type(item) is bytes and name in MEDIA_KEYS and (media := find_media(name, item, value)) is not None:
                self.size += len(item)
                self.media, taken[name] = True, media
                continue
            if type(item) is not str:
                taken[name] = self.take(item)
                continue
            self._items += 1
            self.size += sys.getsizeof(item)
            taken[name] = item
            if item.startswith("data:") or name in MEDIA_KEYS:
                media = find_media(name, item, value)
                if media is not None:
                    self.media, taken[name] = True, media
        return taken

    def _take_items(self, value: "list[Any] | tuple[Any, ...] | Set[Any]") -> list[Any]:
        taken: list[Any] = []
        for item in value:
            if self._items > MAX_ITEMS:
                taken.append(f"<{len(value) - len(taken)} more items>")
                break
            taken.append(self.take(item))
        return taken

    def _take_other(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return self._take_mapping(value)
        if isinstance(value, Value):
            return self._take_mapping(_fields(value))
        if isinstance(value, tuple | list | Set):
            return self._take_items(value)
        if isinstance(value, str):
            return self.take(str.__str__(value))
        if isinstance(value, bytes | bytearray | memoryview):
            data = bytes(value)
            self.media = True
            self.size += len(data)
            return Media("application/octet-stream", data)
        return self._take_object(value, type(value))

    def _take_object(self, value: Any, kind: type) -> Any:
        """Take what a model, number or enum means; of any other object only its type, as a repr can tell secrets."""
        if kind.__name__ in _TEXTUAL:
            return str(value)
        for number in (int, float):
            if isinstance(value, number):
                return self.take(number(value))
        if hasattr(kind, "model_dump"):  # pydantic
            return self.take(value.model_dump())
        if hasattr(kind, "__dataclass_fields__"):
            return self._take_mapping({name: getattr(value, name) for name in kind.__dataclass_fields__})
        if hasattr(kind, "__members__"):
            return self.take(value.value)  # an enum of other than text and numbers
        return f"<{kind.__module__}.{kind.__qualname__}>"

    def _name(self, key: object) -> str:
        if not isinstance(key, str | int | float | None):
            return f"<{type(key).__qualname__}>"
        taken = self.take(key)
        return taken if isinstance(taken, str) else encode(taken).decode()
