"""Bedrock's wire as the engine sees it: URLs, embeddings, and what its errors mean."""

import json
from typing import Any

import pytest

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.converse.wire import WIRE
from genai_sdk.wires.error_body import read_error
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest
from genai_sdk.wires.unsupported import UnsupportedError
from genai_sdk.wires.wire import Endpoint

ROOT = "https://bedrock-runtime.us-east-1.amazonaws.com"
HELLO = ({"role": "user", "content": "Hello!"},)
TITAN, COHERE = "amazon.titan-embed-text-v2:0", "cohere.embed-v4:0"


def codec(operation: Any, model: str) -> Any:
    made = WIRE.codec(operation, Endpoint(adapter="bedrock", model=model, root=ROOT, region="us-east-1"))
    assert made is not None
    return made


def sent(model: str, *, stream: bool = False, **options: Any) -> Any:
    return codec(CHAT, model).encode(ChatRequest(HELLO, options), stream=stream)


def kind(status: int, code: str, text: str) -> str:
    body = json.dumps({"message": text, "__type": code} if code else {"message": text}).encode()
    return WIRE.refusal(status, {"x-amzn-errortype": f"{code}:http://internal/"}, read_error(body, WIRE.words.statuses))


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("us.anthropic.claude-opus-5-5-v1:0", "us.anthropic.claude-opus-5-5-v1%3A0"),
        (
            "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab/c",
            "arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fab%2Fc",
        ),
    ],
)
def test_a_model_is_one_encoded_segment_of_the_path(model: str, path: str) -> None:
    assert sent(model).url == f"{ROOT}/model/{path}/converse"
    assert sent(model, stream=True).url == f"{ROOT}/model/{path}/converse-stream"


def test_a_model_that_cannot_stream_is_asked_for_a_whole_answer() -> None:
    request = sent("ai21.j2-ultra-v1", stream=True)
    assert (request.url.rpartition("/")[2], request.streams) == ("converse", False)


def test_further_fields_of_the_call_come_last() -> None:
    body = json.loads(sent("m.x", extra_body={"guardrailConfig": {"guardrailIdentifier": "g"}}).body)
    assert body["guardrailConfig"] == {"guardrailIdentifier": "g"}


def test_parameters_without_a_place_are_named() -> None:
    chat = codec(CHAT, "us.anthropic.claude-opus-5-5")
    options = {"seed": 1, "stream_options": {"include_obfuscation": True}, "response_format": {"type": "json_object"}}
    names = list(chat.unsupported(ChatRequest(HELLO, options)))
    assert names == ["seed", "response_format", "stream_options"]
    anyway = {"n": 1, "stream_options": {"include_usage": False}}
    assert list(chat.unsupported(ChatRequest(HELLO, anyway))) == []


def test_a_whole_answer_handed_out_as_a_stream_keeps_everything() -> None:
    chat = codec(CHAT, "ai21.j2-ultra-v1")
    data = {
        "output": {"message": {"content": [{"text": "hi"}]}},
        "stopReason": "model_context_window_exceeded",
        "usage": {"inputTokens": 1, "outputTokens": 2},
        "metrics": {"latencyMs": 3},
    }
    response: ChatCompletion = chat.decode(data, {"x-amzn-requestid": "r-1"})
    said, last = chat.chunks(response)
    assert response.id == said.id == "r-1"
    assert (said.text, said.choices[0].finish_reason) == ("hi", "length")
    assert said.choices[0].native_finish_reason == "model_context_window_exceeded"
    assert (last.usage, last.metrics) == (response.usage, {"latencyMs": 3})


def test_titan_embeds_one_text_at_a_time_and_the_answers_are_joined_in_order() -> None:
    titan = codec(EMBEDDING, TITAN)
    parts = titan.split(EmbeddingRequest(["a", "b"], {"dimensions": 256}))
    bodies = [json.loads(titan.encode(part, stream=False).body) for part in parts]
    assert bodies == [{"inputText": "a", "dimensions": 256}, {"inputText": "b", "dimensions": 256}]
    answers = [titan.decode({"embedding": [float(place)], "inputTextTokenCount": 3}, {}) for place in (0, 1)]
    joined = titan.join(answers)
    assert [(item.index, item.embedding) for item in joined.data] == [(0, (0.0,)), (1, (1.0,))]
    assert joined.usage is not None
    assert joined.usage.prompt_tokens == 6


def test_cohere_embeds_ninety_six_at_a_time_in_either_form() -> None:
    cohere = codec(EMBEDDING, COHERE)
    parts = cohere.split(EmbeddingRequest([str(number) for number in range(100)], {"dimensions": 512}))
    assert [len(part.input) for part in parts] == [96, 4]
    body = json.loads(cohere.encode(parts[1], stream=False).body)
    assert body == {"texts": ["96", "97", "98", "99"], "input_type": "search_document", "output_dimension": 512}
    for vectors in ([[1.0], [2.0]], {"float": [[1.0], [2.0]]}):
        answer = cohere.decode({"embeddings": vectors}, {"x-amzn-bedrock-input-token-count": "7"})
        assert [item.embedding for item in answer.data] == [(1.0,), (2.0,)]
        assert answer.usage.prompt_tokens == 7


def test_nova_embeds_in_its_own_form() -> None:
    nova = codec(EMBEDDING, "amazon.nova-2-multimodal-embeddings-v1:0")
    body = json.loads(nova.encode(EmbeddingRequest("a"), stream=False).body)
    assert body["singleEmbeddingParams"]["text"] == {"truncationMode": "NONE", "value": "a"}
    answer = nova.decode({"embeddings": [{"embeddingType": "TEXT", "embedding": [1.0]}]}, {})
    assert [item.embedding for item in answer.data] == [(1.0,)]


def test_embeddings_that_cannot_be_asked_for_are_refused() -> None:
    with pytest.raises(ValueError, match="none of Bedrock's embedding models"):
        codec(EMBEDDING, "meta.llama3-8b-instruct-v1:0").split(EmbeddingRequest("a"))
    with pytest.raises(UnsupportedError, match="one length"):
        codec(EMBEDDING, "amazon.titan-embed-text-v1").encode(EmbeddingRequest("a", {"dimensions": 5}), stream=False)
    not_texts: Any = [5]
    with pytest.raises(ValueError, match="'int'"):
        codec(EMBEDDING, TITAN).encode(EmbeddingRequest(not_texts), stream=False)
    assert codec(EMBEDDING, TITAN).decode({"message": "?"}, {}) is None


REFUSALS = {
    "context_window": [
        (400, "ValidationException", "Input is too long for requested model."),
        (400, "ValidationException", "The model returned the following errors: prompt is too long: 9 > 8"),
    ],
    "content_filter": [
        (
            400,
            "ValidationException",
            "The model returned the following errors: Output blocked by content filtering policy",
        ),
    ],
    "bad_request": [
        (400, "ValidationException", "Malformed input request"),
        (400, "ConflictException", "conflict"),
    ],
    "account": [
        (400, "ServiceQuotaExceededException", "Your account has reached a quota"),
        (402, "", "Payment required"),
        (403, "AccessDeniedException", "Model access is denied: a valid payment instrument must be provided"),
        (429, "ThrottlingException", "Too many tokens per day, please wait before trying again."),
    ],
    "authentication": [
        (403, "UnrecognizedClientException", "The security token included in the request is invalid."),
        (403, "ExpiredTokenException", "The security token included in the request is expired"),
        (403, "InvalidSignatureException", "Signature expired"),
    ],
    "permission": [(403, "AccessDeniedException", "You don't have access to the model with the specified model ID.")],
    "model_not_found": [
        (400, "ValidationException", "The provided model identifier is invalid."),
        (400, "ValidationException", "Invocation of model ID x with on-demand throughput isn\u2019t supported."),
        (404, "ResourceNotFoundException", "Could not resolve the foundation model"),
    ],
    "rate_limit": [
        (429, "ThrottlingException", "Too many requests, please wait before trying again."),
        (429, "ModelNotReadyException", "not ready"),
    ],
    "unavailable": [
        (408, "ModelTimeoutException", "took too long"),
        (424, "ModelErrorException", "failed"),
        (500, "InternalServerException", "unexpected"),
        (503, "ServiceUnavailableException", "unable"),
    ],
}


@pytest.mark.parametrize(
    ("status", "code", "text", "expected"), [(*row, expected) for expected, rows in REFUSALS.items() for row in rows]
)
def test_every_exception_is_a_refusal_of_its_kind(status: int, code: str, text: str, expected: str) -> None:
    assert kind(status, code, text) == expected
    body = json.dumps({"message": text}).encode()
    headers = {"x-amzn-errortype": f"{code}:http://internal.amazon.com/"} if code else {}
    assert WIRE.refusal(status, headers, read_error(body, WIRE.words.statuses)) == expected


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("internalServerException", 500),
        ("modelStreamErrorException", 424),
        ("serviceUnavailableException", 503),
        ("throttlingException", 429),
        ("validationException", 400),
    ],
)
def test_an_exception_in_a_stream_has_the_status_of_its_kind(name: str, status: int) -> None:
    error = WIRE.error_of({"error": {"type": name, "message": "m"}})
    assert error is not None
    assert (error.status, error.text) == (status, "m")
