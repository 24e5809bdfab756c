"""What is seen of Anthropic's messages: by its SDK, and by us."""

from collections.abc import Mapping
from typing import Any

from tests.vendors.view import View, bare, calls, sent

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.anthropic.messages import assistant_blocks


def message(answer: Mapping[str, Any]) -> View:
    blocks = [block for block in bare(answer["content"]) if block != {"type": "text", "text": ""}]
    usage = {name: item for name, item in answer["usage"].items() if item and name != "iterations"}
    return {
        **{name: answer.get(name) for name in ("id", "model", "stop_sequence", "stop_details", "container")},
        "stop": answer.get("stop_reason"),
        "usage": {} if "iterations" in bare(answer["usage"]) else usage,
        "text": "".join(block["text"] for block in blocks if block["type"] == "text"),
        "reasoning": "".join(block["thinking"] for block in blocks if block["type"] == "thinking"),
        "signatures": [block.get("signature") or block.get("data") for block in blocks if "thinking" in block["type"]],
        "calls": [(block["id"], block["name"], block["input"]) for block in blocks if block["type"] == "tool_use"],
        "cited": [note for block in blocks for note in block.get("citations") or ()],
        "native": blocks,
    }


def our_message(completion: ChatCompletion) -> View:
    (choice,) = completion.choices
    message = choice.message
    usage = bare(completion.usage.model_dump()) if completion.usage else {}
    prompt, taken = usage.pop("prompt_tokens_details", {}), usage.pop("completion_tokens_details", {})
    read, written = prompt.get("cached_tokens", 0), prompt.get("cache_creation_tokens", 0)
    counts = {
        **{name: item for name, item in usage.items() if not name.endswith("_tokens")},
        "input_tokens": usage.get("prompt_tokens", 0) - read - written,
        "output_tokens": usage.get("completion_tokens", 0),
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": written,
        "cache_creation": prompt.get("cache_creation_token_details"),
        "output_tokens_details": {"thinking_tokens": taken["reasoning_tokens"]} if taken else None,
    }
    blocks = bare(sent(assistant_blocks, message.model_dump(exclude_none=True)))
    thinking = message.get("thinking_blocks") or ()
    return {
        **{name: choice.get(name) for name in ("stop_sequence", "stop_details")},
        **{name: completion.get(name) for name in ("id", "model", "container")},
        "stop": choice.get("native_finish_reason"),
        "usage": {name: item for name, item in counts.items() if item and name != "iterations"},
        "text": message.content or "",
        "reasoning": message.reasoning_content or "",
        "signatures": [block.get("signature") or block.get("data") for block in thinking],
        "calls": list(calls(message)),
        "cited": [note for block in blocks for note in block.get("citations") or ()],
        "native": blocks,
    }
