"""What is seen of OpenAI's chat and responses: by its SDK, and by us."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.vendors.view import View, bare

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.openai.responses.items import items_of


def chat(answer: Mapping[str, Any]) -> View:
    view: View = {name: answer.get(name) for name in ("id", "created", "model", "service_tier", "system_fingerprint")}
    view["usage"] = dict(_counts(answer.get("usage") or {}))
    for choice in answer["choices"]:
        message, index = choice["message"], choice["index"]
        view[f"text {index}"] = message.get("content") or ""
        view[f"calls {index}"] = [
            (call["id"], call["type"], call["function"]["name"], call["function"]["arguments"])
            for call in message.get("tool_calls") or ()
        ]
        view[f"stop {index}"] = choice.get("finish_reason")
        view[f"logprobs {index}"] = choice.get("logprobs")
        for name in ("refusal", "reasoning_content", "annotations", "audio"):
            view[f"{name} {index}"] = message.get(name)
    return view


def _counts(usage: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, int]]:
    for name, item in usage.items():
        if isinstance(item, Mapping):
            yield from _counts(item, f"{before}{name}.")
        elif isinstance(item, int) and item:
            yield before + name, item


def our_chat(completion: ChatCompletion) -> View:
    view = chat(completion.model_dump())
    # Under the name of all vendors, beside OpenAI's own.
    view["usage"].pop("prompt_tokens_details.cache_creation_tokens", None)
    return view


def response(answer: Mapping[str, Any]) -> View:
    output = answer["output"]
    messages = [item for item in output if item["type"] == "message"]
    parts = [part for item in messages for part in item["content"]]
    thoughts = [item for item in output if item["type"] == "reasoning"]
    usage = answer.get("usage") or {}
    return {
        **{name: answer.get(name) for name in ("id", "created_at", "model", "service_tier", "moderation")},
        "stop": (answer.get("incomplete_details") or {}).get("reason"),
        "usage": dict(_counts(usage)),
        "text": "".join(part.get("text") or "" for part in parts),
        "refusal": "".join(part.get("refusal") or "" for part in parts),
        "reasoning": [part["text"] for item in thoughts for part in (*item["summary"], *(item.get("content") or ()))],
        "signatures": [item.get("encrypted_content") for item in thoughts],
        "calls": [_call_item(item) for item in output if item["type"] in ("function_call", "custom_tool_call")],
        "cited": [note.get("url") for part in parts for note in part.get("annotations") or ()],
        "logprobs": [token for part in parts for token in part.get("logprobs") or ()],
        "native": [_essence(item) for item in bare(output)],
    }


def _call_item(item: Mapping[str, Any]) -> Any:
    return item["call_id"], item["name"], item.get("arguments", item.get("input"))


def our_response(completion: ChatCompletion) -> View:
    (choice,) = completion.choices
    message = choice.message
    _, items = items_of([message.model_dump(exclude_none=True)])
    usage = {
        name.replace("prompt_", "input_").replace("completion_", "output_"): count
        for name, count in _counts(completion.usage.model_dump() if completion.usage else {})
        if not name.endswith("cache_creation_tokens") and not name.startswith("server_tool_use")
    }
    native = [_essence(item) for item in bare(items)]
    return {
        **{name: completion.get(name) for name in ("id", "model", "service_tier", "moderation")},
        "created_at": completion.created,
        "stop": choice.get("native_finish_reason"),
        "usage": usage,
        "text": message.content or "",
        "refusal": message.refusal or "",
        "reasoning": _thoughts(native) if message.reasoning_content else [],
        "signatures": [item.get("encrypted_content") for item in message.get("reasoning_items") or ()],
        "calls": [(call.id, call.function.name, call.function.arguments) for call in message.tool_calls or ()],
        "cited": [note.get("url") for note in message.get("annotations") or ()],
        "logprobs": (choice.get("logprobs") or {}).get("content") or [],
        "native": native,
    }


def _thoughts(items: Iterable[Any]) -> list[str]:
    thoughts = [item for item in items if isinstance(item, dict) and item.get("type") == "reasoning"]
    return [part["text"] for item in thoughts for part in (*item.get("summary", ()), *item.get("content", ()))]


def _essence(item: dict[str, Any]) -> Any:
    """Return what an item says: a message of plain text, and a call, go back without an id and a status."""
    made = {name: part for name, part in item.items() if part not in ({}, []) and not name.startswith("parsed")}
    if made["type"] == "message":
        parts = [(part.get("text"), part.get("refusal")) for part in made.get("content", ())]
        return "message", made["role"], made.get("phase"), [part for part in parts if part != ("", None)]
    if made["type"] in ("function_call", "custom_tool_call"):
        return {name: part for name, part in made.items() if name not in ("id", "status")}
    return made
