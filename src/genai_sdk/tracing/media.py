"""Pictures, sound and files inside content: found when a value is captured, shown as a marker. Pure."""

import binascii
import hashlib
from collections.abc import Iterator, Mapping

import msgspec

# Where plain base64 stands in the wires' own shapes, and which neighbour says what it is:
# OpenAI's input_audio (format), Anthropic's source (media_type), Google's inline data (mime_type or mimeType).
_NEIGHBOURS = ("media_type", "mime_type", "mimeType", "format")
# OpenAI's file part and generated pictures are always base64.
_ALWAYS = frozenset({"file_data", "b64_json"})

MEDIA_KEYS = _ALWAYS | {"data"}
"""The keys that media without a data URL stands under."""

_HEAD = 200  # a data URL says its type within so many characters
_PIECE = 256 * 1024  # characters decoded at once, a multiple of four
_LINE = 200  # base64 in lines has a line break within so many characters


class Media(msgspec.Struct, frozen=True):
    """Media as it stood in the content.

    Attributes:
        kind: Its MIME type or format.
        data: Bytes, or base64 text.
        start: Where the base64 begins in the text; cutting it off here would copy it.
    """

    kind: str
    data: str | bytes
    start: int = 0


def find_media(key: str, text: str, beside: Mapping[object, object]) -> Media | None:
    """Return the media that `text` is.

    Args:
        key: The key it stands under.
        text: The text.
        beside: The mapping it stands in.
    """
    if text.startswith("data:"):
        head, base64, _ = text[:_HEAD].partition(";base64,")
        return Media(head[5:] or "text/plain", text, len(head) + len(base64)) if base64 else None
    if key in _ALWAYS:
        return Media("application/octet-stream", text)
    if key == "data":
        kinds = (beside.get(name) for name in _NEIGHBOURS)
        kind = next((kind for kind in kinds if isinstance(kind, str)), None)
        return None if kind is None else Media(kind, text)
    return None


def marker(media: Media) -> str:
    """Return the text that stands for media in a trace: its type, its size in bytes and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    try:
        for piece in _pieces(media):
            digest.update(piece)
            size += len(piece)
    except ValueError:
        return f"<{media.kind}, {len(media.data) - media.start} characters that are not base64>"
    return f"<{media.kind}, {size} bytes, sha256 {digest.hexdigest()}>"


def _pieces(media: Media) -> Iterator[bytes]:
    data, start = media.data, media.start
    if isinstance(data, bytes):
        yield data
        return
    if "\n" in data[start : start + _LINE]:
        data, start = "".join(data[start:].split()), 0
    for at in range(start, len(data), _PIECE):
        # Piece by piece, because decoding keeps every other thread waiting.
        yield binascii.a2b_base64(data[at : at + _PIECE], strict_mode=True)
