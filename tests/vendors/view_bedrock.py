"""What is seen of Converse's answers: by boto3, and by us."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.vendors.view import View, bare, calls, sent

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.converse.messages import converse_messages
from genai_sdk.wires.converse.models import UNKNOWN


def conversed(answer: Any) -> View:
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


def our_conversed(completion: ChatCompletion) -> View:
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
    native = sent(lambda said: _conversation(said).messages[1:], dumped)
    thinking = message.get("thinking_blocks") or ()
    return {
        "stop": choice.get("native_finish_reason"),
        "usage": {name: item for name, item in counts.items() if item},
        "text": message.content or "",
        "reasoning": message.reasoning_content or "",
        "signatures": [item.get("signature") or item.get("data") for item in thinking],
        "calls": list(calls(message)),
        "cited": message.get("citations") or [],
        "tier": completion.get("service_tier"),
        "native": _neighbours(native[0]["content"]) if native else [],
    }
