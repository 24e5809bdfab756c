"""Texts for vectors, in as many requests as a vendor's limits ask for. Pure."""

from collections.abc import Sequence

import msgspec

from genai_sdk.types import EmbeddingResponse, Usage
from genai_sdk.types.usage import added
from genai_sdk.wires.operation import EmbeddingRequest

BYTES_PER_TOKEN = 2
"""Bytes of UTF-8 that a token has at least, in languages and code alike, though not in noise: a vendor's limit of
tokens is kept by counting these."""


class BatchLimit(msgspec.Struct, frozen=True):
    """What one request may hold.

    Attributes:
        texts: How many texts.
        tokens: How many tokens all of them together, or None for any number.
    """

    texts: int
    tokens: int | None = None


def split_texts(request: EmbeddingRequest, limit: BatchLimit) -> Sequence[EmbeddingRequest]:
    """Return the requests that hold all texts, in their order; nearly always it is the one."""
    texts = request.input
    if isinstance(texts, str):
        return (request,)
    most = None if limit.tokens is None else limit.tokens * BYTES_PER_TOKEN
    # A character has four bytes at most, so few are counted one by one.
    if len(texts) <= limit.texts and (most is None or 4 * sum(map(len, texts)) <= most):
        return (request,)
    batches: list[list[str]] = [[]]
    size = 0
    for text in texts:
        length = len(text.encode("utf-8", "replace"))
        if batches[-1] and (len(batches[-1]) >= limit.texts or (most is not None and size + length > most)):
            batches.append([])
            size = 0
        batches[-1].append(text)
        size += length
    if len(batches) == 1:
        return (request,)
    return [EmbeddingRequest(batch, request.options) for batch in batches]


def join_embeddings(responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
    """Return the vectors of several answers as those of one, in their order, with all tokens."""
    if len(responses) == 1:
        return responses[0]
    rows = [item for response in responses for item in response.data]
    usage: Usage | None = None
    for response in responses:
        usage = added(usage, response.usage)
    data = tuple(msgspec.structs.replace(row, index=index) for index, row in enumerate(rows))
    return msgspec.structs.replace(responses[0], data=data, usage=usage)
