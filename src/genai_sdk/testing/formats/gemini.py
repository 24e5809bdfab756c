"""Google's generateContent and embeddings, spoken by google-ai-studio and google-vertex-ai.

Shapes: ai.google.dev/api/generate-content and /api/embeddings; cloud.google.com/vertex-ai (text embeddings, predict).
"""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from genai_sdk.testing.answer import Answer, Frame, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request, Tool, WrongRequestError, last_of, text_of
from genai_sdk.testing.formats.audio import pcm
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.formats.images import base64_png, png
from genai_sdk.testing.turn import Turn, vector, words

FINISH_REASONS = {"stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY"}

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""google.rpc.Code by HTTP status (google/rpc/code.proto)."""

_THINKER = re.compile(r"gemini-[3-9]")
"""Models whose calls of tools have ids and signatures."""

_NEWLINE = b"\r\n"  # Google's events end in CR LF


def model_of(matched: re.Match[str]) -> str:
    """Return the model in the path, or an empty string."""
    return unquote(matched.groupdict().get("model") or "")


def _body(request: Request) -> dict[str, Any]:
    body = request.json()
    if not isinstance(body, dict):
        raise WrongRequestError("Invalid JSON payload received.")
    return body


def _either(data: Mapping[str, Any], *names: str) -> Any:
    """Return the first field there is: Google takes lowerCamelCase and snake_case."""
    return next((data[name] for name in names if data.get(name)), None)


def read(request: Request, matched: re.Match[str]) -> Call:
    """Read a request to generate content."""
    body = _body(request)
    contents = body.get("contents")
    if not contents:
        raise WrongRequestError("* GenerateContentRequest.contents: contents is not specified")
    contents = contents if isinstance(contents, list) else [contents]
    if _THINKER.search(model_of(matched)):
        _check_calls(contents)
    config = _either(body, "generationConfig", "generation_config") or {}
    tools = list(_tools(body.get("tools") or ()))
    return Call(
        operation=_operation(_either(config, "responseModalities", "response_modalities") or (), contents),
        model=model_of(matched),
        body=body,
        stream=matched["verb"].startswith("stream") and request.query.get("alt") == "sse",
        texts=[text_of(_either(body, "systemInstruction", "system_instruction")), *map(text_of, contents)],
        last=last_of(contents),
        tools=tools,
        forced=_forced(_either(body, "toolConfig", "tool_config") or {}, tools),
        schema=_schema(config),
    )


def _operation(modalities: Sequence[str], contents: Sequence[Any]) -> str:
    """Return what a request is in the words of OpenAI's endpoints: Google has one method for all."""
    if "AUDIO" in modalities:
        return "speech"
    if "IMAGE" not in modalities:
        return "chat"
    return "image_edit" if _media_parts(contents) else "image_generation"


def _media_parts(contents: Sequence[Any]) -> list[Any]:
    parts = [part for content in contents for part in content.get("parts") or ()]
    return [item for part in parts if (item := _either(part, "inlineData", "inline_data"))]


def _check_calls(contents: Sequence[Mapping[str, Any]]) -> None:
    """Refuse calls of tools that came back without what belongs to them, as Gemini 3 does.

    ai.google.dev/gemini-api/docs/thought-signatures: the first call of a step has a signature; the results of calls
    with ids have the same ones.
    """
    ids: list[Any] = []
    for content in contents:
        parts = content.get("parts") or ()
        calls = [part for part in parts if _either(part, "functionCall", "function_call")]
        results = [item for part in parts if (item := _either(part, "functionResponse", "function_response"))]
        if calls and not any(_either(part, "thoughtSignature", "thought_signature") for part in calls[:1]):
            name = _either(calls[0], "functionCall", "function_call").get("name")
            raise WrongRequestError(
                f"Function call is missing a thought_signature in functionCall parts. Additional data, function call "
                f"`default_api:{name}`, position 2."
            )
        if results and ids != [item.get("id") for item in results]:
            raise WrongRequestError(
                "Please ensure that the number of function response parts is equal to the number of function call "
                "parts of the function call turn."
            )
        ids = [_either(part, "functionCall", "function_call").get("id") for part in calls]


def _tools(tools: Sequence[Mapping[str, Any]]) -> Iterator[Tool]:
    for tool in tools:
        for item in _either(tool, "functionDeclarations", "function_declarations") or ():
            schema = _either(item, "parameters", "parametersJsonSchema", "parameters_json_schema")
            yield Tool(str(item.get("name", "")), schema or {})


def _forced(config: Mapping[str, Any], tools: Sequence[Tool]) -> str | None:
    calling = _either(config, "functionCallingConfig", "function_calling_config") or {}
    allowed = _either(calling, "allowedFunctionNames", "allowed_function_names") or [tool.name for tool in tools]
    return str(allowed[0]) if calling.get("mode") == "ANY" and allowed else None


def _schema(config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if _either(config, "responseMimeType", "response_mime_type") != "application/json":
        return None
    schema = _either(config, "responseSchema", "response_schema", "responseJsonSchema", "response_json_schema")
    return dict(schema or {})


def write(call: Call, turn: Turn) -> Answer:
    """Write generated content."""
    if call.stream:
        return sse_answer(list(_frames(call, turn)))
    return json_answer(_response(call, turn, list(_parts(call, turn, whole=True)), ended=True))


def write_array(call: Call, turn: Turn) -> Answer:
    """Write a stream, as events or (without `alt=sse`) as the JSON array that Google sends then."""
    if call.stream:
        return write(call, turn)
    return json_answer([json.loads(frame.data.partition(b": ")[2]) for frame in _frames(call, turn)])


def _frames(call: Call, turn: Turn) -> Iterator[Frame]:
    for part in _parts(call, turn, whole=False):
        yield sse(_response(call, turn, [part], ended=False), content=True, newline=_NEWLINE)
    yield sse(_response(call, turn, [{"text": ""}], ended=True), end=True, newline=_NEWLINE)


def _parts(call: Call, turn: Turn, *, whole: bool) -> Iterator[dict[str, Any]]:
    """Yield the parts of the content: whole ones, or one for each piece of a stream."""
    if call.operation != "chat":
        yield from _made(call, whole=whole)
        return
    if turn.reasoning is not None:
        pieces = [turn.reasoning] if whole else words(turn.reasoning)
        yield from ({"text": piece, "thought": True} for piece in pieces)
    text = turn.text or turn.refusal or ""
    if text:
        streamed = turn.pieces if turn.text else words(text)
        yield from ({"text": piece} for piece in ([text] if whole else streamed))
    thinks = _THINKER.search(call.model) is not None
    for place, tool in enumerate(turn.tools):
        made: dict[str, Any] = {"name": tool.name, "args": tool.arguments}
        part: dict[str, Any] = {"functionCall": {**made, "id": f"{turn.id}-{place}"} if thinks else made}
        if thinks and place == 0:
            part["thoughtSignature"] = base64.b64encode(f"thought of {turn.id}".encode()).decode()
        yield part


def _made(call: Call, *, whole: bool) -> Iterator[dict[str, Any]]:
    """Yield bare samples of sound, or a picture of the prompt and of how many pictures came with it."""
    if call.operation == "speech":
        samples = pcm(call.last)
        size = len(samples) if whole else 4096
        for at in range(0, len(samples), size):
            yield _inline("audio/L16;codec=pcm;rate=24000", samples[at : at + size])
        return
    contents = call.body["contents"]
    media = _media_parts(contents if isinstance(contents, list) else [contents])
    yield _inline("image/png", png(f"{call.last} ({len(media)})" if media else call.last))


def _inline(kind: str, data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": kind, "data": base64.b64encode(data).decode()}}


def _response(call: Call, turn: Turn, parts: Sequence[Any], *, ended: bool) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"parts": parts, "role": "model"}, "index": 0}
    if ended:
        reason = "SAFETY" if turn.refusal is not None else FINISH_REASONS[turn.finish]
        candidate["finishReason"] = reason
    return {
        "candidates": [candidate],
        "usageMetadata": _usage(call, turn) if ended else prompt_usage(turn.tokens.prompt),
        "modelVersion": call.model,
        "responseId": call.request_id,
    }


def prompt_usage(prompt: int) -> dict[str, Any]:
    """Return the usage of an answer that has no candidate's tokens (yet)."""
    details = [{"modality": "TEXT", "tokenCount": prompt}]
    return {"promptTokenCount": prompt, "totalTokenCount": prompt, "promptTokensDetails": details}


def _usage(call: Call, turn: Turn) -> dict[str, Any]:
    tokens = turn.tokens
    if call.operation != "chat":
        made, kind = (10, "AUDIO") if call.operation == "speech" else (1290, "IMAGE")
        return prompt_usage(tokens.prompt) | {
            "candidatesTokenCount": made,
            "candidatesTokensDetails": [{"modality": kind, "tokenCount": made}],
            "totalTokenCount": tokens.prompt + made,
        }
    usage = prompt_usage(tokens.prompt) | {
        "candidatesTokenCount": tokens.completion - tokens.reasoning,
        "totalTokenCount": tokens.prompt + tokens.completion,
    }
    if tokens.reasoning:
        usage["thoughtsTokenCount"] = tokens.reasoning
    if tokens.cached:
        usage["cachedContentTokenCount"] = tokens.cached
    return usage


def error_body(status: int, text: str, details: Sequence[Any] = ()) -> dict[str, Any]:
    """Return an error as Google puts it."""
    word = STATUSES.get(status, "INTERNAL" if status >= 500 else "INVALID_ARGUMENT")
    inner: dict[str, Any] = {"code": status, "message": text, "status": word}
    return {"error": {**inner, "details": list(details)} if details else inner}


def error(words: Words) -> Frame:
    """Write an error in the middle of a stream."""
    return sse(error_body(words.status, words.message), newline=_NEWLINE)


def _embedding(model: str, body: Mapping[str, Any], texts: Sequence[str], dimensions: Any) -> Call:
    return Call(operation="embedding", model=model, body=body, texts=texts, dimensions=dimensions)


def _read_embed(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request)
    return _embedding(model_of(matched), body, [text_of(body.get("content"))], _dimensions(body))


def _dimensions(data: Mapping[str, Any]) -> Any:
    """Return the length asked for; Vertex AI has it in a configuration."""
    return _either({**data, **(data.get("embedContentConfig") or {})}, "outputDimensionality", "output_dimensionality")


def _write_embed(call: Call, turn: Turn) -> Answer:
    return json_answer({"embedding": {"values": vector(call.texts[0], call.dimensions)}, **_embedded(call)})


def _read_batch(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request)
    several = body.get("requests") or [{}]
    texts = [text_of(item.get("content")) for item in several]
    return _embedding(model_of(matched), body, texts, _dimensions(several[0]))


def _write_batch(call: Call, turn: Turn) -> Answer:
    vectors = [{"values": vector(text, call.dimensions)} for text in call.texts]
    return json_answer({"embeddings": vectors, **_embedded(call)})


def _embedded(call: Call) -> dict[str, Any]:
    return {"usageMetadata": {"promptTokenCount": sum(len(text.split()) for text in call.texts)}}


def _read_predict(request: Request, matched: re.Match[str]) -> Call:
    body = _body(request)
    instances = body.get("instances") or [{}]
    if "prompt" in instances[0]:
        prompt = str(instances[0]["prompt"])
        number = int((body.get("parameters") or {}).get("sampleCount") or 1)
        return Call(
            operation="image_generation",
            model=model_of(matched),
            body=body,
            texts=[prompt],
            last=prompt,
            count=number,
        )
    dimensions = (body.get("parameters") or {}).get("outputDimensionality")
    return _embedding(model_of(matched), body, [text_of(item) for item in body.get("instances") or ()], dimensions)


def _write_predict(call: Call, turn: Turn) -> Answer:
    if call.operation == "image_generation":
        several = [call.last if place == 0 else f"{call.last} {place}" for place in range(call.count)]
        return json_answer(
            {"predictions": [{"mimeType": "image/png", "bytesBase64Encoded": base64_png(text)} for text in several]}
        )
    predictions = [
        {
            "embeddings": {
                "values": vector(text, call.dimensions),
                "statistics": {"truncated": False, "token_count": len(text.split())},
            }
        }
        for text in call.texts
    ]
    return json_answer({"predictions": predictions, "metadata": {"billableCharacterCount": sum(map(len, call.texts))}})


GENERATE = Codec(read, write, error)
STREAM = Codec(read, write_array, error)
EMBED = Codec(_read_embed, _write_embed)
BATCH_EMBED = Codec(_read_batch, _write_batch)
PREDICT = Codec(_read_predict, _write_predict)
