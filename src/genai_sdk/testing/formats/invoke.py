"""Bedrock's InvokeModel: each vendor's own format; here embeddings, pictures, reranking, and Anthropic's messages.

docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
"""

import base64
import re
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, dump, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats import converse, messages
from genai_sdk.testing.formats.codec import Codec
from genai_sdk.testing.formats.images import base64_png
from genai_sdk.testing.formats.texts import ranked
from genai_sdk.testing.turn import Turn, vector

_MESSAGES = messages.versioned(messages.MESSAGES)


def _read(request: Request, matched: re.Match[str]) -> Call:
    body = request.json()
    match body:
        case {"inputText": str(text)}:
            return _embedding(matched, body, [text], body.get("dimensions"))
        case {"texts": list(texts)}:
            return _embedding(matched, body, texts, body.get("output_dimension"))
        case {"query": str(query), "documents": list(documents)}:
            model = unquote(matched["model"])
            if "cohere" in model and body.get("api_version") != 2:
                raise WrongRequestError("Malformed input request: #/api_version: 1 is not greater or equal to 2")
            return Call(operation="rerank", model=model, body=body, texts=documents, last=query)
        case {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": str(prompt)}}:
            return _picture(matched, body, prompt)
        case {"taskType": "IMAGE_VARIATION", "imageVariationParams": {"text": str(prompt), "images": list(images)}}:
            return _picture(matched, body, f"{prompt} ({len(images)})", "image_edit")
        case {"prompt": str(prompt)} if "stability." in unquote(matched["model"]):
            return _picture(matched, body, prompt)
        case {"messages": _}:
            return _MESSAGES.read(request, matched)
        case _:
            raise WrongRequestError


def _picture(matched: re.Match[str], body: dict[str, Any], prompt: str, operation: str = "image_generation") -> Call:
    number = int((body.get("imageGenerationConfig") or {}).get("numberOfImages") or 1)
    return Call(
        operation=operation, model=unquote(matched["model"]), body=body, texts=[prompt], last=prompt, count=number
    )


def _embedding(matched: re.Match[str], body: dict[str, Any], texts: list[str], dimensions: Any) -> Call:
    model = unquote(matched["model"])
    return Call(operation="embedding", model=model, body=body, texts=texts, dimensions=dimensions)


def _write(call: Call, turn: Turn) -> Answer:
    counted = {"x-amzn-bedrock-input-token-count": str(turn.tokens.prompt)}
    if call.operation == "chat":
        return json_answer(messages.message(call, turn), headers=counted)
    if call.operation == "rerank":
        rows = ranked(call.last, call.texts, call.body.get("top_n"))
        return json_answer({"results": [{"index": index, "relevance_score": score} for index, score in rows]})
    if call.operation.startswith("image"):
        images = [base64_png(call.last if place == 0 else f"{call.last} {place}") for place in range(call.count)]
        stable = {"seeds": [7], "finish_reasons": [None]} if "taskType" not in call.body else {}
        return json_answer({"images": images, **stable})
    vectors = [vector(text, call.dimensions) for text in call.texts]
    if "inputText" in call.body:
        by_type = {"float": vectors[0]}
        data = {"embedding": vectors[0], "embeddingsByType": by_type, "inputTextTokenCount": turn.tokens.prompt}
        return json_answer(data, headers=counted)
    typed = bool(call.body.get("embedding_types"))
    data = {
        "id": turn.id,
        "texts": call.texts,
        "embeddings": {"float": vectors} if typed else vectors,
        "response_type": "embeddings_by_type" if typed else "embeddings_floats",
    }
    return json_answer(data, headers=counted)


def _write_stream(call: Call, turn: Turn) -> Answer:
    frames = [
        converse.event("chunk", {"bytes": base64.b64encode(dump(event)).decode()}, content, end)
        for event, content, end in messages.events(call, turn)
    ]
    return converse.stream_answer(frames)


INVOKE = Codec(_read, _write)
INVOKE_STREAM = messages.streamed(Codec(_MESSAGES.read, _write_stream, converse.error))
