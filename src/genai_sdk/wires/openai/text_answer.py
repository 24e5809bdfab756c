"""What nearly every answer is, text in the usual fields: read at once. Pure.

msgspec tells such an answer by its type. Whatever has a field more, or another value in one, is none, and is read as a
dict (`wires.openai.answers`), in which all is looked for that servers say otherwise; both ways make the same value.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from genai_sdk.types import ChatCompletion, Choice, CompletionTokensDetails, Message, PromptTokensDetails, Usage
from genai_sdk.wires.openai.thinking import may_think
from genai_sdk.wires.values import tidy


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    content: Annotated[str, msgspec.Meta(min_length=1)]
    role: Literal["assistant"] | None = None
    refusal: None = None
    annotations: Annotated[list[Any], msgspec.Meta(max_length=0)] | None = None
    reasoning_content: None = None  # DeepSeek, vLLM
    tool_calls: Annotated[list[Any], msgspec.Meta(max_length=0)] | None = None
    function_call: None = None
    audio: None = None


class _Choice(msgspec.Struct, forbid_unknown_fields=True):
    message: _Message
    finish_reason: Literal["stop", "length", "content_filter"]
    index: int = 0
    logprobs: None = None
    content_filter_results: Any = UNSET  # Azure


class _Usage(msgspec.Struct, forbid_unknown_fields=True):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: dict[str, int] | None = None
    completion_tokens_details: dict[str, int] | None = None


class TextAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """An answer that brings texts and nothing else."""

    choices: Annotated[list[_Choice], msgspec.Meta(min_length=1)]
    id: str | None = None
    object: str | None = None
    created: int | None = None
    model: str | None = None
    usage: _Usage | None = None
    system_fingerprint: str | None = None
    service_tier: str | None = None
    prompt_filter_results: Any | UnsetType = UNSET  # Azure


_decode = msgspec.json.Decoder(TextAnswer).decode


def read_text_answer(body: bytes) -> ChatCompletion | None:
    """Return the answer in a body that is a `TextAnswer`; None for another body."""
    try:
        answer = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    choices = []
    for index, choice in enumerate(answer.choices):
        if may_think(choice.message.content):
            return None
        choices.append(
            Choice(
                index=index,
                message=Message(content=choice.message.content),
                finish_reason=choice.finish_reason,
                model_extra=_extra("content_filter_results", choice.content_filter_results),
            )
        )
    extra = _extra("prompt_filter_results", answer.prompt_filter_results)
    if answer.system_fingerprint is not None:
        extra["system_fingerprint"] = answer.system_fingerprint
    if answer.service_tier is not None:
        extra["service_tier"] = answer.service_tier
    return ChatCompletion(
        id=answer.id or "",
        created=answer.created or 0,
        model=answer.model or "",
        choices=tuple(choices),
        usage=None if answer.usage is None else _usage_of(answer.usage),
        model_extra=extra,
    )


def _usage_of(usage: _Usage) -> Usage:
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    return Usage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        prompt_tokens_details=PromptTokensDetails.from_dict(prompt) if prompt else None,
        completion_tokens_details=CompletionTokensDetails.from_dict(completion) if completion else None,
    )


def _extra(name: str, item: Any) -> dict[str, Any]:
    extra: dict[str, Any] = {} if item is UNSET else tidy({name: item})
    return extra
