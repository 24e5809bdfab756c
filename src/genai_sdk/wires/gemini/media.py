"""Pictures, sounds, films and documents of a message, as Google's parts."""

import base64
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from genai_sdk.wires.gemini.content import Part
from genai_sdk.wires.wire import UnencodableError

_DATA_URL = r"data:([^;,]*)((?:;[^;,]*)*),"

# https://ai.google.dev/gemini-api/docs/file-input-methods: what Gemini reads.
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp", "heic": "image/heic",
        "heif": "image/heif", "gif": "image/gif",
        "wav": "audio/wav", "mp3": "audio/mp3", "aiff": "audio/aiff", "aac": "audio/aac", "ogg": "audio/ogg",
        "flac": "audio/flac", "m4a": "audio/m4a", "opus": "audio/opus", "pcm": "audio/pcm",
        "mp4": "video/mp4", "mpeg": "video/mpeg", "mpg": "video/mpg", "mov": "video/mov", "avi": "video/avi",
        "flv": "video/x-flv", "webm": "video/webm", "wmv": "video/wmv", "3gp": "video/3gpp",
        "pdf": "application/pdf", "txt": "text/plain", "html": "text/html", "css": "text/css", "md": "text/md",
        "csv": "text/csv", "xml": "text/xml", "rtf": "text/rtf", "json": "application/json",
    }
)  # fmt: skip
_FILES = "https://generativelanguage.googleapis.com/v1beta/"  # where files that were uploaded are
_DETAIL: Mapping[str, str] = MappingProxyType(
    {
        "low": "MEDIA_RESOLUTION_LOW",
        "medium": "MEDIA_RESOLUTION_MEDIUM",
        "high": "MEDIA_RESOLUTION_HIGH",
        "ultra_high": "MEDIA_RESOLUTION_ULTRA_HIGH",
    }
)


def media_part(part: Mapping[str, Any], *, has_resolutions: bool) -> Part:
    """Return a part of a message that is no text.

    Args:
        part: The part in OpenAI's shape: `image_url`, `video_url`, `input_audio` or `file`.
        has_resolutions: Whether the model knows a resolution for each part (Gemini 3 and later).

    Raises:
        UnencodableError: It is of another kind, or has nothing in it.
    """
    kind = part.get("type")
    match kind:
        case "image_url" | "video_url":
            value = part.get(kind)
            facts: Mapping[str, Any] = {"url": value} if isinstance(value, str) else value or {}
            made = by_url(str(facts.get("url") or ""), facts.get("format"))
        case "input_audio" | "file":
            facts = part.get(kind) or {}
            made = _audio(facts) if kind == "input_audio" else _file(facts)
        case _:
            raise UnencodableError(f"a part of the type {kind!r}, of which Gemini knows nothing")
    detail = _DETAIL.get(str(facts.get("detail")))
    if detail is not None and has_resolutions:
        made["mediaResolution"] = {"level": detail}
    if isinstance(facts.get("video_metadata"), Mapping):
        made["videoMetadata"] = {_camel(name): item for name, item in facts["video_metadata"].items()}
    return made


def by_url(url: str, kind: Any = None) -> Part:
    """Return what a URL names: the data in it, or a file that Google fetches.

    Args:
        url: A data URL, or one of `https` or `gs`.
        kind: Its media type, if it is known.
    """
    match = re.match(_DATA_URL, url, re.IGNORECASE)
    if match is None:
        if not url:
            raise UnencodableError("an image or a file without a URL")
        file = {"fileUri": url}
        if media := kind or _type_by_name(url):
            file["mimeType"] = media
        return {"fileData": file}
    media, data = kind or match[1] or "text/plain", url[match.end() :]
    if "base64" not in match[2].lower():
        data = base64.b64encode(unquote_to_bytes(data)).decode()
    return {"inlineData": {"mimeType": media, "data": data}}


def _audio(facts: Mapping[str, Any]) -> Part:
    kind = str(facts.get("format") or "wav")
    media = kind if "/" in kind else _TYPES.get(kind, f"audio/{kind}")
    return {"inlineData": {"mimeType": media, "data": facts.get("data") or ""}}


def _file(facts: Mapping[str, Any]) -> Part:
    data, ident, kind = facts.get("file_data"), facts.get("file_id"), facts.get("format")
    if isinstance(data, str) and data:
        if data.startswith(("data:", "https:", "http:", "gs:")):
            return by_url(data, kind)
        media = kind or _type_by_name(str(facts.get("filename") or "")) or "application/pdf"
        return {"inlineData": {"mimeType": media, "data": data}}
    if isinstance(ident, str) and ident:
        from genai_sdk.wires.kept_files import check_file  # a cost only for calls that name a file

        check_file(ident)
        return by_url(f"{_FILES}{ident}" if ident.startswith("files/") else ident, kind)
    raise UnencodableError("a file with neither file_data nor file_id")


def _type_by_name(name: str) -> str | None:
    return _TYPES.get(urlsplit(name).path.rpartition(".")[2].lower())


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
