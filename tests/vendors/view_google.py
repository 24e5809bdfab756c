"""What is seen of Google's generated content: by its SDK, and by us."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.vendors.view import View, bare, calls

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.gemini.contents import SKIPPED_SIGNATURE, Conversation


def generated(answers: list[Mapping[str, Any]]) -> View:
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


def our_generated(completion: ChatCompletion) -> View:
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
        "calls": [(name, given) for _, name, given in calls(message)],
        "grounding": choice.get("grounding_metadata"),
        "native": list(_returned(parts)),
    }
