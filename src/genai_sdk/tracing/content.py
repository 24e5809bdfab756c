"""Captured content made ready to leave: media as markers, masked, cut to size. Pure but for the user's mask."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from genai_sdk.tracing.capture import Content, Held, capture, encode
from genai_sdk.tracing.media import Media, marker

Mask = Callable[..., Any]
"""Called as `mask(data=…)` with the input, the output, the metadata or a message; returns what may be recorded."""

MASK_FAILED = "<masked: the mask function failed>"

_decode = msgspec.json.Decoder().decode


class Outlet:
    """What content passes on its way out.

    Args:
        mask: The user's mask, or None.
        max_bytes: The longest text that leaves, in bytes.
    """

    def __init__(self, mask: Mask | None, max_bytes: int) -> None:
        self._mask = mask
        self._max_bytes = max_bytes

    def text(self, content: Content) -> str:
        """Return content as an attribute's text: text as it is, all else as JSON."""
        if self._mask is None and isinstance(content, bytes) and content[:1] != b'"':
            return self._cut(content)
        tree = self._masked(load(content))
        return self._cut(_bytes(tree) if isinstance(tree, str) else dump(tree))

    def fields(self, contents: Sequence[Content]) -> dict[str, str]:
        """Return metadata as text by key; of a key that occurs twice the last counts."""
        merged: dict[str, Any] = {}
        for content in contents:
            tree = self._masked(load(content))
            merged.update(tree if isinstance(tree, dict) else {"metadata": tree})
        return {key: self._cut(_bytes(item) if isinstance(item, str) else dump(item)) for key, item in merged.items()}

    def message(self, text: str) -> str:
        """Return a status message."""
        return self.text(encode(text)) if self._mask is not None else self._cut(_bytes(text))

    def _masked(self, tree: Any) -> Any:
        if self._mask is None:
            return tree
        try:
            return load(capture(self._mask(data=tree)))
        except BaseException:  # noqa: BLE001 - nothing may leave unmasked, and the user's code may not end this thread
            return MASK_FAILED

    def _cut(self, data: bytes) -> str:
        if len(data) <= self._max_bytes:
            return data.decode()
        return f"{data[: self._max_bytes].decode(errors='ignore')}… <cut: {self._max_bytes} of {len(data)} bytes>"


def load(content: Content) -> Any:
    """Return content as dicts, lists and plain values, its media as markers."""
    return _marked(content.tree) if isinstance(content, Held) else _decode(content)


def dump(tree: Any) -> bytes:
    """Return JSON; half of a surrogate pair, which UTF-8 has no bytes for, becomes its escape."""
    try:
        return encode(tree)
    except UnicodeEncodeError:
        return encode(_mended(tree))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _marked(tree: Any) -> Any:
    if isinstance(tree, Media):
        return marker(tree)
    if isinstance(tree, dict):
        return {key: _marked(item) for key, item in tree.items()}
    return [_marked(item) for item in tree] if isinstance(tree, list) else tree


def _mended(tree: Any) -> Any:
    if isinstance(tree, str):
        return _bytes(tree).decode()
    if isinstance(tree, dict):
        return {_mended(key): _mended(item) for key, item in tree.items()}
    return [_mended(item) for item in tree] if isinstance(tree, list) else tree
