"""From items to messages of chat. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.wires.kept_files import FileId
from genai_sdk.wires.responses.words import LEFT_BEHIND
from genai_sdk.wires.seal import Unsealed, is_sealed
from genai_sdk.wires.wire import UnencodableError

Fields = dict[str, Any]


def messages_of(items: str | Sequence[Mapping[str, Any]], instructions: Any = None) -> list[Fields]:
    """Return the messages that items make; those of one turn of the model become one message.

    Raises:
        UnencodableError: An item has no place in chat.
    """
    messages: list[Fields] = []
    if isinstance(instructions, str):
        messages.append({"role": "system", "content": instructions})
    if isinstance(items, str):
        return [*messages, {"role": "user", "content": items}]
    turn = _Turn(messages)
    for item in [*(instructions or ()), *items] if isinstance(instructions, list | tuple) else items:
        turn.add(item)
    turn.end()
    return messages


class _Turn:
    """Gathers what the model said in one turn."""

    def __init__(self, messages: list[Fields]) -> None:
        self._messages = messages
        self._sealed = Unsealed()
        self._open: Fields | None = None

    def add(self, item: Mapping[str, Any]) -> None:
        """Take in an item."""
        kind = item.get("type") or "message"
        match kind:
            case "message" if item.get("role") == "assistant":
                self._say(item.get("content") or "")
            case "message":
                self.end()
                self._messages.append({"role": item["role"], "content": _content(item.get("content") or "")})
            case "reasoning":
                self._think(item)
            case "function_call" | "custom_tool_call":
                self._call(item, is_custom=kind == "custom_tool_call")
            case "function_call_output" | "custom_tool_call_output":
                self.end()
                content = _content(item.get("output") or "")
                self._messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": content})
            case _ if kind in LEFT_BEHIND:
                pass
            case "item_reference":
                raise UnencodableError("an item_reference: nothing is kept for it where the call is put as chat")
            case _:
                raise UnencodableError(f"an item of the type {kind!r}, which only OpenAI's Responses API has")

    def end(self) -> None:
        """End the turn."""
        message, self._open = self._open, None
        if message is not None:
            self._messages.append(self._sealed.restore(message))
        self._sealed = Unsealed()

    def _message(self) -> Fields:
        if self._open is None:
            self._open = {"role": "assistant", "content": None}
        return self._open

    def _say(self, content: Any) -> None:
        message = self._message()
        parts = [{"type": "output_text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if part.get("type") == "refusal":
                message["refusal"] = (message.get("refusal") or "") + part["refusal"]
            else:
                message["content"] = (message["content"] or "") + (part.get("text") or "")

    def _think(self, item: Mapping[str, Any]) -> None:
        if not is_sealed(item):
            return  # another vendor's, which nobody else can open
        message = self._message()
        self._sealed.add(item["encrypted_content"])
        text = " ".join(part.get("text") or "" for part in item.get("summary") or ())
        if text:
            message["reasoning_content"] = (message.get("reasoning_content") or "") + text

    def _call(self, item: Mapping[str, Any], *, is_custom: bool) -> None:
        call: Fields = {"id": item["call_id"], "type": "custom" if is_custom else "function"}
        if is_custom:
            call["custom"] = {"name": item["name"], "input": item.get("input") or ""}
        else:
            call["function"] = {"name": item["name"], "arguments": item.get("arguments") or "{}"}
        self._message().setdefault("tool_calls", []).append(call)


def _content(content: Any) -> Any:
    """Return the content of a message; a list of nothing but one text is that text."""
    if isinstance(content, str):
        return content
    parts = [_part(part) for part in content]
    match parts:
        case [{"type": "text", "text": str(text), **rest}] if not rest:
            return text
    return parts


def _part(part: Mapping[str, Any]) -> Fields:
    match part.get("type"):
        case "input_text" | "output_text" | "text":
            return {"type": "text", "text": part["text"]}
        case "input_image" if isinstance(part.get("image_url"), str):
            image = {"url": part["image_url"], **({"detail": part["detail"]} if part.get("detail") else {})}
            return {"type": "image_url", "image_url": image}
        case "input_file" if part.get("file_data"):
            names = ("file_data", "filename")
            return {"type": "file", "file": {name: part[name] for name in names if part.get(name)}}
        case "input_file" if part.get("file_url"):
            return {"type": "file", "file": {"file_id": part["file_url"]}}
        case "input_file" if FileId.of(part.get("file_id")):
            return {"type": "file", "file": {"file_id": part["file_id"]}}  # it goes to who keeps it, or is refused
        case "input_image" | "input_file":
            raise UnencodableError("a file_id: the file is at a vendor that this call does not go to")
        case "input_audio":
            return {"type": "input_audio", "input_audio": part["input_audio"]}
        case kind:
            raise UnencodableError(f"a part of the type {kind!r}, which has no place in chat")
