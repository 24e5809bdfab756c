"""Between our values and plain JSON."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, ChatCompletionChunk


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


def tidy(item: Any) -> Any:
    """Return decoded JSON without its nulls and empty containers, however deep they are."""
    if isinstance(item, list):
        return [tidy(part) for part in item]
    if not isinstance(item, dict):
        return item
    made: dict[str, Any] = {}
    for name, part in item.items():
        if isinstance(part, dict | list):
            if whole := tidy(part):
                made[name] = whole
        elif part is not None:
            made[name] = part
    return made
