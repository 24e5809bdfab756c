"""LangChain's messages as they are sent: OpenAI's shape, and a model's own turns as that model wrote them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, convert_to_openai_messages

OWN_FORM = "genai_message"
"""The key of `additional_kwargs` under which a turn keeps what LangChain's classes have no field for: signatures of
thinking, ids of searches, whatever a vendor wants back as it came."""

_SENT_BLOCKS = frozenset({"text", "image_url", "refusal"})
"""What an assistant's turn may consist of on OpenAI's wire; tool calls are a field, reasoning is in OWN_FORM."""


def write_messages(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """Return messages in OpenAI's shape, blocks of LangChain's (pictures, files, sound) among them.

    Raises:
        ValueError: A block has no counterpart there; LangChain says which.
    """
    return [_turn(message) if isinstance(message, AIMessage) else _converted(message) for message in messages]


def _converted(message: BaseMessage) -> dict[str, Any]:
    made = convert_to_openai_messages(message)
    assert isinstance(made, dict), "one message makes one"
    return made


def _turn(message: AIMessage) -> dict[str, Any]:
    # The converter forgets calls whose arguments are no JSON, and their results would then belong to nothing.
    broken = [
        {"type": "function", "id": call["id"], "function": {"name": call["name"], "arguments": call["args"]}}
        for call in message.invalid_tool_calls
    ]
    made = _converted(message)
    if broken:
        made["tool_calls"] = [*made.get("tool_calls", ()), *broken]
    if isinstance(made.get("content"), list):
        made["content"] = [part for part in made["content"] if part.get("type") in _SENT_BLOCKS] or ""
    own = message.additional_kwargs.get(OWN_FORM)
    return dict(own) if isinstance(own, Mapping) and _substance(own) == _substance(made) else made


def _substance(turn: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return what a turn says and calls: where somebody changed that, the turn is no longer as its model wrote it."""
    content = turn.get("content") or ""
    text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
    calls = [(call.get("id"), call["function"]["name"], _arguments(call)) for call in turn.get("tool_calls") or ()]
    return text, calls


def _arguments(call: Mapping[str, Any]) -> Any:
    text = call["function"]["arguments"]
    try:
        return json.loads(text)
    except ValueError:
        return text
