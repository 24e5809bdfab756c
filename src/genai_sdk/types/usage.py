"""Token counts, as providers report them in OpenAI's shape."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from genai_sdk.types.base import Readers, Value, count, one


class PromptTokensDetails(Value, frozen=True):
    """How the prompt's tokens split up; `cached_tokens` were read from the provider's cache."""

    cached_tokens: int = 0
    cache_creation_tokens: int = 0
    audio_tokens: int = 0

    readers: ClassVar[Readers] = dict.fromkeys(("cached_tokens", "cache_creation_tokens", "audio_tokens"), count)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read the details; OpenAI calls the tokens written to its cache `cache_write_tokens`."""
        # openai 3.57.0, types/completion_usage.py; DashScope has Anthropic's name
        written = data.get("cache_write_tokens") or data.get("cache_creation_input_tokens")
        if written and not data.get("cache_creation_tokens"):
            data = {**data, "cache_creation_tokens": written}
        return super().from_dict(data)


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

    def by_kind(self) -> dict[str, int]:
        """Return the tokens by kind, each counted once and none of them 0.

        The kinds are `input` (neither cached nor written nor one of the others), `cached`, `written` and
        `written_long` (to a cache, and to be kept for longer than the vendor's ordinary time), `input_audio`,
        `input_image`, `input_video`, `output` (without reasoning and the others), `reasoning`, `output_audio`,
        `output_image` and `output_video`.
        """
        prompt, completion = self.prompt_tokens, self.completion_tokens
        details, parts = self.prompt_tokens_details, self.completion_tokens_details
        if self.total_tokens > prompt + completion:
            beside = self.total_tokens - prompt - completion
            tools = _number(self.model_extra.get("tool_use_prompt_tokens"))
            reasoning = parts.reasoning_tokens if parts is not None else 0
            # xAI counts reasoning beside the completion (https://docs.x.ai/docs/guides/reasoning), Gemini what its
            # tools put into the prompt beside the prompt; OpenAI has both inside. The total tells which it was.
            if reasoning and beside in (reasoning, reasoning + tools):
                completion += reasoning
            if tools and beside in (tools, reasoning + tools):
                prompt += tools
        kinds: dict[str, int] = {}
        if details is None:
            if prompt > 0:
                kinds["input"] = prompt
        else:
            _split(kinds, "input", prompt, _prompt_parts(details))
        if parts is None:
            if completion > 0:
                kinds["output"] = completion
        else:
            _split(kinds, "output", completion, _completion_parts(parts))
        return kinds


def added(first: Usage | None, second: Usage | None) -> Usage | None:
    """Return the tokens of two answers together; of what is no number, the later word counts."""
    if first is None or second is None:
        return first or second
    return Usage.from_dict(_sum(first.model_dump(exclude_none=True), second.model_dump(exclude_none=True)))


def _sum(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    made = {**first, **second}
    for name in first.keys() & second.keys():
        one, other = first[name], second[name]
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            made[name] = _sum(one, other)
        elif isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool):
            made[name] = one + other
        elif isinstance(one, list | tuple) and isinstance(other, list | tuple):
            made[name] = [*one, *other]
    return made


def _prompt_parts(details: PromptTokensDetails) -> tuple[tuple[str, int], ...]:
    written = details.cache_creation_tokens
    extra = details.model_extra
    kept = min(_kept_long(extra), written) if extra and written else 0
    return (
        ("cached", details.cached_tokens),
        ("written_long", kept),
        ("written", written - kept),
        ("input_audio", details.audio_tokens),
        ("input_image", _number(extra.get("image_tokens"))),
        ("input_video", _number(extra.get("video_tokens"))),
    )


def _completion_parts(details: CompletionTokensDetails) -> tuple[tuple[str, int], ...]:
    extra = details.model_extra
    return (
        ("reasoning", details.reasoning_tokens),
        ("output_audio", details.audio_tokens),
        ("output_image", _number(extra.get("image_tokens"))),
        ("output_video", _number(extra.get("video_tokens"))),
    )


def _split(kinds: dict[str, int], whole: str, tokens: int, parts: tuple[tuple[str, int], ...]) -> None:
    # A kind's tokens may be among the cached ones: no token counts twice.
    apart: dict[str, int] = {}
    for kind, counted in parts:
        if counted > 0 and tokens > 0:
            apart[kind] = min(counted, tokens)
            tokens -= apart[kind]
    if tokens > 0:
        kinds[whole] = tokens
    kinds.update(apart)


def _kept_long(extra: Mapping[str, Any]) -> int:
    # anthropic 2.14.0, types/cache_creation.py, and openai 3.57.0, types/responses/response_usage.py
    for details, kept in (
        ("cache_creation_token_details", "ephemeral_1h_input_tokens"),
        ("cache_write_tokens_details", "ttl_12h_tokens"),
    ):
        value = extra.get(details)
        if isinstance(value, Mapping):
            return _number(value.get(kept))
    return 0


def _number(item: object) -> int:
    return max(int(item), 0) if isinstance(item, int | float) else 0
