"""From generated content to a chat completion."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.wires.finish import foreign
from genai_sdk.wires.gemini.citations import annotations_of, searches_of
from genai_sdk.wires.gemini.content import Content
from genai_sdk.wires.gemini.logprobs import logprobs_of
from genai_sdk.wires.gemini.usage import tier_of, usage_of
from genai_sdk.wires.gemini.words import CANDIDATE_FIELDS, FINISH_REASONS, RESPONSE_FIELDS
from genai_sdk.wires.unknown import Notice, ignore
from genai_sdk.wires.wire import MalformedError

_HEAD = frozenset({"candidates", "usageMetadata", "modelVersion", "responseId"})
_SPOKEN = frozenset({"content", "index", "finishReason"})
_COUNTED = frozenset({"promptTokenCount", "candidatesTokenCount", "totalTokenCount"})
_STOPPED = {"native_finish_reason": "STOP"}
_TREATED = frozenset({"content", "index", "finishReason", "logprobsResult"})


def completion_of(
    data: dict[str, Any], model: str, tier: str | None = None, notice: Notice = ignore
) -> ChatCompletion | None:
    """Return an answer as a chat completion; None if there is no candidate in it.

    Args:
        data: The answer's JSON.
        model: The model that was asked, for answers that do not name theirs.
        tier: The class of service that the answer's headers name.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: A candidate is empty, and says nothing known of why.
    """
    match data:
        case {"candidates": [{"content": {"parts": [{"text": str(text), **beside}]}, "finishReason": "STOP"} as only]}:
            # Nearly every answer is one text, and what `read_candidates` makes of it.
            if text and not beside and only.keys() <= _SPOKEN and data.keys() <= _HEAD and tier is None:
                usage = data.get("usageMetadata")
                if type(usage) is not dict or "trafficType" not in usage:
                    choice = Choice(message=Message(content=text), finish_reason="stop", model_extra={**_STOPPED})
                    return ChatCompletion(
                        id=data.get("responseId") or "",
                        model=data.get("modelVersion") or model,
                        choices=(choice,),
                        usage=_usage_of(usage, notice),
                    )
    return read_candidates(data, model, tier, notice)


def _usage_of(given: Any, notice: Notice) -> Usage | None:
    if type(given) is dict and given.keys() <= _COUNTED:
        prompt, completion = given.get("promptTokenCount"), given.get("candidatesTokenCount")
        total = given.get("totalTokenCount")
        if type(prompt) is int and type(completion) is int and type(total) is int and total:
            return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=total)
    usage = usage_of(given, notice=notice)
    return None if usage is None else Usage.from_dict(usage)


def read_candidates(
    data: dict[str, Any], model: str, tier: str | None = None, notice: Notice = ignore
) -> ChatCompletion | None:
    """Return an answer of any kind as a chat completion; the arguments are those of `completion_of`.

    Raises:
        MalformedError: As in `completion_of`.
    """
    candidates = data.get("candidates")
    if not candidates:
        return None
    choices = [_choice_of(place, item, notice) for place, item in enumerate(candidates)]
    fields = {**head_of(data, model), "choices": choices}
    searches = sum(map(searches_of, candidates))
    if (usage := usage_of(data.get("usageMetadata"), searches, notice)) is not None:
        fields["usage"] = usage
    if tier is not None:
        fields.setdefault("service_tier", tier)
    return ChatCompletion.from_dict(fields)


def head_of(data: Mapping[str, Any], model: str) -> dict[str, Any]:
    """Return what an answer, or an event of one, says beside its candidates and its tokens."""
    head: dict[str, Any] = {"model": data.get("modelVersion") or model}
    for name, item in data.items():
        match name:
            case "responseId":
                head["id"] = item
            case "createTime":
                head["created"] = _seconds(item)
            case "candidates" | "modelVersion":
                pass
            case "usageMetadata":
                if (tier := tier_of(item)) is not None:
                    head["service_tier"] = tier
            case _:
                head[RESPONSE_FIELDS.get(name, name)] = item
    return head


def _choice_of(place: int, candidate: Mapping[str, Any], notice: Notice) -> dict[str, Any]:
    content = Content(notice)
    message: dict[str, Any] = {"role": "assistant", "content": None}
    message.update(content.add((candidate.get("content") or {}).get("parts") or ()))
    for name, item in content.close().items():
        message[name] = message[name] + item if name in message and name == "tool_calls" else item
    for call in message.get("tool_calls", ()):
        del call["index"]
    if message["content"] is None and not content.calls:
        message["content"] = ""
    if annotations := annotations_of(candidate, content.texts):
        message["annotations"] = annotations
    choice = {"index": place, "message": message, **finish_of(candidate.get("finishReason"), content)}
    choice.update(extras_of(candidate))
    if (logprobs := logprobs_of(candidate.get("logprobsResult"))) is not None:
        choice["logprobs"] = logprobs
    return choice


def finish_of(word: Any, content: Content) -> dict[str, Any]:
    """Return why an answer ended in OpenAI's words, beside Google's own.

    Raises:
        MalformedError: It is empty, and the word says nothing known.
    """
    known: str = FINISH_REASONS.get(word, "unknown") if isinstance(word, str) else "unknown"
    if known == "unknown":
        if word and word not in FINISH_REASONS:
            content.notice("finish reason", word)
            known = foreign(word) or known
        if known == "unknown" and not content.has_content:
            raise MalformedError(
                f"nothing in it but the finish reason {word!r}" if word else "a candidate without content"
            )
        known = "stop" if known == "unknown" else known
    if known == "stop" and content.calls:
        known = "tool_calls"
    return {"finish_reason": known, "native_finish_reason": word} if word else {"finish_reason": known}


def extras_of(candidate: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a candidate has that OpenAI's shape has no place for, under the names of our own."""
    return {CANDIDATE_FIELDS.get(name, name): item for name, item in candidate.items() if name not in _TREATED and item}


def _seconds(text: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp())
    except ValueError:
        return 0
