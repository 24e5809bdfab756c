"""Embeddings over `/embeddings`."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import EmbeddingResponse
from genai_sdk.wires.openai.body import APART, encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.operation import EmbeddingRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest


class EmbeddingCodec(Codec[EmbeddingRequest, EmbeddingResponse, None]):
    """https://platform.openai.com/docs/api-reference/embeddings."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/embeddings")

    def encode(self, request: EmbeddingRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        texts = [request.input] if isinstance(request.input, str) else request.input
        fields: dict[str, Any] = {"model": self.endpoint.model, "input": texts}
        fields.update((name, item) for name, item in request.options.items() if item is not None and name not in APART)
        return HttpRequest(self._url, encode_body(fields, request.options))

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> EmbeddingResponse | None:
        """Return the answer; None if there are no embeddings in it."""
        return EmbeddingResponse.from_dict({"usage": {}, **data}) if data.get("data") else None
