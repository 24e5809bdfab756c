"""What litellm is looked at for in messages, and from its shape of an answer to ours."""

from collections.abc import Iterable, Mapping
from typing import Any

from genai_sdk.types import ChatCompletion, EmbeddingResponse
from genai_sdk.wires.values import tidy


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
    return ChatCompletion.from_dict(tidy(answer)) if answer.get("choices") else None


def embeddings_of(answer: Mapping[str, Any]) -> EmbeddingResponse | None:
    """Return embeddings in litellm's shape as ours; None if there are none."""
    return EmbeddingResponse.from_dict(answer) if answer.get("data") else None
