"""Text completions and moderations, spoken by openai and azure, and reranking as compatible servers have it.

Shapes: platform.openai.com/docs/api-reference (completions, moderations), docs.cohere.com/reference/rerank, jina.ai.
"""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.chat import error, usage
from genai_sdk.testing.formats.codec import CREATED, Codec
from genai_sdk.testing.turn import Turn

_CATEGORIES = ("harassment", "hate", "illicit", "self-harm", "sexual", "violence")


def _body(request: Request, *required: str) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("We could not parse the JSON body of your request.")
    for name in required:
        if not body.get(name):
            raise WrongRequestError(f"Missing required parameter: '{name}'.")
    return body


def _model(matched: re.Match[str], body: dict[str, Any]) -> str:
    return unquote(matched.groupdict().get("model") or "") or str(body.get("model") or "")


def _texts(given: Any) -> list[str]:
    items = given if isinstance(given, list) else [given]
    return [item if isinstance(item, str) else str(item.get("text") or "") for item in items]


def _read_text(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request, "prompt")
    texts = _texts(body["prompt"])
    return Call(
        operation="text_completion",
        model=_model(matched, body),
        body=body,
        stream=bool(body.get("stream")),
        texts=texts,
        last=texts[-1],
        count=int(body.get("n") or 1) * len(texts),
    )


def _write_text(call: Call, turn: Turn) -> Answer:
    head = {"id": f"cmpl-{turn.id}", "object": "text_completion", "created": CREATED, "model": call.model}

    def choice(index: int, text: str, finish: str | None) -> dict[str, Any]:
        return {"index": index, "text": text, "logprobs": None, "finish_reason": finish}

    if not call.stream:
        choices = [choice(index, turn.text, turn.finish) for index in range(call.count)]
        return json_answer({**head, "choices": choices, "usage": usage(turn.tokens)})
    frames = [
        sse({**head, "choices": [choice(index, piece, None)]}, content=True)
        for index in range(call.count)
        for piece in turn.pieces
    ]
    frames += [sse({**head, "choices": [choice(index, "", turn.finish)]}, end=True) for index in range(call.count)]
    if (call.body.get("stream_options") or {}).get("include_usage"):
        frames.append(sse({**head, "choices": [], "usage": usage(turn.tokens)}, end=True))
    return sse_answer([*frames, sse("[DONE]", end=True)])


def _read_moderation(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request, "input")
    texts = _texts(body["input"])
    return Call(operation="moderation", model=_model(matched, body), body=body, texts=texts, last=texts[-1])


def _write_moderation(call: Call, turn: Turn) -> Answer:
    several = call.body["input"] if isinstance(call.body["input"], list) else [call.body["input"]]
    # Parts are one input, texts are one each (platform.openai.com/docs/guides/moderation).
    texts = call.texts if all(isinstance(item, str) for item in several) else [" ".join(call.texts)]
    return json_answer({"id": f"modr-{turn.id}", "model": call.model, "results": [_judgement(text) for text in texts]})


def _judgement(text: str) -> dict[str, Any]:
    found = [name for name in _CATEGORIES if name in text.lower()]
    return {
        "flagged": bool(found),
        "categories": {name: name in found for name in _CATEGORIES},
        "category_scores": {name: 0.9 if name in found else 0.001 for name in _CATEGORIES},
        "category_applied_input_types": {name: ["text"] for name in _CATEGORIES},
    }


def ranked(query: str, documents: Sequence[str], most: int | None) -> list[tuple[int, float]]:
    """Return documents by the share of the query's words that they have, the best first: index and score."""
    wanted = set(query.lower().split())
    scores = [(place, len(wanted & set(text.lower().split())) / len(wanted)) for place, text in enumerate(documents)]
    return sorted(scores, key=lambda pair: -pair[1])[:most]


def _read_rerank(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request, "query", "documents")
    documents = _texts(body["documents"])
    return Call(operation="rerank", model=_model(matched, body), body=body, texts=documents, last=str(body["query"]))


def _write_rerank(call: Call, turn: Turn) -> Answer:
    results = [
        {"index": index, "relevance_score": score}
        | ({"document": {"text": call.texts[index]}} if call.body.get("return_documents") else {})
        for index, score in ranked(call.last, call.texts, call.body.get("top_n"))
    ]
    data: dict[str, Any] = {"id": turn.id, "results": results}
    if call.model.startswith("rerank-"):  # Cohere's names
        return json_answer({**data, "meta": {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}})
    return json_answer({**data, "model": call.model, "usage": {"total_tokens": turn.tokens.prompt}})


TEXT = Codec(_read_text, _write_text, error)
MODERATION = Codec(_read_moderation, _write_moderation)
RERANK = Codec(_read_rerank, _write_rerank)
