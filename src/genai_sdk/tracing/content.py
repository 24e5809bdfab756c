"""Captured content made ready to leave: media as markers, masked, cut to size. Pure but for the user's mask."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from genai_sdk.tracing.capture import Content, Unencoded, capture, encode
from genai_sdk.tracing.media import Media, MediaMarker, MediaTarget, marker, media_of, part_of

Mask = Callable[..., Any]
"""Called as `mask(data=…)` with the input, the output, the metadata or a message; returns what may be recorded."""

MASK_FAILED = "<masked: the mask function failed>"

_decode = msgspec.json.Decoder().decode


class Uploader(Protocol):
    """Where media goes."""

    def reference(self, media: Media, place: MediaTarget) -> str | None:
        """Upload media, and return what stands for it in content; None if that did not work out."""
        ...


class Redactor:
    """What content passes on its way out.

    Args:
        mask: The user's mask, or None.
        max_bytes: The longest text that leaves, in bytes.
        uploads: Where media goes; None to leave it at its description.
    """

    def __init__(self, mask: Mask | None, max_bytes: int, uploads: Uploader | None = None) -> None:
        self._mask = mask
        self._max_bytes = max_bytes
        self._uploads = uploads

    def text(self, content: Content, place: MediaTarget | None = None) -> str:
        """Return content as an attribute's text: text as it is, all else as JSON; with a place, its media is uploaded.

        The mask sees descriptions of media, and only media whose description it leaves as it is goes further.
        """
        if self._mask is None and isinstance(content, bytes) and content[:1] != b'"':
            return self._cut(content)
        markers: dict[str, MediaMarker] = {}
        tree = self._masked(load(content, markers))
        if self._uploads is not None and place is not None and markers:
            tree = _uploaded(tree, markers, self._uploads, place)
        return self._cut(_bytes(tree) if isinstance(tree, str) else dump(tree))

    def reshaped(self, content: Content, shape: Callable[[Any], Any]) -> str:
        """Return what the mask leaves of content as JSON of another shape; `shape` takes whatever a mask returns."""
        return self._cut(dump(shape(self._masked(load(content)))))

    def without_uploads(self) -> "Redactor":
        """Return one that leaves media at its description."""
        return Redactor(self._mask, self._max_bytes)

    def fields(self, contents: Sequence[Content]) -> dict[str, str]:
        """Return metadata as text by key; of a key that occurs twice the last counts."""
        merged: dict[str, Any] = {}
        for content in contents:
            tree = self._masked(load(content))
            merged.update(tree if isinstance(tree, dict) else {"metadata": tree})
        return {key: self._cut(_bytes(item) if isinstance(item, str) else dump(item)) for key, item in merged.items()}

    def message(self, text: str) -> str:
        """Return a status message."""
        return self.text(encode(str(text))) if self._mask is not None else self._cut(_bytes(text))

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


def load(content: Content, markers: dict[str, MediaMarker] | None = None) -> Any:
    """Return content as dicts, lists and plain values, its media as texts; `markers` learns which stands for what."""
    return _Marking(markers).take(content.tree) if isinstance(content, Unencoded) else _decode(content)


def dump(tree: Any) -> bytes:
    """Return JSON; half of a surrogate pair, which UTF-8 has no bytes for, becomes its escape."""
    try:
        return encode(tree)
    except UnicodeEncodeError:
        return encode(_mended(tree))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


class _Marking:
    """Puts texts in the places of media.

    A part of a message becomes a part of text: Langfuse shows a message with an image it cannot load as a raw table.
    """

    def __init__(self, markers: dict[str, MediaMarker] | None) -> None:
        self._shown = markers

    def take(self, tree: Any) -> Any:
        if isinstance(tree, Media):
            return self._text(tree)
        if isinstance(tree, dict):
            message = "role" in tree and isinstance(tree.get("content"), list)
            return {
                key: [self._part(part) for part in item] if message and key == "content" else self.take(item)
                for key, item in tree.items()
            }
        return [self.take(item) for item in tree] if isinstance(tree, list) else tree

    def _part(self, part: Any) -> Any:
        media = media_of(part) if isinstance(part, dict) else None
        return self.take(part) if media is None else {"type": "text", "text": self._text(*media, whole=True)}

    def _text(self, media: Media, name: str | None = None, *, whole: bool = False) -> str:
        text = marker(media, name)
        if self._shown is not None:
            self._shown[text] = MediaMarker(media, whole)
        return text


def _uploaded(tree: Any, markers: dict[str, MediaMarker], uploads: Uploader, place: MediaTarget) -> Any:
    """Return content with references in place of the texts that stand for media, as far as it could be uploaded."""
    if isinstance(tree, str):
        marked = markers.get(tree)
        return tree if marked is None else uploads.reference(marked.media, place) or tree
    if isinstance(tree, dict):
        marked = markers.get(tree["text"]) if tree.get("type") == "text" and isinstance(tree.get("text"), str) else None
        if marked is not None and marked.whole:
            reference = uploads.reference(marked.media, place)
            return tree if reference is None else part_of(marked.media, reference)
        return {key: _uploaded(item, markers, uploads, place) for key, item in tree.items()}
    return [_uploaded(item, markers, uploads, place) for item in tree] if isinstance(tree, list) else tree


def _mended(tree: Any) -> Any:
    if isinstance(tree, str):
        return _bytes(tree).decode()
    if isinstance(tree, dict):
        return {_mended(key): _mended(item) for key, item in tree.items()}
    return [_mended(item) for item in tree] if isinstance(tree, list) else tree
