"""From messages of chat to the items that a response is made from. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from genai_sdk.wires.kept_files import check_file
from genai_sdk.wires.openai.responses.answer import CONTENT_BLOCKS, call_of, is_call, message_of
from genai_sdk.wires.openai.responses.words import ITEMS, OUTPUT_ONLY

Item = dict[str, Any]

# Parts that are in this API's own form already.
_OWN_PARTS = frozenset({"input_text", "input_image", "input_file", "input_audio", "output_text", "refusal"})


def items_of(messages: list[Item], *, instructed: bool = True) -> tuple[str | None, list[Item]]:
    """Return the instructions, which are the system's first words, and the items of all other messages.

    Args:
        messages: The conversation.
        instructed: Whether there may be instructions; otherwise the system's words are items too.
    """
    texts: list[str] = []
    for message in messages if instructed else ():
        if message.get("role") != "system" or not isinstance(message.get("content"), str):
            break
        texts.append(message["content"])
    custom = {call["id"] for message in messages for call in message.get("tool_calls") or () if _is_custom(call)}
    items = [item for message in messages[len(texts) :] for item in _items(message, custom)]
    instructions = " ".join(texts) if texts else None
    if items or instructions is None:
        return instructions, items
    # There must be an input.
    return None, [_message("system", instructions)]


def _items(message: Item, custom: set[str]) -> Iterator[Item]:
    role, content = message.get("role"), message.get("content")
    native = message.get(CONTENT_BLOCKS) or []
    if is_own(native) and (role != "assistant" or _says_the_same(native, message)):
        yield from map(_returned, native)
        return
    if role == "tool":
        yield _output(message, content, is_custom=message.get("tool_call_id") in custom)
        return
    if role == "assistant":
        yield from map(_reasoning, message.get("reasoning_items") or ())
    calls = (message.get("tool_calls") or ()) if role == "assistant" else ()
    if not content and role == "assistant" and message.get("refusal"):
        yield _message(role, [{"type": "refusal", "refusal": message["refusal"]}])
    elif content or (content is not None and not calls and not message.get("reasoning_items")):
        yield _message(role, content)
    elif not calls and "content" not in message:
        yield _message(role, "")
    yield from map(_call, calls)


def is_own(native: Any) -> bool:
    """Whether these are items of this API's, and no blocks of another vendor's."""
    if not isinstance(native, list) or not all(isinstance(item, Mapping) for item in native):
        return False
    # Anthropic has a block `compaction` too; only the item here has an id.
    return any(item.get("type") in ITEMS and (item["type"] != "compaction" or "id" in item) for item in native)


def _returned(item: Item) -> Item:
    kind = str(item.get("type"))
    return {name: part for name, part in item.items() if (kind, name) not in OUTPUT_ONLY}


def _says_the_same(native: list[Item], message: Item) -> bool:
    """Tell whether nobody changed the message that holds these items."""
    calls = [call_of(item)["id"] for item in native if is_call(item)]
    if calls != [call.get("id") for call in message.get("tool_calls") or ()]:
        return False
    content = message.get("content")
    return not content or content == message_of(native).get("content")


def _message(role: Any, content: Any) -> Item:
    return {"type": "message", "role": role, "content": _parts(content, role)}


def _output(message: Item, content: Any, *, is_custom: bool) -> Item:
    call_id = message.get("tool_call_id")
    if is_custom:
        output = content if isinstance(content, str) else _parts(content, "user")
        return {"type": "custom_tool_call_output", "call_id": call_id, "output": output}
    return {"type": "function_call_output", "call_id": call_id, "output": _parts(content, "user")}


def _reasoning(item: Item) -> Item:
    """Return an earlier answer's reasoning, which the model takes up again."""
    kept = {name: item[name] for name in ("id", "encrypted_content", "content") if item.get(name)}
    return {"type": "reasoning", "summary": item.get("summary") or [], **kept}


def _call(call: Item) -> Item:
    if _is_custom(call):
        custom = call["custom"]
        return {
            "type": "custom_tool_call",
            "call_id": call["id"],
            "name": custom.get("name", ""),
            "input": custom.get("input", ""),
        }
    function = call["function"]
    kept = {name: function[name] for name in ("name", "arguments") if name in function}
    return {"type": "function_call", "call_id": call["id"], **kept}


def _is_custom(call: Item) -> bool:
    return isinstance(call.get("custom"), Mapping)


def _parts(content: Any, role: Any) -> list[Item]:
    if content is None:
        return []
    if isinstance(content, list):
        return [_part(part, role) for part in content]
    return [_text(content, role)]


def _part(part: Any, role: Any) -> Item:
    if not isinstance(part, Mapping):
        return _text(part, role)
    match part.get("type"):
        case "text":
            return _text(part.get("text", ""), role)
        case "image_url":
            image = part["image_url"]
            url, detail = (image, None) if isinstance(image, str) else (image["url"], image.get("detail"))
            return {"type": "input_image", "image_url": url, "detail": detail or "auto"}
        case "input_audio":
            return {"type": "input_audio", "input_audio": part.get("input_audio")}
        case "file":
            file = part.get("file") or {}
            check_file(file.get("file_id"))
            return {
                "type": "input_file",
                **{name: file[name] for name in ("file_id", "file_data", "filename") if name in file},
            }
        case kind if kind in _OWN_PARTS:
            check_file(part.get("file_id"))
            return dict(part)
        case kind:
            raise ValueError(f"there is no place for a part of the type {kind!r}")


def _text(text: Any, role: Any) -> Item:
    if not isinstance(text, str):
        raise TypeError(f"content must be text or a list of parts, not {type(text).__name__}")
    kind = "input_text" if role in ("user", "system", "developer", "tool") else "output_text"
    return {"type": kind, "text": text}
