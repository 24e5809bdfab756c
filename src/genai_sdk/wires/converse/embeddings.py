"""Embeddings over InvokeModel, where every vendor has a format of its own, and most take one text at a time.

docs.aws.amazon.com/bedrock/latest/userguide: model-parameters-titan-embed-text, model-parameters-titan-embed-mm,
model-parameters-embed-v3, model-parameters-embed-v4; docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.types.base import count
from genai_sdk.wires.converse.models import base_id
from genai_sdk.wires.unsupported import UnsupportedError

TOKEN_COUNT = "x-amzn-bedrock-input-token-count"  # noqa: S105  (a header)
"""The header that says how many tokens an invocation read."""

Body = dict[str, Any]


class EmbeddingFormat(msgspec.Struct, frozen=True):
    """How one vendor's embedding models are asked and answer.

    Attributes:
        batch: How many texts one request takes.
        body: Makes a request's body of texts and the vectors' length.
        vectors: Reads the vectors of an answer, in the order of its texts.
        takes_dimensions: Whether the vectors' length can be chosen.
    """

    batch: int
    body: Callable[[Sequence[str], int | None], Body]
    vectors: Callable[[Mapping[str, Any]], Sequence[Any]]
    takes_dimensions: bool = True


def is_known(model: str) -> bool:
    """Tell whether the format of an embedding model is known."""
    return any(re.match(pattern, base_id(model)) for pattern, _ in _ROWS)


def format_of(model: str) -> EmbeddingFormat:
    """Return how a model is asked.

    Raises:
        ValueError: It is none of the embedding models that are known.
    """
    name = base_id(model)
    for pattern, row in _ROWS:
        if re.match(pattern, name):
            return row
    raise ValueError("it is none of Bedrock's embedding models that are known: Titan's, Cohere's and Nova's")


def embedding_body(model: str, texts: Sequence[Any], options: Mapping[str, Any]) -> Body:
    """Return the body of the request that embeds as many texts as one takes.

    Raises:
        UnsupportedError: The vectors of the model have one length.
        ValueError: The model is none that is known, or a text is none.
    """
    row = format_of(model)
    dimensions = options.get("dimensions")
    if dimensions is not None and not row.takes_dimensions:
        raise UnsupportedError("dimensions", why="with this model: its vectors have one length")
    for text in texts:
        if not isinstance(text, str):
            raise ValueError(f"Bedrock embeds texts, not values of the type {type(text).__name__!r}")
    return row.body(texts, dimensions)


def embedding_fields(model: str, data: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the fields of an embedding response; None if there is no vector in it.

    Args:
        model: The model.
        data: The answer's JSON.
        headers: Its headers, names in lower case.
    """
    vectors = format_of(model).vectors(data)
    if not vectors:
        return None
    tokens = count(headers.get(TOKEN_COUNT) or data.get("inputTextTokenCount") or 0)
    listed = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    return {
        "object": "list",
        "model": model,
        "data": listed,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    }


def _titan(texts: Sequence[str], dimensions: int | None) -> Body:
    return {"inputText": texts[0], **({"dimensions": dimensions} if dimensions is not None else {})}


def _titan_image(texts: Sequence[str], dimensions: int | None) -> Body:
    more = {"embeddingConfig": {"outputEmbeddingLength": dimensions}} if dimensions is not None else {}
    return {"inputText": texts[0], **more}


def _cohere(texts: Sequence[str], dimensions: int | None) -> Body:
    # Cohere wants to be told what the vectors are for; OpenAI's call cannot say, `extra_body` can.
    more = {"output_dimension": dimensions} if dimensions is not None else {}
    return {"texts": list(texts), "input_type": "search_document", **more}


def _nova(texts: Sequence[str], dimensions: int | None) -> Body:
    parameters = {
        "embeddingPurpose": "GENERIC_INDEX",
        "embeddingDimension": 3072 if dimensions is None else dimensions,
        "text": {"truncationMode": "NONE", "value": texts[0]},
    }
    return {
        "schemaVersion": "nova-multimodal-embed-v1",
        "taskType": "SINGLE_EMBEDDING",
        "singleEmbeddingParams": parameters,
    }


def _titan_vectors(data: Mapping[str, Any]) -> Sequence[Any]:
    vector = data.get("embedding") or (data.get("embeddingsByType") or {}).get("float")
    return [vector] if vector else []


def _cohere_vectors(data: Mapping[str, Any]) -> Sequence[Any]:
    vectors = data.get("embeddings") or []
    if isinstance(vectors, Mapping):  # where types were asked for
        vectors = next(iter(vectors.values()), [])
    return list(vectors)


def _nova_vectors(data: Mapping[str, Any]) -> Sequence[Any]:
    return [item["embedding"] for item in data.get("embeddings") or ()]


_COHERE_BATCH = 96

_ROWS: tuple[tuple[str, EmbeddingFormat], ...] = (
    (r"amazon\.titan-embed-text-v2", EmbeddingFormat(1, _titan, _titan_vectors)),
    (r"amazon\.titan-embed-image", EmbeddingFormat(1, _titan_image, _titan_vectors)),
    (r"amazon\.titan-embed", EmbeddingFormat(1, _titan, _titan_vectors, takes_dimensions=False)),
    (r"cohere\.embed-v4", EmbeddingFormat(_COHERE_BATCH, _cohere, _cohere_vectors)),
    (r"cohere\.embed", EmbeddingFormat(_COHERE_BATCH, _cohere, _cohere_vectors, takes_dimensions=False)),
    (r"amazon\.nova-.*embeddings", EmbeddingFormat(1, _nova, _nova_vectors)),
)
