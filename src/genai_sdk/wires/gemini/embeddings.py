"""Embeddings on Google's three ways: batchEmbedContents of the Gemini API, and embedContent and predict of Vertex AI.

Which of Vertex AI's a model has is google-genai's rule (3.6.1, `Models.embed_content`).
"""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import EmbeddingResponse
from genai_sdk.wires.gemini.request import encoded, merged
from genai_sdk.wires.operation import EmbeddingRequest
from genai_sdk.wires.wire import MalformedError

LACKS = frozenset({"encoding_format", "user"})
"""The parameters of embeddings that Google has no place for."""

MOST_BATCHED = 100
"""Texts in one batchEmbedContents (https://ai.google.dev/api/embeddings)."""
MOST_PREDICTED = 250
"""Texts in one predict (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/embeddings/get-text-embeddings)."""

# Of EmbedContentConfig: what belongs to each text and not to the request.
_OF_A_TEXT: Mapping[str, str] = {
    "task_type": "taskType",
    "taskType": "taskType",
    "title": "title",
    "output_dimensionality": "outputDimensionality",
    "outputDimensionality": "outputDimensionality",
    "auto_truncate": "autoTruncate",
    "autoTruncate": "autoTruncate",
}


def batch_body(request: EmbeddingRequest, model: str) -> bytes:
    """Return the body of the Gemini API's batchEmbedContents."""
    config, extra = _config(request)
    requests = [{"model": model, "content": _content(text), **config} for text in _texts(request)]
    return encoded(merged({"requests": requests}, extra))


def contents_body(request: EmbeddingRequest) -> bytes:
    """Return the body of Vertex AI's embedContent for one text, or of its batchEmbedContents for several."""
    config, extra = _config(request)
    own = {"embedContentConfig": config} if config else {}
    texts = _texts(request)
    if len(texts) == 1:
        return encoded(merged({"content": _content(texts[0]), **own}, extra))
    return encoded(merged({"requests": [{"content": _content(text), **own} for text in texts]}, extra))


def predict_body(request: EmbeddingRequest) -> bytes:
    """Return the body of Vertex AI's predict."""
    config, extra = _config(request)
    task = {"task_type": config["taskType"]} if "taskType" in config else {}
    title = {"title": config["title"]} if "title" in config else {}
    body: dict[str, Any] = {"instances": [{"content": text, **task, **title} for text in _texts(request)]}
    parameters = {name: config[name] for name in ("outputDimensionality", "autoTruncate") if name in config}
    if parameters:
        body["parameters"] = parameters
    return encoded(merged(body, extra))


def embeddings_of(data: Mapping[str, Any], model: str) -> EmbeddingResponse | None:
    """Return the embeddings of any of these answers, in the order of the texts; None if there are none.

    Raises:
        MalformedError: An embedding has no values.
    """
    if "predictions" in data:
        vectors = [item.get("embeddings") for item in data["predictions"]]
    elif "embedding" in data:
        vectors = [data["embedding"]]
    else:
        vectors = data.get("embeddings") or []
    if not vectors:
        return None
    if not all(isinstance(item, Mapping) and item.get("values") for item in vectors):
        raise MalformedError("an embedding without values")
    rows = [{"index": index, "embedding": tuple(item["values"]), **_beside(item)} for index, item in enumerate(vectors)]
    counted = sum(int((item.get("statistics") or {}).get("token_count") or 0) for item in vectors)
    tokens = int((data.get("usageMetadata") or {}).get("promptTokenCount") or counted)
    fields: dict[str, Any] = {"model": model, "data": rows}
    if tokens:
        fields["usage"] = {"prompt_tokens": tokens, "total_tokens": tokens}
    fields.update({name: data[name] for name in ("metadata", "truncated") if data.get(name)})
    return EmbeddingResponse.from_dict(fields)


def _texts(request: EmbeddingRequest) -> list[str]:
    return [str(request.input)] if isinstance(request.input, str) else [str(text) for text in request.input]


def _content(text: str) -> dict[str, Any]:
    return {"parts": [{"text": text}]}


def _config(request: EmbeddingRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is said of each text, and what is left of the call's own fields."""
    extra = dict(request.options.get("extra_body") or {})
    config = {name: extra.pop(key) for key, name in _OF_A_TEXT.items() if key in extra}
    if request.options.get("dimensions") is not None:
        config["outputDimensionality"] = request.options["dimensions"]
    return config, extra


def _beside(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"statistics": item["statistics"]} if item.get("statistics") else {}
