"""An embedding call's answer."""

from typing import ClassVar, Literal

from genai_sdk.types.base import Readers, Value, count, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class Embedding(Value, frozen=True):
    """The vector of one input; a string when base64 was asked for."""

    index: int = 0
    object: Literal["embedding"] = "embedding"
    embedding: tuple[float, ...] | str = ()

    readers: ClassVar[Readers] = {
        "index": count,
        "object": lambda _: "embedding",
        "embedding": lambda item: item if isinstance(item, str) else tuple(item),
    }


class EmbeddingResponse(Value, frozen=True):
    """The answer to `client.embedding`, its `data` in the order of the inputs."""

    object: Literal["list"] = "list"
    model: str = ""
    data: tuple[Embedding, ...] = ()
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"object": lambda _: "list", "data": many(Embedding), "usage": one(Usage)}
