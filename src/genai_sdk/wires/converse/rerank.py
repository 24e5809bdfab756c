"""Reranking over InvokeModel, in Cohere's shape.

docs.aws.amazon.com/bedrock/latest/userguide/model-card-cohere-rerank-3-5 (whose body wants `api_version` 2) and
.../rerank-supported (Amazon's own, which has the same shape without it).
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from genai_sdk.types import Usage
from genai_sdk.types.rerank import RerankResponse
from genai_sdk.wires.converse.models import base_id
from genai_sdk.wires.operations import RerankRequest
from genai_sdk.wires.ranking import rerank_response
from genai_sdk.wires.values import encode
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest

_VERSIONS: Mapping[str, Mapping[str, Any]] = {r"cohere\.rerank": {"api_version": 2}, r"amazon\.rerank": {}}


def reranks(model: str) -> bool:
    """Tell whether a model reranks."""
    return any(re.match(pattern, base_id(model)) for pattern in _VERSIONS)


class RerankCodec(Codec[RerankRequest, RerankResponse, None]):
    """Cohere's and Amazon's models."""

    lacks = frozenset({"max_chunks_per_doc", "return_documents"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = f"{endpoint.root}/model/{quote(endpoint.model, safe='')}/invoke"
        name = base_id(endpoint.model)
        self._version = next((row for pattern, row in _VERSIONS.items() if re.match(pattern, name)), {})

    def encode(self, request: RerankRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = {
            name: item
            for name, item in request.options.items()
            if item is not None and name not in ("extra_body", "extra_headers", "return_documents")
        }
        fields = {"query": request.query, "documents": list(request.documents), **self._version, **options}
        return HttpRequest(self._url, encode({**fields, **(request.options.get("extra_body") or {})}))

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> RerankResponse | None:
        """Return the order in an answer."""
        return rerank_response(data, self.endpoint.model)

    def usage(self, _data: Any, /) -> Usage | None:
        """Return nothing: Bedrock bills by the query."""
        return None
