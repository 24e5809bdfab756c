"""Bedrock's InvokeModel: each vendor's own format; here Titan's and Cohere's embeddings, and Anthropic's messages.

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
from genai_sdk.testing.turn import Turn, vector

_MESSAGES = messages.versioned(messages.MESSAGES)


def _read(request: Request, matched: re.Match[str]) -> Call:
    body = request.json()
    match body:
        case {"inputText": str(text)}:
            return _embedding(matched, body, [text], body.get("dimensions"))
        case {"texts": list(texts)}:
            return _embedding(matched, body, texts, body.get("output_dimension"))
        case {"messages": _}:
            return _MESSAGES.read(request, matched)
        case _:
            raise WrongRequestError


def _embedding(matched: re.Match[str], body: dict[str, Any], texts: list[str], dimensions: Any) -> Call:
    model = unquote(matched["model"])
    return Call(operation="embedding", model=model, body=body, texts=texts, dimensions=dimensions)


def _write(call: Call, turn: Turn) -> Answer:
    counted = {"x-amzn-bedrock-input-token-count": str(turn.tokens.prompt)}
    if call.operation == "chat":
        return json_answer(messages.message(call, turn), headers=counted)
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
