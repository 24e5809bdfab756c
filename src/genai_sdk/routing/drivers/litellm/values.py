"""Between our values and plain JSON, and from litellm's shape of an answer to ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, ChatCompletionChunk, EmbeddingResponse


def plain(item: Any) -> Any:
    """Return a deep copy made of dicts, lists and scalars alone."""
    if isinstance(item, str):
        return str(item)  # a prompt of ours is a `str` with more to it
    if isinstance(item, Mapping):
        return {key: plain(part) for key, part in item.items()}
    if isinstance(item, list | tuple):
        return [plain(part) for part in item]
    if hasattr(item, "model_dump"):  # an earlier answer's message, handed in again
        return plain(item.model_dump(exclude_none=True))
    return item


def without(item: Any, name: str) -> Any:
    """Return JSON without the fields called `name`, however deep they are."""
    if isinstance(item, Mapping):
        return {key: without(part, name) for key, part in item.items() if key != name}
    if isinstance(item, list | tuple):
        return [without(part, name) for part in item]
    return item


def has_remote_media(messages: Iterable[Any]) -> bool:
    """Whether a message refers to something on the web, which litellm downloads for the vendors that take no URLs."""
    contents = (message.get("content") for message in messages)
    parts = (part for content in contents if isinstance(content, list | tuple) for part in content)
    return any(_refers(part) for part in parts)


def _refers(part: Any) -> bool:
    if isinstance(part, Mapping):
        return any(_refers(item) for name, item in part.items() if name != "text")
    return isinstance(part, str) and part.startswith(("http://", "https://"))


def answer_of(answer: Mapping[str, Any]) -> ChatCompletion | None:
    """Return an answer in litellm's shape as ours; None if there is no choice in it."""
    return ChatCompletion.from_dict(_tidy(answer)) if answer.get("choices") else None


def embeddings_of(answer: Mapping[str, Any]) -> EmbeddingResponse | None:
    """Return embeddings in litellm's shape as ours; None if there are none."""
    return EmbeddingResponse.from_dict(answer) if answer.get("data") else None


def chunks_of(answer: ChatCompletion) -> tuple[ChatCompletionChunk, ...]:
    """Return a whole answer as a stream gives it: what was said, then the usage."""
    facts = {"id": answer.id, "created": answer.created, "model": answer.model}
    choices = [
        {
            "index": choice.index,
            "delta": choice.message.model_dump(exclude_none=True),
            "finish_reason": choice.finish_reason,
        }
        for choice in answer.choices
    ]
    said = ChatCompletionChunk.from_dict({**facts, "choices": choices})
    return (said,) if answer.usage is None else (said, ChatCompletionChunk.from_dict({**facts, "usage": answer.usage}))


def _tidy(item: Any) -> Any:
    """Leave out the nulls and empty containers that litellm adds in vendors' names."""
    if isinstance(item, list):
        return [_tidy(part) for part in item]
    if isinstance(item, Mapping):
        parts = ((name, _tidy(part)) for name, part in item.items())
        return {name: part for name, part in parts if part is not None and part not in ({}, [])}
    return item
