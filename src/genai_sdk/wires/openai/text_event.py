"""What nearly every event of a stream is, some more text of one choice: read at once as a chunk. Pure.

msgspec tells such an event by its type, in half the time that reading it as a dict takes. Whatever has a field more, or
another value in one, is no `TextEvent` and is read as a dict (`wires.openai.stream`); both ways make the same chunk.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta


class _Text(msgspec.Struct, forbid_unknown_fields=True):
    content: Annotated[str, msgspec.Meta(min_length=1)]
    role: str | UnsetType | None = UNSET
    refusal: UnsetType | None = UNSET
    reasoning_content: UnsetType | None = UNSET  # DeepSeek, vLLM
    tool_calls: UnsetType | None = UNSET
    function_call: UnsetType | None = UNSET


class _TextChoice(msgspec.Struct, forbid_unknown_fields=True):
    index: int
    delta: _Text
    finish_reason: UnsetType | None = UNSET
    logprobs: UnsetType | None = UNSET
    content_filter_results: Any = UNSET  # Azure


class TextEvent(msgspec.Struct, forbid_unknown_fields=True):
    """An event that brings some text of one choice and nothing else; fields that were not there are `UNSET`."""

    choices: tuple[_TextChoice]
    id: str | UnsetType = UNSET
    object: str | UnsetType = UNSET
    created: int | UnsetType = UNSET
    model: str | UnsetType = UNSET
    system_fingerprint: str | UnsetType | None = UNSET
    service_tier: str | UnsetType | None = UNSET
    obfuscation: str | UnsetType = UNSET
    usage: UnsetType | None = UNSET

    def chunk(self) -> ChatCompletionChunk:
        """Return the chunk that this is."""
        (choice,) = self.choices
        delta = choice.delta
        beside: dict[str, Any] = {} if choice.logprobs is UNSET else {"logprobs": None}
        if choice.content_filter_results is not UNSET:
            beside["content_filter_results"] = choice.content_filter_results
        extra: dict[str, Any] = {}
        if self.system_fingerprint is not UNSET:
            extra["system_fingerprint"] = self.system_fingerprint
        if self.service_tier is not UNSET:
            extra["service_tier"] = self.service_tier
        if self.obfuscation is not UNSET:
            extra["obfuscation"] = self.obfuscation
        return ChatCompletionChunk(
            id=self.id or "",
            created=self.created or 0,
            model=self.model or "",
            choices=(
                ChunkChoice(
                    index=choice.index,
                    delta=Delta(role=None if delta.role is UNSET else delta.role, content=delta.content),
                    model_extra=beside,
                ),
            ),
            model_extra=extra,
        )

    def fields(self) -> dict[str, Any]:
        """Return the event as a dict, as it would have been read."""
        fields: dict[str, Any] = msgspec.to_builtins(self)
        return {**fields, "choices": list(fields["choices"])}


decode_text = msgspec.json.Decoder(TextEvent).decode
"""Decode an event of text; raises `msgspec.ValidationError` where it is another."""
