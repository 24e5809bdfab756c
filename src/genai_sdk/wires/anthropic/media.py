"""From the parts of a message in OpenAI's shape to Anthropic's blocks."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from genai_sdk.wires.wire import UnencodableError

# `ContentBlockParam` of anthropic 2.14.0: parts in Anthropic's own form go out as they are.
_NATIVE = frozenset({"image", "document", "search_result", "container_upload", "tool_reference", "browser_state"})
_IMAGES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


def text_block(text: str, like: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a text block, with the mark for the cache that `like` has."""
    return marked({"type": "text", "text": str(text)}, like or {})


def marked(block: dict[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a block with the mark for the cache that a part or message has."""
    if part.get("cache_control"):
        block["cache_control"] = part["cache_control"]
    return block


def blocks_of(content: Any, *, takes_urls: bool) -> list[dict[str, Any]]:
    """Return the blocks of a message's content; empty text, which Anthropic refuses, is left out.

    Args:
        content: Text, or a list of parts.
        takes_urls: Whether the host fetches images and documents from the web.

    Raises:
        UnencodableError: A part has no place on this wire.
    """
    if content is None:
        return []
    if isinstance(content, str):
        return [text_block(content)] if content else []
    blocks = (block_of(part, takes_urls=takes_urls) for part in content)
    return [block for block in blocks if block is not None]


def block_of(part: Any, *, takes_urls: bool) -> dict[str, Any] | None:
    """Return a part as a block; None if it is empty text."""
    if isinstance(part, str):
        return text_block(part) if part else None
    kind = part["type"]
    if kind in ("text", "input_text", "output_text", "refusal"):
        text = part["refusal" if kind == "refusal" else "text"]
        return _text(part, text) if text else None
    if kind == "image_url":
        return marked(_image(part["image_url"], takes_urls), part)
    if kind == "file":
        return marked(_document(part["file"], takes_urls), part)
    if kind in _NATIVE:
        if isinstance(source := part.get("source"), Mapping) and "file_id" in source:
            _check(source["file_id"])
        return dict(part)
    raise UnencodableError(f"Anthropic's messages have no place for a part of the type {kind!r}")


def _text(part: Mapping[str, Any], text: str) -> dict[str, Any]:
    block = text_block(text, part)
    return {**block, "citations": part["citations"]} if part.get("citations") else block


def _image(image: Any, takes_urls: bool) -> dict[str, Any]:
    url = image if isinstance(image, str) else image["url"]
    media = None if isinstance(image, str) else image.get("format")
    if not url.startswith("data:"):
        return {"type": "image", "source": _web_source(url, takes_urls)}
    named, data = _data(url)
    media = media or named
    if media == "image/jpg":
        media = "image/jpeg"
    if media not in _IMAGES:
        raise UnencodableError(f"Anthropic takes images of {', '.join(sorted(_IMAGES))}, and not of {media!r}")
    return {"type": "image", "source": {"type": "base64", "media_type": media, "data": data}}


def _document(file: Mapping[str, Any], takes_urls: bool) -> dict[str, Any]:
    titled = {"title": file["filename"]} if file.get("filename") else {}
    if file.get("file_id"):
        ident = str(file["file_id"])
        _check(ident)
        if ident.startswith(("http://", "https://")):  # litellm's users name a document on the web so
            return {"type": "document", "source": _web_source(ident, takes_urls), **titled}
        if str(file.get("format") or "").startswith("image/"):
            return {"type": "image", "source": {"type": "file", "file_id": ident}}
        return {"type": "document", "source": {"type": "file", "file_id": ident}, **titled}
    data = file["file_data"]
    if data.startswith(("http://", "https://")):
        return {"type": "document", "source": _web_source(data, takes_urls), **titled}
    media, content = _data(data) if data.startswith("data:") else ("", data)
    media = file.get("format") or media or "application/pdf"
    if media in _IMAGES:
        return {"type": "image", "source": {"type": "base64", "media_type": media, "data": content}}
    if media == "application/pdf":
        return {"type": "document", "source": {"type": "base64", "media_type": media, "data": content}, **titled}
    if media.startswith("text/"):
        text = _decoded(data)
        return {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": text}, **titled}
    raise UnencodableError(f"Anthropic takes documents of application/pdf and text, and not of {media!r}")


def _check(ident: Any) -> None:
    from genai_sdk.wires.kept_files import check_file  # a cost only for calls that name a file

    check_file(ident)


def _web_source(url: str, takes_urls: bool) -> dict[str, str]:
    if not takes_urls:
        raise UnencodableError("this host fetches nothing from the web: give images and documents as data: URLs")
    return {"type": "url", "url": url}


def _data(url: str) -> tuple[str, str]:
    """Return a data URL's media type and its content in base64 (RFC 2397)."""
    head, comma, data = url.partition(",")
    media, *options = head.removeprefix("data:").split(";")
    if not comma or "base64" not in options:
        from base64 import b64encode  # nearly every data URL is base64 already

        data = b64encode(unquote_to_bytes(data)).decode()
    return media, data


def _decoded(url: str) -> str:
    from base64 import b64decode

    return b64decode(_data(url)[1] if url.startswith("data:") else url).decode("utf-8", "replace")
