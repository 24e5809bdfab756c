"""Embeddings over `/embeddings`."""

import struct
from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.catalogue import is_openai
from genai_sdk.types import EmbeddingResponse, Usage
from genai_sdk.wires.embedding_batches import BatchLimit, join_embeddings, split_texts
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.openai.body import APART, encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.openai.usage import usage_fields
from genai_sdk.wires.operation import EmbeddingRequest
from genai_sdk.wires.wire import Codec, Endpoint, FailedAnswerError, HttpRequest, MalformedError

LIMIT = BatchLimit(2048, 300_000)
"""Of OpenAI and Azure (openai 3.57.0, types/embedding_create_params.py, `input`)."""


class EmbeddingCodec(Codec[EmbeddingRequest, EmbeddingResponse, None]):
    """https://platform.openai.com/docs/api-reference/embeddings."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/embeddings")
        self._at_openai = endpoint.adapter == "azure" or is_openai(endpoint.base_url)

    def split(self, request: EmbeddingRequest) -> Sequence[EmbeddingRequest]:
        """Return the requests that one call of OpenAI's takes each; of other servers nothing is known."""
        return split_texts(request, LIMIT) if self._at_openai else (request,)

    def join(self, responses: Sequence[EmbeddingResponse]) -> EmbeddingResponse:
        """Return the vectors of all answers as those of one."""
        return join_embeddings(responses)

    def complete(self, request: EmbeddingRequest, response: EmbeddingResponse, /) -> EmbeddingResponse:
        """Return vectors as numbers, unless they are wanted as they are on the wire.

        Raises:
            MalformedError: What stands for a vector is no base64 of single-precision numbers.
        """
        if request.options.get("encoding_format") == "base64":
            return response
        if not any(isinstance(row.embedding, str) for row in response.data):
            return response
        data = tuple(
            msgspec.structs.replace(row, embedding=_numbers(row.embedding)) if isinstance(row.embedding, str) else row
            for row in response.data
        )
        return msgspec.structs.replace(response, data=data)

    def encode(self, request: EmbeddingRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        texts = [request.input] if isinstance(request.input, str) else request.input
        fields: dict[str, Any] = {"model": self.endpoint.model, "input": texts}
        fields.update((name, item) for name, item in request.options.items() if item is not None and name not in APART)
        if self._at_openai:
            # A quarter of the bytes of numbers in JSON, and quicker to read: OpenAI's SDK asks for it by itself too.
            fields.setdefault("encoding_format", "base64")
        return HttpRequest(self._url, encode_body(fields, request.options))

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> EmbeddingResponse | None:
        """Return the answer, its vectors in the order of the inputs; None if there are none in it.

        Raises:
            FailedAnswerError: The vectors are of tokens and not of texts.
            MalformedError: A vector is none.
        """
        rows = _rows(data)
        if not rows:
            return None
        made = {
            **data,
            "data": _in_order([_row(row) for row in rows]),
            "usage": usage_fields(data.get("usage"), self.notice) or {},
        }
        return EmbeddingResponse.from_dict(made)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that a refused answer reports."""
        fields = usage_fields(data.get("usage"))
        return Usage.from_dict(fields) if fields else None


def _numbers(text: str) -> tuple[float, ...]:
    """Return the vector that base64 stands for: single-precision numbers, the lowest byte first."""
    try:
        data = b64decode(text, validate=True)
        return struct.unpack(f"<{len(data) // 4}f", data)
    except (ValueError, struct.error):
        raise MalformedError("a vector that is no base64 of numbers") from None


def _rows(data: dict[str, Any]) -> Any:
    """Return the vectors of an answer, wherever servers put them: TEI's own API, Ollama's, Cohere's, gateways'."""
    rows = data.get("data") or data.get("embeddings")
    if isinstance(rows, dict):
        return rows.get("data") or rows.get("embeddings") or next(iter(rows.values()), None)
    return rows or ([data] if "embedding" in data else None)


def _row(item: Any) -> dict[str, Any]:
    """Return one vector with its number."""
    row: dict[str, Any] = item if isinstance(item, dict) else {"embedding": item}
    vector = row.get("embedding") or row.get("vector") or row.get("values")
    if isinstance(vector, list) and vector and isinstance(vector[0], list):
        if len(vector) > 1:
            # llama-cpp-python 0.3.36 and llama-server without pooling: no other attempt there would give another.
            text = (
                "the server gave one vector per token and not per text: no model for embeddings, or its pooling is off"
            )
            raise FailedAnswerError(ErrorBody(text, ("not_supported_error",), 400))
        vector = vector[0]
    elif isinstance(vector, dict):  # by encoding or type: Cohere's names behind a gateway
        vector = next(iter(vector.values()))
    if not vector:
        raise MalformedError("a vector that is empty")
    if isinstance(vector, list) and isinstance(vector[0], str):
        vector = [float(number) for number in vector]
    return row if vector is row.get("embedding") else {**row, "embedding": vector}


def _in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return vectors in the order of the inputs: servers that work in batches answer in another."""
    numbers: list[Any] = [row.get("index") for row in rows]
    if any(type(number) is str for number in numbers):
        numbers = [int(number) if isinstance(number, str) and number.isdigit() else number for number in numbers]
    if all(type(number) is int for number in numbers) and len(set(numbers)) == len(rows):
        if numbers == list(range(len(rows))):
            return rows
        rows = [row for _, row in sorted(zip(numbers, rows, strict=True), key=lambda pair: pair[0])]
    return [{**row, "index": number} for number, row in enumerate(rows)]
