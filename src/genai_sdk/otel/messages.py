"""Messages in the shape of OpenTelemetry's GenAI conventions. Pure.

Source: open-telemetry/semantic-conventions-genai, read near its main branch after v0.1.0:
model/gen-ai/gen-ai-input-messages.json and
gen-ai-output-messages.json. What they have no part for keeps its own type: their schemas take any.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

_MODALITIES = {"image": "image", "audio": "audio", "video": "video"}


def input_messages(tree: Any) -> list[dict[str, Any]]:
    """Return a conversation: messages, texts, or whatever a mask has made of them."""
    if isinstance(tree, list):
        return [_message(item, "user") for item in tree]
    return [_message(tree, "user")]


def output_messages(tree: Any, reasons: Sequence[str]) -> list[dict[str, Any]]:
    """Return the message of each choice, with how it ended."""
    items = tree if isinstance(tree, list) else [tree]
    messages = [_message(item, "assistant") for item in items]
    return [
        message | ({"finish_reason": reasons[number]} if number < len(reasons) else {})
        for number, message in enumerate(messages)
    ]


def _message(item: Any, role: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        return {"role": role, "parts": [_text(item)]}
    role = str(item.get("role") or role)
    if role == "tool":
        response = {"type": "tool_call_response", "id": item.get("tool_call_id"), "response": item.get("content")}
        return {"role": role, "parts": [response]}
    parts: list[dict[str, Any]] = []
    if reasoning := item.get("reasoning_content"):
        parts.append({"type": "reasoning", "content": reasoning})
    parts += _contents(item.get("content"))
    if refusal := item.get("refusal"):
        parts.append({"type": "refusal", "content": refusal})
    parts += [_tool_call(call) for call in item.get("tool_calls") or () if isinstance(call, dict)]
    name = item.get("name")
    return {"role": role, **({"name": name} if name else {}), "parts": parts}


def _contents(content: Any) -> Iterable[dict[str, Any]]:
    if content is None:
        return ()
    if isinstance(content, list):
        return [_part(part) for part in content]
    return [_text(content)]


def _part(part: Any) -> dict[str, Any]:
    if not isinstance(part, dict):
        return _text(part)
    kind = str(part.get("type") or "unknown")
    if kind in ("text", "input_text", "output_text"):
        return _text(part.get("text"))
    modality = next((name for word, name in _MODALITIES.items() if word in kind), None)
    holder = part.get(kind)
    url = holder.get("url") if isinstance(holder, dict) else holder
    if modality is not None and isinstance(url, str):
        return {"type": "uri", "modality": modality, "uri": url}
    return {**part, "type": kind}


def _tool_call(call: dict[str, Any]) -> dict[str, Any]:
    function = call.get("function")
    function = function if isinstance(function, dict) else {}
    arguments = function.get("arguments")
    if isinstance(arguments, str):
        with suppress(msgspec.DecodeError):  # of a call that broke off, its text says more than nothing
            arguments = msgspec.json.decode(arguments)
    return {"type": "tool_call", "id": call.get("id"), "name": function.get("name", ""), "arguments": arguments}


def _text(value: Any) -> dict[str, Any]:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return {"type": "text", "content": text}
