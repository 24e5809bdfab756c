"""From an answer of Converse to the fields of a chat completion."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, Choice, Message, Usage
from genai_sdk.types.base import count
from genai_sdk.wires.converse.blocks import is_blank, message_of
from genai_sdk.wires.converse.words import EXTRAS, MALFORMED, STOP_REASONS, USAGE
from genai_sdk.wires.finish import foreign
from genai_sdk.wires.unknown import Notice, ignore, notice_all
from genai_sdk.wires.wire import MalformedError

_USUAL = frozenset({"output", "stopReason", "usage", "metrics"})
_COUNTED = frozenset({"inputTokens", "outputTokens", "totalTokens"})
_STOPPED = {"native_finish_reason": "end_turn"}


def completion_of(data: Mapping[str, Any], model: str, ident: str, notice: Notice = ignore) -> ChatCompletion | None:
    """Return an answer as a chat completion; None if there is no message in it.

    Args:
        data: The answer's JSON.
        model: The model that was asked: Converse does not repeat it.
        ident: The id of the request, which is the answer's too.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: As in `completion_fields`.
    """
    match data.get("output"):
        case {"message": {"content": [{"text": str(text)} as only]}} if text and len(only) == 1 and _is_usual(data):
            # Nearly every answer is one text, and what `read_output` makes of it.
            usage, metrics = data["usage"], data.get("metrics")
            given, taken = usage["inputTokens"], usage["outputTokens"]
            return ChatCompletion(
                id=ident,
                model=model,
                choices=(Choice(message=Message(content=text), finish_reason="stop", model_extra={**_STOPPED}),),
                usage=Usage(prompt_tokens=given, completion_tokens=taken, total_tokens=given + taken),
                model_extra={"metrics": metrics} if metrics else {},
            )
    return read_output(data, model, ident, notice)


def read_output(data: Mapping[str, Any], model: str, ident: str, notice: Notice = ignore) -> ChatCompletion | None:
    """Return an answer of any blocks as a chat completion; see `completion_of`."""
    fields = completion_fields(data, model, notice)
    return None if fields is None else ChatCompletion.from_dict({"id": ident, **fields})


def _is_usual(data: Mapping[str, Any]) -> bool:
    """Tell whether an answer ended because the model had said all, and counts nothing but tokens read and written."""
    usage = data.get("usage")
    if data.get("stopReason") != "end_turn" or not data.keys() <= _USUAL or type(usage) is not dict:
        return False
    counted = type(usage.get("inputTokens")) is int and type(usage.get("outputTokens")) is int
    return counted and usage.keys() <= _COUNTED


def completion_fields(data: Mapping[str, Any], model: str, notice: Notice = ignore) -> dict[str, Any] | None:
    """Return an answer's fields in OpenAI's shape; None if there is no message in it.

    Args:
        data: The answer's JSON.
        model: The model that was asked: Converse does not repeat it.
        notice: Is told of words that no row names.

    Raises:
        MalformedError: Its stop reason says that it is no answer, or says nothing known beside an empty answer.
    """
    output = data.get("output")
    message = output.get("message") if isinstance(output, Mapping) else None
    if not isinstance(message, Mapping):
        return None
    blocks = message.get("content") or []
    made = message_of(blocks, notice)
    finish = finish_of(data.get("stopReason"), notice, has_calls="tool_calls" in made, is_empty=is_blank(blocks))
    choice = {"index": 0, "message": made, **finish}
    fields: dict[str, Any] = {"model": model, "choices": [choice]}
    if isinstance(usage := data.get("usage"), Mapping):
        fields["usage"] = usage_of(usage, thinking_tokens(data.get("additionalModelResponseFields")), notice)
    fields.update(extra_fields(data))
    return fields


def finish_of(word: Any, notice: Notice = ignore, *, has_calls: bool, is_empty: bool) -> dict[str, str]:
    """Return a stop reason in OpenAI's words beside Bedrock's own.

    Raises:
        MalformedError: As in `completion_fields`.
    """
    known = STOP_REASONS.get(word) if isinstance(word, str) else None
    if known is None and word:
        notice("finish reason", word)
        known = foreign(word)
    if known == MALFORMED or (known is None and is_empty):
        raise MalformedError(f"the stop reason {word!r}" if word else "neither content nor a stop reason")
    if has_calls and known in (None, "stop"):
        known = "tool_calls"
    elif known == "tool_calls" and not has_calls:
        known = "stop"  # the tool was the server's, or the form of the answer
    native = {"native_finish_reason": word} if isinstance(word, str) and word else {}
    return {"finish_reason": known or "stop", **native}


def thinking_tokens(fields: Any) -> int:
    """Return how many tokens Claude thought with, of the fields that `request.THINKING_TOKENS` asks for."""
    match fields:
        case {"usage": {"output_tokens_details": {"thinking_tokens": int(tokens)}}}:
            return tokens
        case _:
            return 0


def usage_of(usage: Mapping[str, Any], reasoning: int = 0, notice: Notice = ignore) -> dict[str, Any]:
    """Return tokens in OpenAI's shape: the prompt's include what was read from and written to the cache.

    Args:
        usage: Converse's usage.
        reasoning: How many of the output's tokens were reasoning, where that is known.
        notice: Is told of counts that no row names.
    """
    read, written = _tokens(usage, "cacheReadInputTokens"), _tokens(usage, "cacheWriteInputTokens")
    prompt, completion = _tokens(usage, "inputTokens") + read + written, _tokens(usage, "outputTokens")
    made: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }
    if not usage.keys() <= USAGE.keys():
        unknown = {name: item for name, item in usage.items() if name not in USAGE}
        notice_all(notice, "usage field", unknown)
        made.update(unknown)
    if reasoning:
        made["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    if read or written:
        details: dict[str, Any] = {"cached_tokens": read, "cache_creation_tokens": written}
        if by_ttl := {
            f"ephemeral_{item['ttl']}_input_tokens": _tokens(item, "inputTokens")
            for item in usage.get("cacheDetails") or ()
            if isinstance(item, Mapping) and item.get("ttl")
        }:
            details["cache_creation_token_details"] = by_ttl
        made["prompt_tokens_details"] = details
    return made


def extra_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer says beside its message and its tokens."""
    extras = {name: data[key] for key, name in EXTRAS.items() if data.get(key)}
    tier = data.get("serviceTier")
    if isinstance(tier, Mapping) and tier.get("type"):
        extras["service_tier"] = tier["type"]
    return extras


def _tokens(usage: Mapping[str, Any], name: str) -> int:
    return count(usage.get(name) or 0)
