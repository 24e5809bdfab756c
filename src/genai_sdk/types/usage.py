"""Token counts, as providers report them in OpenAI's shape."""

from typing import ClassVar

from genai_sdk.types.base import Readers, Value, count, one


class PromptTokensDetails(Value, frozen=True):
    """How the prompt's tokens split up; `cached_tokens` were read from the provider's cache."""

    cached_tokens: int = 0
    cache_creation_tokens: int = 0
    audio_tokens: int = 0

    readers: ClassVar[Readers] = dict.fromkeys(("cached_tokens", "cache_creation_tokens", "audio_tokens"), count)


class CompletionTokensDetails(Value, frozen=True):
    """How the completion's tokens split up; `reasoning_tokens` are part of `completion_tokens`."""

    reasoning_tokens: int = 0
    audio_tokens: int = 0
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0

    readers: ClassVar[Readers] = dict.fromkeys(
        ("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens"), count
    )


class Usage(Value, frozen=True):
    """Tokens of one call: `prompt_tokens` includes the cached ones, `completion_tokens` the reasoning."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None

    readers: ClassVar[Readers] = {
        "prompt_tokens": count,
        "completion_tokens": count,
        "total_tokens": count,
        "prompt_tokens_details": one(PromptTokensDetails),
        "completion_tokens_details": one(CompletionTokensDetails),
    }
