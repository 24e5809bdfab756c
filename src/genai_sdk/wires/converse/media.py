"""Images, documents, sound and film as Converse takes them: bytes in base64, or a place in S3, never another URL."""

import base64
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes

# The enums ImageFormat, DocumentFormat, VideoFormat and AudioFormat (botocore 1.44.8), by the media types and the
# endings of files that people name.
_AUDIO = (
    "mp3",
    "opus",
    "wav",
    "aac",
    "flac",
    "mp4",
    "ogg",
    "mkv",
    "mka",
    "x-aac",
    "m4a",
    "mpeg",
    "mpga",
    "pcm",
    "webm",
)
_FORMATS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "image": {"png": "png", "jpeg": "jpeg", "jpg": "jpeg", "gif": "gif", "webp": "webp"},
        "document": {
            "pdf": "pdf",
            "csv": "csv",
            "msword": "doc",
            "doc": "doc",
            "vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
            "docx": "docx",
            "vnd.ms-excel": "xls",
            "xls": "xls",
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
            "xlsx": "xlsx",
            "html": "html",
            "plain": "txt",
            "txt": "txt",
            "markdown": "md",
            "md": "md",
        },
        "video": {
            "x-matroska": "mkv",
            "mkv": "mkv",
            "quicktime": "mov",
            "mov": "mov",
            "mp4": "mp4",
            "webm": "webm",
            "x-flv": "flv",
            "flv": "flv",
            "mpeg": "mpeg",
            "mpg": "mpg",
            "x-ms-wmv": "wmv",
            "wmv": "wmv",
            "3gpp": "three_gp",
            "3gp": "three_gp",
            "three_gp": "three_gp",
        },
        "audio": {name: name for name in _AUDIO}
        | {"x-wav": "wav", "x-matroska": "mkv", "x-m4a": "m4a", "x-flac": "flac"},
    }
)
FORMATS = MappingProxyType({kind: frozenset(rows.values()) for kind, rows in _FORMATS.items()})
"""The formats of each kind of block."""

_DATA = r"data:(?P<type>[^;,]*)(?P<parameters>(;[^;,]*)*),(?P<data>.*)"
_NAME = r"[^0-9A-Za-z\-()\[\] ]+"


def image(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block of OpenAI's part `image_url`."""
    part_value = part["image_url"]
    url, media = (part_value, None) if isinstance(part_value, str) else (part_value["url"], part_value.get("format"))
    return block(url, media, "image")


def video(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block of a part `video_url`, which compatible servers know."""
    part_value = part["video_url"]
    url, media = (part_value, None) if isinstance(part_value, str) else (part_value["url"], part_value.get("format"))
    return block(url, media, "video")


def audio(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return the block of OpenAI's part `input_audio`."""
    part_value = part["input_audio"]
    form = _form("audio", str(part_value["format"]))
    return {"audio": {"format": form, "source": _source(part_value["data"])}}


def _refuse_kept(ident: str) -> None:
    """See that a file is none that another vendor keeps: Bedrock keeps none."""
    from genai_sdk.wires.kept_files import FileId, elsewhere  # a cost only for calls that may name one

    if (kept := FileId.of(ident)) is not None:
        raise elsewhere(kept)


def file(part: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return the block of OpenAI's part `file`: a document, or whatever else its media type says it is.

    Args:
        part: The part.
        number: Which file of the call it is; names tell documents apart.
    """
    part_value = part["file"]
    data, name = part_value.get("file_data"), part_value.get("filename")
    if data is None:
        data = part_value.get("file_id")
    if part_value.get("file_data") is None and isinstance(data, str) and "/files" in data:
        _refuse_kept(data)
    if not isinstance(data, str):
        raise ValueError("a file needs file_data, or an s3:// address as its file_id")
    if not data.startswith(("data:", "s3://", "http:", "https:")):
        data = f"data:{part_value.get('format') or ''};base64,{data}"
    made = block(data, part_value.get("format"), None, name)
    if "document" in made:
        document = made["document"]
        document["name"] = _document_name(name, number)
        document.update({key: part_value[key] for key in ("context", "citations") if key in part_value})
    return made


def document(part: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return the block of Anthropic's part `document`, which many tools write."""
    source = part["source"]
    match source:
        case {"type": "text", "data": str(text)}:
            made: dict[str, Any] = {"format": "txt", "source": {"text": text}}
        case {"type": "base64", "media_type": str(media), "data": str(data)}:
            made = block(f"data:{media};base64,{data}", None, "document")["document"]
        case {"type": "content", "content": list(blocks)}:
            made = {"source": {"content": [{"text": item["text"]} for item in blocks]}}
        case _:
            raise ValueError("a document's source is text, base64 or content")
    made["name"] = _document_name(part.get("title"), number)
    made.update({key: part[key] for key in ("context", "citations") if part.get(key) is not None})
    return {"document": made}


def block(url: str, media: str | None, kind: str | None, name: str | None = None) -> dict[str, Any]:
    """Return the block of a URL.

    Args:
        url: `data:` or `s3://`.
        media: Its media type or format, where the caller says it.
        kind: The kind of block; None: whatever its media type says.
        name: A file's name, whose ending may say it too.
    """
    if url.startswith("s3://"):
        kind, form = _kind(kind, media, url, name)
        return {kind: {"format": form, "source": {"s3Location": {"uri": url}}}}
    match = re.fullmatch(_DATA, url, re.DOTALL | re.IGNORECASE)
    if match is None:
        raise ValueError(
            "Bedrock fetches nothing: give images and files as data:…;base64,… or as an s3:// address, and no other URL"
        )
    kind, form = _kind(kind, media or match["type"], "", name)
    data = match["data"]
    if ";base64" not in match["parameters"].lower():
        data = base64.b64encode(unquote_to_bytes(data)).decode()
    return {kind: {"format": form, "source": _source(data)}}


def _source(data: str) -> dict[str, str]:
    """Return bytes as a source, in the one alphabet of base64 that AWS takes."""
    text = "".join(data.split()).replace("-", "+").replace("_", "/").rstrip("=")
    text += "=" * (-len(text) % 4)
    try:
        base64.b64decode(text[-4:], validate=True)  # the end alone: a file may be long
    except ValueError:
        raise ValueError("its content is no base64") from None
    if not text:
        raise ValueError("its content is empty")
    return {"bytes": text}


def _kind(kind: str | None, media: str | None, url: str, name: str | None) -> tuple[str, str]:
    major, _, minor = (media or "").lower().partition(";")[0].strip().rpartition("/")
    ending = next((text.rpartition(".")[2].lower() for text in (name or "", url) if "." in text), "")
    if kind is None:
        kind = major if major in ("image", "video", "audio") else "document"
        if not major:
            kind = next((each for each, rows in _FORMATS.items() if ending in rows), kind)
    return kind, _form(kind, minor or ending, ending)


def _form(kind: str, word: str, other: str = "") -> str:
    rows = _FORMATS[kind]
    form = rows.get(word.lower().rpartition("/")[2]) or rows.get(other)
    if form is None:
        known = ", ".join(sorted(set(rows.values())))
        raise ValueError(f"Bedrock takes no {kind} of the format {word or 'not said'!r}: it takes {known}")
    return form


def _document_name(name: Any, number: int) -> str:
    """Return a name as DocumentBlock wants it; the number keeps two of them apart."""
    stem = str(name or "").rpartition(".")[0] or str(name or "")
    text = " ".join(re.sub(_NAME, " ", stem).split())[:180]
    return f"{text} {number}" if text and number > 1 else text or f"document {number}"
