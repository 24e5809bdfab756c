"""From Converse's blocks to a message in OpenAI's shape: one way for whole answers and for streams."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.wires.converse.messages import CONTENT_BLOCKS
from genai_sdk.wires.converse.tools import SCHEMA_TOOL
from genai_sdk.wires.converse.words import BLOCKS, SERVER_TOOL_TYPES
from genai_sdk.wires.unknown import Notice, ignore, notice_all

_ORDER = ("reasoning", "text", "call")


def message_of(blocks: Sequence[Mapping[str, Any]], notice: Notice = ignore) -> dict[str, Any]:
    """Return the message that an answer's blocks make; nothing of them is lost."""
    texts: list[str] = []
    answers: list[str] = []
    calls: list[dict[str, Any]] = []
    reasoning: list[str] = []
    thinking: list[dict[str, Any]] = []
    for block in blocks:
        match treatment(block):
            case "text":
                texts.append(block["text"] or "")
            case "cited text":
                texts += cited_texts(block)
            case "reasoning":
                item = thinking_block(block["reasoningContent"])
                if item is not None:
                    thinking.append(item)
                    reasoning.append(item.get("thinking", ""))
            case "call":
                use = block["toolUse"]
                if use.get("name") == SCHEMA_TOOL:
                    answers.append(arguments_of(use))
                else:
                    calls.append(call_of(use))
            case _:
                notice_unknown(block, notice)
    message: dict[str, Any] = {"role": "assistant", "content": "".join(answers[:1] or texts)}
    if not message["content"] and calls:
        message["content"] = None
    if text := "".join(reasoning):
        message["reasoning_content"] = text
    if thinking:
        message["thinking_blocks"] = thinking
    if calls:
        message["tool_calls"] = calls
    message.update(extras_of(blocks, answered_by_tool=bool(answers)))
    return message


def extras_of(blocks: Sequence[Mapping[str, Any]], *, answered_by_tool: bool = False) -> dict[str, Any]:
    """Return what a message holds beyond OpenAI's own fields; empty for most answers."""
    extras: dict[str, Any] = {}
    if annotations := [each for block in blocks for each in _annotations(block)]:
        extras["annotations"] = annotations
    if citations := [each for block in blocks for each in _citations(block)]:
        extras["citations"] = citations
    if images := [each for block in blocks for each in _images(block)]:
        extras["images"] = images
    if needs_blocks(blocks, answered_by_tool=answered_by_tool):
        extras[CONTENT_BLOCKS] = [dict(block) for block in blocks]
    return extras


def needs_blocks(blocks: Iterable[Mapping[str, Any]], *, answered_by_tool: bool = False) -> bool:
    """Tell whether OpenAI's shape loses something of an answer: a block, or the order of reasoning, text and calls."""
    place = 0
    for block in blocks:
        kind = treatment(block)
        if kind not in _ORDER or len(block) != 1:
            return True
        if _ORDER.index(kind) < place or (kind == "reasoning" and thinking_block(block["reasoningContent"]) is None):
            return True
        if answered_by_tool and kind == "text":
            return True
        place = _ORDER.index(kind)
    return False


def is_blank(blocks: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether there is nothing in an answer."""
    return all(not block or block.get("text") == "" for block in blocks)


def treatment(block: Mapping[str, Any]) -> str:
    """Return what becomes of a block; one that no row names is kept as it is."""
    kind = BLOCKS.get(next(iter(block), ""), "native")
    if kind == "call" and block["toolUse"].get("type") is not None:
        return "native"  # of a type that the server runs, or of one that nobody knows yet
    return kind


def notice_unknown(block: Mapping[str, Any], notice: Notice) -> None:
    """Tell of a native block that no row names."""
    notice_all(notice, "block", block.keys() - BLOCKS.keys())
    if "toolUse" in block and block["toolUse"].get("type") not in SERVER_TOOL_TYPES:
        notice("block", block["toolUse"].get("type"))


def call_of(use: Mapping[str, Any]) -> dict[str, Any]:
    """Return a use of a tool as OpenAI's call."""
    function = {"name": use.get("name") or "", "arguments": arguments_of(use)}
    return {"id": use.get("toolUseId"), "type": "function", "function": function}


def arguments_of(use: Mapping[str, Any]) -> str:
    """Return a use's input as JSON text; one that is text already was cut off in a stream."""
    arguments = use.get("input")
    return (
        arguments
        if isinstance(arguments, str)
        else msgspec.json.encode({} if arguments is None else arguments).decode()
    )


def thinking_block(content: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return reasoning as the thinking block that Anthropic's own wire has."""
    match content:
        case {"reasoningText": {"text": text, **more}}:
            made = {"type": "thinking", "thinking": text or ""}
            return {**made, "signature": more["signature"]} if more.get("signature") else made
        case {"redactedContent": data}:
            return {"type": "redacted_thinking", "data": data}
        case _:
            return None


def cited_texts(block: Mapping[str, Any]) -> list[str]:
    """Return the text of a block with citations, which is part of the answer."""
    return [piece.get("text") or "" for piece in block["citationsContent"].get("content") or ()]


def _citations(block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if "citationsContent" not in block:
        return ()
    return [dict(item) for item in block["citationsContent"].get("citations") or ()]


def _annotations(block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield the citations of web pages as OpenAI's annotations."""
    for item in _citations(block):
        match item.get("location"):
            case {"web": {"url": str(url)}}:
                yield {"type": "url_citation", "url_citation": {"url": url, "title": item.get("title") or url}}
            case _:
                continue


def _images(block: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    match block:
        case {"image": {"format": str(form), "source": {"bytes": str(data)}}}:
            yield {"type": "image_url", "image_url": {"url": f"data:image/{form};base64,{data}"}}
        case _:
            return
