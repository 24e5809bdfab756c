"""What rerankers answer, whoever serves them: which document, and how relevant. Pure.

Cohere: https://docs.cohere.com/reference/rerank (results, `meta.billed_units`). Jina and vLLM 0.11
(`entrypoints/openai/protocol.py`, RerankResponse): results and usage. Voyage: https://docs.voyageai.com/reference/reranker-api
(`data`). TEI 1.8 and Infinity behind gateways: `score` in place of `relevance_score`.
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.types.rerank import RerankResponse
from genai_sdk.wires.wire import MalformedError


def rerank_response(data: Mapping[str, Any], model: str) -> RerankResponse | None:
    """Return the order in an answer of any of these shapes, the most relevant first; None if there is none.

    Raises:
        MalformedError: A result says neither which document it is nor how relevant.
    """
    results = data.get("results", data.get("data"))
    if not isinstance(results, list):
        return None
    rows = sorted(map(_result, results), key=lambda row: -row["relevance_score"])
    beside = {name: item for name, item in data.items() if name not in ("results", "data", "usage")}
    return RerankResponse.from_dict({"model": model, **beside, "results": rows, "usage": rerank_usage(data)})


def rerank_usage(data: Mapping[str, Any]) -> Usage | None:
    """Return what an answer is billed by: tokens, and with Cohere searches."""
    fields: dict[str, Any] = {}
    usage = data.get("usage")
    if isinstance(usage, Mapping):
        counted = {name: item for name, item in usage.items() if isinstance(item, int)}
        # Jina and Voyage report nothing but a total, which is all prompt.
        fields = {**counted, "prompt_tokens": counted.get("prompt_tokens") or counted.get("total_tokens", 0)}
    meta = data.get("meta")
    billed = meta.get("billed_units") if isinstance(meta, Mapping) else None
    if isinstance(billed, Mapping) and isinstance(billed.get("search_units"), int | float):
        fields["search_units"] = billed["search_units"]
    return Usage.from_dict(fields) if fields else None


def _result(item: Any) -> dict[str, Any]:
    score = item.get("relevance_score", item.get("score")) if isinstance(item, Mapping) else None
    if not isinstance(score, int | float) or not isinstance(item.get("index"), int):
        raise MalformedError("a result without index or score")
    document = item.get("document", item.get("text"))
    if isinstance(document, Mapping):
        document = document.get("text")
    beside = {name: part for name, part in item.items() if name not in ("score", "text")}
    return {**beside, "relevance_score": score, "document": document}
