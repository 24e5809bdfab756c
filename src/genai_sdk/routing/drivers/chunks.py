"""From an event in OpenAI's shape to a chunk. Pure, lenient, and quick: this runs for every chunk of every stream."""

from collections.abc import Iterable, Mapping
from typing import Any

from genai_sdk.routing.drivers.finish import finish_of
from genai_sdk.types import ChatCompletionChunk, ChunkChoice, Delta
from genai_sdk.types.base import count

NO_DELTA = Delta()


def chunk_of(event: dict[str, Any]) -> ChatCompletionChunk:
    """Return an event as a chunk.

    Args:
        event: The event, which becomes the chunk's own: what is left of it after the known fields is `model_extra`.
    """
    choices = tuple([_choice_of(choice) for choice in event.pop("choices", None) or ()])
    event.pop("object", None)
    head = event.pop("id", ""), event.pop("created", 0), event.pop("model", "")
    ident, created, model = head
    if type(ident) is not str or type(created) is not int or type(model) is not str:
        ident, created, model = ident or "", count(created or 0), model or ""
    return ChatCompletionChunk(id=ident, created=created, model=model, choices=choices, model_extra=event)


def _choice_of(choice: dict[str, Any]) -> ChunkChoice:
    delta = choice.pop("delta", None)
    finish = choice.pop("finish_reason", None)
    index = choice.pop("index", 0)
    return ChunkChoice(
        index=index if type(index) is int else count(index or 0),
        delta=_delta_of(delta) if delta else NO_DELTA,
        finish_reason=finish_of(finish) if finish else None,
        model_extra=choice,
    )


def _delta_of(delta: dict[str, Any]) -> Delta:
    if len(delta) == 1 and type(content := delta.get("content")) is str:
        return Delta(content=content)  # what nearly every chunk is
    said = {name: item for name, item in delta.items() if item is not None}
    if "reasoning" in said and "reasoning_content" not in said:  # OpenRouter's and vLLM's name for it
        said["reasoning_content"] = said.pop("reasoning")
    return Delta.from_dict(said)


def says_something(choices: Iterable[ChunkChoice]) -> bool:
    """Whether choices say anything: vendors' marks of the beginning and end of a block become such that do not."""
    for choice in choices:
        if choice.finish_reason or choice.delta.content or choice.model_extra.get("logprobs"):
            return True
        if choice.delta is not NO_DELTA and _says(choice.delta):
            return True
    return False


def _says(delta: Delta) -> bool:
    extra: Mapping[str, Any] = delta.model_extra
    return delta.has_content or any(extra.values())
