"""Reranking over `/rerank`, which OpenAI has not, and compatible servers have in Cohere's or Jina's shape."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.types.rerank import RerankResponse
from genai_sdk.wires.openai.body import APART, encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.operations import RerankRequest
from genai_sdk.wires.ranking import rerank_response, rerank_usage
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest


class RerankCodec(Codec[RerankRequest, RerankResponse, None]):
    """Reranking on a compatible server."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/rerank")

    def encode(self, request: RerankRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = {name: item for name, item in request.options.items() if item is not None and name not in APART}
        fields = {
            "model": self.endpoint.model,
            "query": request.query,
            "documents": list(request.documents),
            **options,
        }
        return HttpRequest(self._url, encode_body(fields, request.options))

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> RerankResponse | None:
        """Return the order in an answer."""
        return rerank_response(data, self.endpoint.model)

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that an answer reports."""
        return rerank_usage(data)
