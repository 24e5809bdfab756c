"""OpenAI's wire, by itself: what is sent and what is read, without a server."""

import json
from typing import Any

import pytest

from genai_sdk.types import ChatCompletion
from genai_sdk.wires.openai import WIRE
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest, Operation
from genai_sdk.wires.unsupported import JSON_OBJECT, unsupported
from genai_sdk.wires.wire import Codec, Endpoint, UnencodableError

ROOT = "https://api.openai.com/v1"
HELLO = [{"role": "user", "content": "Hello!"}]


def codec(operation: Operation[Any, Any, Any] = CHAT, **facts: Any) -> Codec[Any, Any, Any]:
    found = WIRE.codec(operation, Endpoint(**{"adapter": "openai", "model": "gpt-4o", "root": ROOT, **facts}))
    assert found is not None
    return found


def sent(request: Any, operation: Operation[Any, Any, Any] = CHAT, *, stream: bool = False, **facts: Any) -> Any:
    made = codec(operation, **facts).encode(request, stream=stream)
    assert isinstance(made.body, bytes)
    return made.url, json.loads(made.body)


def test_a_chat_call_goes_out_with_its_parameters_and_without_what_was_not_given() -> None:
    request = ChatRequest(
        HELLO, {"temperature": 0.5, "seed": None, "extra_headers": {"x": "y"}, "extra_body": {"a": 1}}
    )
    assert sent(request) == (
        f"{ROOT}/chat/completions",
        {"model": "gpt-4o", "messages": HELLO, "temperature": 0.5, "a": 1},
    )


def test_a_stream_reports_its_usage_wherever_the_wire_asks_for_that() -> None:
    _, chat = sent(ChatRequest(HELLO, {"stream_options": {"include_obfuscation": False}}), stream=True)
    assert chat["stream_options"] == {"include_obfuscation": False, "include_usage": True}
    _, response = sent(ChatRequest(HELLO), stream=True, use_responses_api=True)
    assert (response["stream"], "stream_options" in response) == (True, False)
    assert codec().encode(ChatRequest(HELLO), stream=True).streams


def test_embeddings_are_asked_for_one_text_as_for_several() -> None:
    assert sent(EmbeddingRequest("one", {"dimensions": 8}), EMBEDDING) == (
        f"{ROOT}/embeddings",
        {"model": "gpt-4o", "input": ["one"], "dimensions": 8, "encoding_format": "base64"},
    )
    assert sent(EmbeddingRequest(["one", "two"]), EMBEDDING)[1]["input"] == ["one", "two"]


def test_what_the_responses_api_has_no_place_for_is_named() -> None:
    request = ChatRequest(HELLO, {"seed": 1, "n": 1, "stop": ["x"], "temperature": 1})
    assert list(codec(use_responses_api=True).unsupported(request)) == ["seed", "stop"]
    assert not codec().unsupported(request)


def test_json_without_a_schema_is_a_parameter_like_others() -> None:
    options = {"response_format": {"type": "json_object"}, "logprobs": False, "top_k": 3}
    assert unsupported({"logprobs", "top_k", JSON_OBJECT}, options) == {
        "top_k": "on this provider's wire",
        "response_format": "of the type json_object on this provider's wire",
    }


@pytest.mark.parametrize("facts", [{}, {"use_responses_api": True}])
def test_messages_out_of_shape_are_refused_by_the_codec(facts: dict[str, Any]) -> None:
    with pytest.raises(UnencodableError, match="not in OpenAI's shape"):
        codec(**facts).encode(ChatRequest([{"role": "user", "content": [{"type": "image_url"}]}]), stream=False)


def test_a_whole_answer_can_be_given_as_a_stream() -> None:
    message = {"role": "assistant", "content": "Hi.", "tool_calls": [{"id": "c", "function": {"name": "f"}}]}
    answer = codec().decode(
        {"id": "a", "choices": [{"message": message, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3}}, {}
    )
    assert isinstance(answer, ChatCompletion)
    said, usage = codec().chunks(answer)
    assert (said.text, said.choices[0].finish_reason) == ("Hi.", "tool_calls")
    assert (usage.choices, usage.usage.prompt_tokens) == ((), 3)


def test_a_parser_brings_usage_last_and_tells_when_nothing_is_missing() -> None:
    parser = codec().parser()
    first = parser.read({"choices": [{"delta": {"content": "Hi"}}], "usage": {"prompt_tokens": 1}})
    assert (first.text, first.usage, parser.finished) == ("Hi", None, False)
    assert parser.read({"choices": [{"delta": {}}]}) is None
    assert parser.read({"choices": [{"delta": {}, "finish_reason": "stop"}]}) is not None
    assert (parser.finished, parser.whole) == (True, True)
    assert [chunk.usage.prompt_tokens for chunk in parser.end()] == [1]


def test_a_call_of_a_tool_without_an_id_gets_one_of_its_own() -> None:
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    answer = codec().decode({"choices": [{"message": {"tool_calls": [call, call]}}]}, {})
    one, two = answer.choices[0].message.tool_calls
    assert one.id != two.id
    assert (one.function.arguments, two.id[:5]) == ('{"a":1}', "call_")
