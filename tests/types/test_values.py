"""Values are frozen, lenient when read, indexable, and keep what they do not know."""

import json

import msgspec
import pydantic
import pytest

from genai_sdk.types import Attempt, CallInfo, ChatCompletion, ChatCompletionChunk, EmbeddingResponse, Usage
from genai_sdk.types.messages import MessagesResponse
from genai_sdk.types.responses import ResponsesResponse

BODY = {
    "id": "c-1",
    "object": "chat.completion",
    "created": 1732000000.7,
    "model": "gpt-4o",
    "system_fingerprint": "fp",
    "choices": [
        {
            "index": None,
            "finish_reason": "stop",
            "logprobs": None,
            "message": {
                "role": "assistant",
                "content": [{"type": "text", "text": "Hello"}, {"type": "text", "text": "!"}],
                "annotations": [{"x": 1}],
            },
        }
    ],
    "usage": {"prompt_tokens": 3.0, "completion_tokens": None, "total_tokens": "3", "queue_time": 0.1},
}


def test_a_sloppy_body_is_read_leniently():
    answer = ChatCompletion.from_dict(BODY)
    assert answer.text == "Hello!"
    assert answer.created == 1732000000
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens) == (3, 0, 3)
    assert answer.choices[0].index == 0


def test_fields_are_items_too_and_unknown_ones_are_kept():
    answer = ChatCompletion.from_dict(BODY)
    assert answer["choices"][0]["message"]["content"] == "Hello!"
    assert answer.system_fingerprint == answer["system_fingerprint"] == "fp"
    assert answer.choices[0].message.annotations == [{"x": 1}]
    assert answer.usage.get("queue_time") == 0.1
    assert answer.get("nothing", 7) == 7
    assert "usage" in answer
    assert dict(answer)["model"] == "gpt-4o"
    with pytest.raises(KeyError):
        answer["nothing"]
    with pytest.raises(AttributeError, match="has no field 'nothing'"):
        _ = answer.nothing


def test_iterating_goes_over_the_keys():
    answer = ChatCompletion.from_dict(BODY)
    assert list(answer) == list(answer.keys()) == list(answer.model_dump())


def test_what_is_known_of_a_call_is_indexable_and_dumped_too():
    attempt = Attempt(connection="a", model="m", status=503, latency=0.1)
    info = CallInfo(connection="a", attempts=(attempt,), response_format=pydantic.BaseModel)
    assert (info["connection"], info.get("nothing"), "model" in info, next(iter(info))) == (
        "a",
        None,
        True,
        "connection",
    )
    assert attempt["status"] == json.loads(info.model_dump_json())["attempts"][0]["status"] == 503
    with pytest.raises(KeyError):
        info["nothing"]


def test_a_value_shows_itself_without_its_defaults():
    assert repr(ChatCompletion.from_dict(BODY)) == (
        "ChatCompletion(id='c-1', created=1732000000, model='gpt-4o', "
        "choices=(Choice(message=Message(content='Hello!', model_extra={'annotations': [{'x': 1}]}), "
        "finish_reason='stop', model_extra={'logprobs': None}),), "
        "usage=Usage(prompt_tokens=3, total_tokens=3, model_extra={'queue_time': 0.1}), "
        "model_extra={'system_fingerprint': 'fp'})"
    )
    assert repr(CallInfo(connection="a")) == "CallInfo(connection='a')"


def test_values_are_frozen():
    with pytest.raises(AttributeError):
        ChatCompletion.from_dict(BODY).model = "other"


def test_a_dump_is_json_and_reads_back_as_the_same_value():
    answer = ChatCompletion.from_dict(BODY)
    dumped = answer.model_dump()
    assert dumped["system_fingerprint"] == "fp"
    assert ChatCompletion.from_dict(json.loads(answer.model_dump_json())) == answer
    assert "completion_tokens_details" not in answer.model_dump(exclude_none=True)["usage"]


def test_a_pydantic_model_can_hold_a_value():
    class Record(pydantic.BaseModel):
        answer: ChatCompletion

    record = Record(answer=BODY)
    assert record.answer.text == "Hello!"
    assert json.loads(record.model_dump_json())["answer"]["id"] == "c-1"
    assert Record(answer=record.answer).answer is record.answer


def test_a_value_can_be_encoded_and_pickled():
    import pickle

    answer = ChatCompletion.from_dict(BODY)
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert json.loads(msgspec.json.encode(answer))["id"] == "c-1"


def test_a_chunk_knows_whether_it_carries_content():
    def chunk(**delta):
        return ChatCompletionChunk.from_dict({"choices": [{"delta": delta}]})

    assert not chunk(role="assistant").has_content
    assert not chunk(content="").has_content
    assert chunk(content="H").has_content
    assert chunk(reasoning_content="hm").has_content
    assert chunk(refusal="no").has_content
    assert chunk(tool_calls=[{"index": 0, "function": {"name": "f"}}]).has_content
    assert not ChatCompletionChunk.from_dict({"choices": [], "usage": {}}).has_content


def test_embeddings_are_read_in_both_encodings():
    answer = EmbeddingResponse.from_dict(
        {
            "data": [{"index": 0, "embedding": [1, 0.5]}, {"index": 1, "embedding": "AAAA"}],
            "usage": {"prompt_tokens": 2},
        }
    )
    assert [one.embedding for one in answer.data] == [(1, 0.5), "AAAA"]
    assert answer.usage == Usage(prompt_tokens=2)


@pytest.mark.parametrize(
    ("kind", "native", "prompt"),
    [
        (ResponsesResponse, {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}, 9),
        (MessagesResponse, {"input_tokens": 4, "cache_read_input_tokens": 5, "output_tokens": 2}, 9),
    ],
)
def test_tokens_in_a_vendor_s_words_are_read_again_from_what_they_are_dumped_as(kind, native, prompt):
    usage = kind.from_dict(kind.from_dict({"usage": native}).model_dump()).usage
    assert usage.model_dump() == native
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (prompt, 2, prompt + 2)
    assert (usage.input_tokens, usage.output_tokens) == (native["input_tokens"], 2)
