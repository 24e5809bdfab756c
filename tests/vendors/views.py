"""The same questions asked of a vendor's answer, as its SDK gives it out, and of ours."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.anthropic.messages import assistant_blocks
from genai_sdk.wires.converse.messages import converse_messages
from genai_sdk.wires.converse.models import UNKNOWN
from genai_sdk.wires.gemini.contents import SKIPPED_SIGNATURE, Conversation
from genai_sdk.wires.openai.responses.items import items_of
from genai_sdk.wires.wire import UnencodableError

View = dict[str, Any]
"""What was seen, by what was asked: `text`, `calls`, `stop` …; `native` is what the next turn sends back."""


def bare(item: Any) -> Any:
    """Return JSON without nulls."""
    if isinstance(item, Mapping):
        return {name: bare(part) for name, part in item.items() if part is not None}
    return [bare(part) for part in item] if isinstance(item, list | tuple) else item


def seen_by(wire: str, answer: Any) -> View:
    """Return what a vendor's SDK shows, of what it gave out."""
    return bare(_THEIRS[wire](answer))


def seen_by_us(wire: str, completion: ChatCompletion) -> View:
    """Return what an answer of ours shows."""
    return bare(_OURS[wire](completion))


def _chat(answer: Mapping[str, Any]) -> View:
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


def _our_chat(completion: ChatCompletion) -> View:
    view = _chat(completion.model_dump())
    # Under the name of all vendors, beside OpenAI's own.
    view["usage"].pop("prompt_tokens_details.cache_creation_tokens", None)
    return view


def _response(answer: Mapping[str, Any]) -> View:
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


def _our_response(completion: ChatCompletion) -> View:
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


_ANTHROPIC_COUNTS = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")


def _message(answer: Mapping[str, Any]) -> View:
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


def _our_message(completion: ChatCompletion) -> View:
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
    blocks = bare(_sent(assistant_blocks, message.model_dump(exclude_none=True)))
    thinking = message.get("thinking_blocks") or ()
    return {
        **{name: choice.get(name) for name in ("stop_sequence", "stop_details")},
        **{name: completion.get(name) for name in ("id", "model", "container")},
        "stop": choice.get("native_finish_reason"),
        "usage": {name: item for name, item in counts.items() if item and name != "iterations"},
        "text": message.content or "",
        "reasoning": message.reasoning_content or "",
        "signatures": [block.get("signature") or block.get("data") for block in thinking],
        "calls": list(_calls(message)),
        "cited": [note for block in blocks for note in block.get("citations") or ()],
        "native": blocks,
    }


def _sent(encode: Callable[[dict[str, Any]], Any], message: dict[str, Any]) -> Any:
    """Return the blocks that a message goes back as; none if a call in it was cut off."""
    try:
        return encode(message)
    except (UnencodableError, ValueError):
        return []


def _calls(message: Any) -> Iterator[Any]:
    for call in message.tool_calls or ():
        try:
            given = json.loads(call.function.arguments or "{}")
        except ValueError:
            given = call.function.arguments  # cut off
        yield call.id, call.function.name, given


def _generated(answers: list[Mapping[str, Any]]) -> View:
    candidates = [candidate for answer in answers for candidate in answer.get("candidates") or ()]
    parts = _joined([part for item in candidates for part in (item.get("content") or {}).get("parts") or ()])
    texts = [part for part in parts if part.get("text")]
    last = _last(answers)
    counts = last.get("usageMetadata") or {}
    facts = _last(candidates)
    return {
        "id": last.get("responseId"),
        "model": last.get("modelVersion"),
        "stop": facts.get("finishReason"),
        "usage": {name: item for name, item in counts.items() if item and name in _GOOGLE_COUNTS},
        "text": "".join(part["text"] for part in texts if not part.get("thought")),
        "reasoning": "".join(part["text"] for part in texts if part.get("thought")),
        "signatures": [_signature(part) for part in parts if "thoughtSignature" in part],
        "calls": [
            (part["functionCall"].get("name"), part["functionCall"].get("args") or {})
            for part in parts if "functionCall" in part
        ],
        "grounding": facts.get("groundingMetadata"),
        "native": list(_returned(parts)),
    }  # fmt: skip


_GOOGLE_COUNTS = {
    "promptTokenCount", "candidatesTokenCount", "totalTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount",
    "cachedContentTokenCount", "trafficType",
}  # fmt: skip


def _last(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return of every field the last value."""
    return {name: item for each in items for name, item in each.items() if item is not None}


def _joined(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return parts as a whole answer has them: neighbouring texts without a signature are one."""
    made: list[dict[str, Any]] = []
    for part in parts:
        if part == {"text": ""}:
            continue
        if made and set(part) <= {"text", "thought"} and set(part) == set(made[-1]):
            made[-1] = {**part, "text": made[-1]["text"] + part["text"]}
        else:
            made.append(part)
    return made


def _returned(parts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the parts that the next turn needs: thoughts without a signature are no such."""
    return (_plain_part(part) for part in parts if not part.get("thought") or "thoughtSignature" in part)


def _plain_part(part: dict[str, Any]) -> dict[str, Any]:
    if "thoughtSignature" in part:
        part = {**part, "thoughtSignature": _signature(part)}
    match part:
        case {"functionCall": call}:
            return {**part, "functionCall": {**call, "args": call.get("args") or {}}}
        case {"inlineData": data}:
            return {**part, "inlineData": {**data, "data": _standard(data["data"])}}
        case _:
            return part


def _signature(part: Mapping[str, Any]) -> str:
    return _standard(part["thoughtSignature"])


def _standard(base64: str) -> str:
    """Return base64 in the one of its alphabets that is on the wire; the SDK gives it out in the other."""
    return base64.replace("-", "+").replace("_", "/")


def _our_generated(completion: ChatCompletion) -> View:
    choice = completion.choices[0]
    message = choice.message
    usage = bare(completion.usage.model_dump()) if completion.usage else {}
    prompt, taken = usage.get("prompt_tokens_details", {}), usage.get("completion_tokens_details", {})
    tools, thoughts = prompt.get("tool_use_tokens", 0), taken.get("reasoning_tokens", 0)
    counts = {
        "promptTokenCount": usage.get("prompt_tokens", 0) - tools,
        "candidatesTokenCount": usage.get("completion_tokens", 0) - thoughts,
        "totalTokenCount": usage.get("total_tokens"),
        "thoughtsTokenCount": thoughts,
        "toolUsePromptTokenCount": tools,
        "cachedContentTokenCount": prompt.get("cached_tokens"),
        "trafficType": usage.get("traffic_type"),
    }
    sent = Conversation([message.model_dump(exclude_none=True)], 3).contents
    parts = [
        {name: item for name, item in part.items() if item != SKIPPED_SIGNATURE}
        for part in (sent[0]["parts"] if sent and sent[0]["role"] == "model" else ())
    ]
    return {
        "id": completion.id,
        "model": completion.model,
        "stop": choice.get("native_finish_reason"),
        "usage": {name: item for name, item in counts.items() if item},
        "text": message.content or "",
        "reasoning": message.reasoning_content or "",
        "signatures": [_signature(part) for part in message.get("parts") or () if "thoughtSignature" in part],
        "calls": [(name, given) for _, name, given in _calls(message)],
        "grounding": choice.get("grounding_metadata"),
        "native": list(_returned(parts)),
    }


def _conversed(answer: Any) -> View:
    whole = answer if isinstance(answer, Mapping) else _put_together(answer)
    blocks = whole["output"]["message"]["content"]
    cited = [block["citationsContent"] for block in blocks if "citationsContent" in block]
    reasoning = [block["reasoningContent"] for block in blocks if "reasoningContent" in block]
    uses = [block["toolUse"] for block in blocks if "toolUse" in block]
    usage = {name: item for name, item in (whole.get("usage") or {}).items() if item and name in _AWS_COUNTS}
    return {
        "stop": whole.get("stopReason"),
        "usage": usage,
        "text": "".join(_texts(blocks)),
        "reasoning": "".join((item.get("reasoningText") or {}).get("text") or "" for item in reasoning),
        "signatures": [
            item.get("redactedContent") or (item.get("reasoningText") or {}).get("signature") for item in reasoning
        ],
        "calls": [(use["toolUseId"], use["name"], use["input"]) for use in uses if "type" not in use],
        "cited": [note for item in cited for note in item.get("citations") or ()],
        "tier": (whole.get("serviceTier") or {}).get("type"),
        "native": _neighbours([block for block in blocks if str(block.get("text", "-")).strip()]),
    }


def _conversation(answered: dict[str, Any]) -> Any:
    return converse_messages([{"role": "user", "content": "?"}, answered], UNKNOWN)


def _neighbours(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return blocks with neighbouring texts as one, which says the same."""
    made: list[dict[str, Any]] = []
    for block in blocks:
        if made and block.keys() == made[-1].keys() == {"text"}:
            made[-1] = {"text": made[-1]["text"] + block["text"]}
        else:
            made.append(block)
    return made


def _texts(blocks: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for block in blocks:
        cited = block.get("citationsContent") or {"content": [block] if "text" in block else []}
        yield from (piece["text"] or "" for piece in cited.get("content") or ())


_AWS_COUNTS = {"inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens"}


def _put_together(events: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the answer that events add up to, by what botocore's model says of them."""
    blocks: dict[int, dict[str, Any]] = {}
    inputs: dict[int, str] = {}
    whole: dict[str, Any] = {}
    for event in events:
        match event:
            case {"contentBlockStart": {"contentBlockIndex": index, "start": start}}:
                blocks[index] = json.loads(json.dumps(start))
                if "toolUse" in start:
                    inputs[index] = ""
            case {"contentBlockDelta": {"contentBlockIndex": index, "delta": delta}}:
                _add(blocks.setdefault(index, {}), delta, inputs, index)
            case {"messageStop": facts} | {"metadata": facts}:
                whole |= facts
            case _:
                continue
    for index, text in inputs.items():
        try:
            blocks[index]["toolUse"]["input"] = json.loads(text or "{}")
        except ValueError:
            blocks[index]["toolUse"]["input"] = text
    return {**whole, "output": {"message": {"content": [blocks[index] for index in sorted(blocks)]}}}


def _add(block: dict[str, Any], delta: dict[str, Any], inputs: dict[int, str], index: int) -> None:
    match delta:
        case {"text": text} if "citationsContent" in block:
            block["citationsContent"]["content"][0]["text"] += text
        case {"text": text}:
            block["text"] = block.get("text", "") + text
        case {"citation": note}:
            text = block.pop("text", "")
            content = block.setdefault("citationsContent", {"content": [{"text": text}], "citations": []})
            content["citations"].append(note)
        case {"toolUse": {"input": text}}:
            inputs[index] += text
        case {"toolResult": items}:
            content = block["toolResult"].setdefault("content", [{"text": ""}])
            content[0]["text"] += "".join(item["text"] for item in items)
        case {"reasoningContent": {"redactedContent": data}}:
            block.setdefault("reasoningContent", {})["redactedContent"] = data
        case {"reasoningContent": piece}:
            text = block.setdefault("reasoningContent", {}).setdefault("reasoningText", {"text": ""})
            for name, item in piece.items():
                text[name] = text.get(name, "") + item
        case {"image": piece}:
            block["image"] |= piece
        case _:
            raise AssertionError(delta)


def _our_conversed(completion: ChatCompletion) -> View:
    (choice,) = completion.choices
    message = choice.message
    usage = bare(completion.usage.model_dump()) if completion.usage else {}
    prompt = usage.get("prompt_tokens_details", {})
    read, written = prompt.get("cached_tokens", 0), prompt.get("cache_creation_tokens", 0)
    counts = {
        "inputTokens": usage.get("prompt_tokens", 0) - read - written,
        "outputTokens": usage.get("completion_tokens"),
        "cacheReadInputTokens": read,
        "cacheWriteInputTokens": written,
    }
    dumped = {"role": "assistant", **message.model_dump(exclude_none=True)}
    native = _sent(lambda said: _conversation(said).messages[1:], dumped)
    thinking = message.get("thinking_blocks") or ()
    return {
        "stop": choice.get("native_finish_reason"),
        "usage": {name: item for name, item in counts.items() if item},
        "text": message.content or "",
        "reasoning": message.reasoning_content or "",
        "signatures": [item.get("signature") or item.get("data") for item in thinking],
        "calls": list(_calls(message)),
        "cited": message.get("citations") or [],
        "tier": completion.get("service_tier"),
        "native": _neighbours(native[0]["content"]) if native else [],
    }


_THEIRS = {
    "chat": _chat,
    "responses": _response,
    "anthropic": _message,
    "gemini": _generated,
    "converse": _conversed,
}
_OURS = {
    "chat": _our_chat,
    "responses": _our_response,
    "anthropic": _our_message,
    "gemini": _our_generated,
    "converse": _our_conversed,
}
