"""Pictures, sound and files inside content: found when a value is captured, shown as a marker. Pure."""

import binascii
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

import msgspec

# Where plain base64 stands in the wires' own shapes, and which neighbour says what it is:
# OpenAI's input_audio (format), Anthropic's source (media_type), Google's inline data (mime_type or mimeType).
_NEIGHBOURS = ("media_type", "mime_type", "mimeType", "format")
# OpenAI's file part and generated pictures are always base64.
_ALWAYS = frozenset({"file_data", "b64_json"})

MEDIA_KEYS = _ALWAYS | {"data"}
"""The keys that media without a data URL stands under."""

_FORMATS = {"mp3": "mpeg"}
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


Field = Literal["input", "output"]


class MediaTarget(NamedTuple):
    """Where content belongs: a field of an observation."""

    trace_id: str
    observation_id: str
    field: Field


class MediaMarker(msgspec.Struct, frozen=True):
    """Media that a text stands for, on its way out.

    Attributes:
        media: The media.
        whole: Whether the text stands in place of a whole part of a message.
    """

    media: Media
    whole: bool


def find_media(key: str, text: str | bytes, beside: Mapping[object, object]) -> Media | None:
    """Return the media that `text` is.

    Args:
        key: The key it stands under.
        text: The text, or bytes.
        beside: The mapping it stands in.
    """
    if isinstance(text, str) and text.startswith("data:"):
        head, base64, _ = text[:_HEAD].partition(";base64,")
        return Media(head[5:] or "text/plain", text, len(head) + len(base64)) if base64 else None
    if key in _ALWAYS:
        return Media("application/octet-stream", text)
    if key == "data":
        kinds = (beside.get(name) for name in _NEIGHBOURS)
        kind = next((kind for kind in kinds if isinstance(kind, str)), None)
        return None if kind is None else Media(kind, text)
    return None


def marker(media: Media, name: str | None = None) -> str:
    """Return the text that stands for media in a trace: type, size in bytes and SHA-256, and its file's name if any.

    In brackets and not in angles, which a page that renders text as Markdown takes for a tag and shows nothing of.
    """
    from hashlib import sha256  # 3 ms that only media pays

    digest, size = sha256(), 0
    try:
        for piece in _pieces(media):
            digest.update(piece)
            size += len(piece)
    except ValueError:
        return f"[{media.kind}, {len(media.data) - media.start} characters that are not base64]"
    return f"[{', '.join([media.kind, f'{size:,} bytes', f'sha256 {digest.hexdigest()}', *([name] if name else [])])}]"


def media_of(part: Mapping[str, Any]) -> tuple[Media, str | None] | None:
    """Return the media that a part of a message is, and its file's name; all wires have it at most one level deep."""
    for holder in (part, *(item for item in part.values() if isinstance(item, dict))):
        for item in holder.values():
            if isinstance(item, Media):
                name = holder.get("filename")
                return item, name if isinstance(name, str) else None
    return None


def part_of(media: Media, reference: str) -> dict[str, Any]:
    """Return the part of a message that shows uploaded media.

    It is made anew: whatever else the original part said was not seen by the user's mask.
    """
    kind = mime_type(media)
    if kind.startswith("image/"):
        return {"type": "image_url", "image_url": {"url": reference}}
    if kind.startswith("audio/"):
        return {"type": "input_audio", "input_audio": {"data": reference}}
    return {"type": "text", "text": reference}


def mime_type(media: Media) -> str:
    """Return the MIME type; OpenAI's `input_audio` names only a format."""
    kind = media.kind.partition(";")[0].strip().lower()
    return kind if "/" in kind else f"audio/{_FORMATS.get(kind, kind)}"


def data_of(media: Media) -> bytes:
    """Return the bytes of media.

    Raises:
        ValueError: It is not base64.
    """
    return b"".join(_pieces(media))


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
