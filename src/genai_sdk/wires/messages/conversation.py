"""From Anthropic's messages to messages of chat. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.anthropic.words import BLOCKS
from genai_sdk.wires.kept_files import FileId
from genai_sdk.wires.seal import Unsealed, is_sealed
from genai_sdk.wires.wire import UnencodableError

Fields = dict[str, Any]


def messages_of(messages: Sequence[Mapping[str, Any]], system: Any = None) -> list[Fields]:
    """Return the messages of chat that Anthropic's make.

    Raises:
        UnencodableError: A block has no place in chat.
    """
    made: list[Fields] = []
    if system:
        made.append({"role": "system", "content": _parts(system)})
    for message in messages:
        content = message["content"]
        if isinstance(content, str):
            made.append({"role": message["role"], "content": content})
        elif message["role"] == "assistant":
            made.append(_said(content))
        else:
            made += _heard(message["role"], content)
    return made


def _said(blocks: Sequence[Mapping[str, Any]]) -> Fields:
    """Return what the model said: thinking, text and calls in one message."""
    sealed, texts, thoughts, calls = Unsealed(), [], [], []
    thinking: list[Mapping[str, Any]] = []
    for block in blocks:
        match block.get("type"):
            case "text":
                texts.append(block.get("text") or "")
            case "tool_use":
                arguments = msgspec.json.encode(block.get("input") or {}).decode()
                function = {"name": block["name"], "arguments": arguments}
                calls.append({"id": block["id"], "type": "function", "function": function})
            case "thinking" if is_sealed(block):
                thoughts.append(block.get("thinking") or "")
            case "redacted_thinking" if is_sealed(block):
                sealed.add(block["data"])
            case "thinking" | "redacted_thinking":
                thinking.append(block)  # Claude's own, for whoever serves Claude under another name
            case kind if kind in BLOCKS:
                pass  # what Anthropic's servers did for themselves: what it came to is in the text
            case kind:
                raise _no_place(kind)
    message: Fields = {"role": "assistant", "content": "".join(texts) if texts or not calls else None}
    if thoughts:
        message["reasoning_content"] = "".join(thoughts)
    if thinking:
        message["thinking_blocks"] = thinking
    if calls:
        message["tool_calls"] = calls
    return sealed.restore(message)


def _heard(role: str, blocks: Sequence[Mapping[str, Any]]) -> Iterator[Fields]:
    """Yield what the model is told: results of tools by themselves, and all else as one message."""
    rest = [block for block in blocks if block.get("type") != "tool_result"]
    for block in blocks:
        if block.get("type") == "tool_result":
            content = _parts(block.get("content") or "")
            if block.get("is_error"):
                content = f"Error: {content}" if isinstance(content, str) else [_text("Error:"), *content]
            yield {"role": "tool", "tool_call_id": block["tool_use_id"], "content": content}
    if rest:
        yield {"role": role, "content": _parts(rest)}


def _parts(content: Any) -> Any:
    """Return the content of a message; nothing but one plain text is that text."""
    if isinstance(content, str):
        return content
    parts = [part for block in content for part in _part(block)]
    match parts:
        case [{"type": "text", "text": str(text), **rest}] if not rest:
            return text
    return parts


def _part(block: Mapping[str, Any]) -> Iterator[Fields]:
    marked = {"cache_control": block["cache_control"]} if block.get("cache_control") else {}
    match block:
        case {"type": "text", "text": str(text)}:
            yield {**_text(text), **marked}
        case {"type": "image", "source": {"type": "base64", "media_type": media, "data": data}}:
            yield {"type": "image_url", "image_url": {"url": f"data:{media};base64,{data}"}, **marked}
        case {"type": "image", "source": {"type": "url", "url": url}}:
            yield {"type": "image_url", "image_url": {"url": url}, **marked}
        case {"type": "document", "source": {"type": "base64", "media_type": media, "data": data}}:
            file = {"file_data": f"data:{media};base64,{data}", "filename": block.get("title") or "document"}
            yield {"type": "file", "file": file, **marked}
        case {"type": "document", "source": {"type": "url", "url": url}}:
            yield {"type": "file", "file": {"file_id": url}, **marked}
        case {"type": "document", "source": {"type": "text", "data": str(text)}}:
            yield {**_text(_titled(block, text)), **marked}
        case {"type": "document", "source": {"type": "content", "content": inner}}:
            yield from [_text(inner)] if isinstance(inner, str) else [part for each in inner for part in _part(each)]
        case {"type": "search_result", "content": list(inner)}:
            text = "\n".join(each.get("text") or "" for each in inner)
            yield {**_text(_titled(block, f"{block.get('source') or ''}\n{text}")), **marked}
        case {"type": "document", "source": {"type": "file", "file_id": ident}} if FileId.of(ident):
            yield {"type": "file", "file": {"file_id": ident}, **marked}  # it goes to who keeps it, or is refused
        case {"source": {"type": "file"}}:
            raise UnencodableError("a file_id: the file is at a vendor that this call does not go to")
        case _:
            raise _no_place(block.get("type"))


def _titled(block: Mapping[str, Any], text: str) -> str:
    return f"{block['title']}\n{text}" if block.get("title") else text


def _text(text: str) -> Fields:
    return {"type": "text", "text": text}


def _no_place(kind: Any) -> UnencodableError:
    return UnencodableError(f"a block of the type {kind!r}, which has no place in chat")
