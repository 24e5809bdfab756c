"""The same calls through both drivers: the same request on the wire, and the same answer field by field.

Where they are meant to differ is listed here and in docs/decisions/0006-direct-driver.md, and tested apart.
"""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests.drivers.pair import Pair, same
from tests.drivers.stage import HELLO, Face, Messages, Stage
from tests.drivers.test_wires import IMAGE, SCHEMA, WEATHER

from genai_sdk.drivers.engine import Engine
from genai_sdk.drivers.litellm import LiteLLMDriver
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.testing import BadRequest, ContentFilter, ContextWindow, ErrorInStream, NotFound, Reply, Status, Step

NAMES = ["openai", "responses", "azure", "azure v1"]
EVERY = pytest.mark.parametrize("name", NAMES)
BOTH = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@pytest.fixture(params=["sync", "async"])
def pair(request: pytest.FixtureRequest, stage: Stage, _litellm: None) -> Iterator[Pair]:
    """The litellm driver and the direct one; a test runs on both faces."""
    sync, async_ = SyncTransport(), AsyncTransport()
    drivers = LiteLLMDriver(sync, async_), Engine(sync, async_)
    yield Pair(stage, *(Face(driver, is_async=request.param == "async") for driver in drivers))
    sync.close()
    async_.close()


CALLS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "numbers": {"temperature": 0.3, "top_p": 0.4, "max_tokens": 77, "user": "somebody"},
    "the other bound": {"max_completion_tokens": 77, "max_tokens": 77},
    "tools": {"tools": [WEATHER]},
    "a choice": {"tools": [WEATHER], "tool_choice": "auto", "parallel_tool_calls": False},
    "a forced tool": {"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "weather"}}},
    "a schema": {"response_format": SCHEMA},
    "any JSON": {"response_format": {"type": "json_object"}},
    "text": {"response_format": {"type": "text"}, "verbosity": "low"},
    "a schema and verbosity": {"response_format": SCHEMA, "verbosity": "low"},
    "reasoning": {"reasoning_effort": "low"},
    "search": {"web_search_options": {"search_context_size": "low"}},
    "search and tools": {"tools": [WEATHER], "web_search_options": {}},
    "storage": {"store": True, "safety_identifier": "s", "service_tier": "flex", "prompt_cache_key": "k"},
    "retention": {"prompt_cache_retention": "24h"},
    "what is always so": {"n": 1, "logprobs": False, "presence_penalty": 0, "frequency_penalty": 0.0, "stop": None},
    "options of a stream": {"stream_options": {"include_usage": False, "include_obfuscation": False}},
    "more": {"extra_body": {"custom": {"a": [None]}, "temperature": 0.9}, "extra_headers": {"X-Call": "7"}},
    "what has no place": {"seed": 3, "stop": ["a"], "logprobs": True},
}
CHAT_CALLS = {
    "choices": {"n": 2, "seed": 3, "stop": ["a"], "logit_bias": {"5": 1}, "logprobs": True, "top_logprobs": 2},
    "other vendors'": {"top_k": 5, "thinking": {"type": "enabled"}, "safety_settings": []},
}


@EVERY
@BOTH
@pytest.mark.parametrize("call", list(CALLS))
def test_parameters_are_sent_and_refused_alike(pair: Pair, name: str, stream: bool, call: str) -> None:
    same(pair.ask(name, stream=stream, **CALLS[call]))


@pytest.mark.parametrize("name", ["openai", "azure"])
@BOTH
@pytest.mark.parametrize("call", list(CHAT_CALLS))
def test_chat_s_own_parameters_are_sent_alike(pair: Pair, name: str, stream: bool, call: str) -> None:
    same(pair.ask(name, stream=stream, **CHAT_CALLS[call]))


CALL = {"id": "call_a", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Seoul"}'}}
CUSTOM = {"id": "call_b", "type": "custom", "custom": {"name": "sql", "input": "select 1"}}
URL = f"data:image/png;base64,{IMAGE}"
CONVERSATIONS: dict[str, Messages] = {
    "two systems": [{"role": "system", "content": "a"}, {"role": "system", "content": "b"}, *HELLO],
    "a late system": [*HELLO, {"role": "system", "content": "late"}, {"role": "user", "content": "x"}],
    "a system alone": [{"role": "system", "content": "only"}],
    "a system of parts": [{"role": "system", "content": [{"type": "text", "text": "a"}]}, *HELLO[1:]],
    "a developer": [{"role": "developer", "content": "a"}, *HELLO[1:]],
    "an image": [
        {"role": "user", "content": [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": URL}}]}
    ],
    "an image by itself": [{"role": "user", "content": [{"type": "image_url", "image_url": URL}]}],
    "an image in detail": [
        {"role": "user", "content": [{"type": "image_url", "image_url": {"url": URL, "detail": "low", "format": "x"}}]}
    ],
    "audio": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {"data": "AA", "format": "wav"}}]}],
    "a file": [{"role": "user", "content": [{"type": "file", "file": {"file_id": "f-1", "format": "x"}}]}],
    "a named file": [
        {"role": "user", "content": [{"type": "file", "file": {"file_data": "data:,x", "filename": "a.pdf"}}]}
    ],
    "nulls": [{"role": "user", "content": "x", "name": None}],
    "an earlier answer": [*HELLO, {"role": "assistant", "content": "a", "refusal": None}, *HELLO[1:]],
    "an empty answer": [*HELLO, {"role": "assistant", "content": "", "tool_calls": []}, *HELLO[1:]],
    "parts of an answer": [
        *HELLO, {"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "refusal", "refusal": "b"}]}
    ],
    "a tool's result": [
        *HELLO, {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_a", "content": "sunny"},
    ],
    "words and a call": [
        *HELLO, {"role": "assistant", "content": "let me see", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_a", "content": [{"type": "text", "text": "sunny"}]},
    ],
    "a custom tool's": [
        *HELLO, {"role": "assistant", "content": None, "tool_calls": [CUSTOM]},
        {"role": "tool", "tool_call_id": "call_b", "content": "1"},
    ],
    "earlier reasoning": [
        *HELLO,
        {
            "role": "assistant", "content": "a",
            "reasoning_items": [{"id": "rs_1", "type": "reasoning", "encrypted_content": "x", "summary": []}],
        },
        *HELLO[1:],
    ],
}  # fmt: skip


@EVERY
@pytest.mark.parametrize("conversation", list(CONVERSATIONS))
def test_messages_are_sent_alike(pair: Pair, name: str, conversation: str) -> None:
    messages = CONVERSATIONS[conversation]
    before = json.dumps(messages)
    told = pair.ask(name, messages)
    if conversation == "earlier reasoning" and name.startswith("azure"):
        (sent, came), (sent_directly, came_directly) = told
        # Azure refuses fields that chat does not have.
        assert [message.pop("reasoning_items", None) for message in sent.body["messages"]].count(None) < len(messages)
        assert (sent_directly, came_directly) == (sent, came)
    else:
        same(told)
    assert json.dumps(messages) == before


REPLIES: dict[str, Reply] = {
    "text": Reply(text="one two\nthree ☃ 안녕"),
    "nothing": Reply(text=""),
    "reasoning": Reply(text="four", reasoning="let me think", reasoning_tokens=3),
    "a call": Reply(tool_calls=[("weather", {"city": "Seoul"})]),
    "calls": Reply(text="see", tool_calls=[("weather", {"city": "Seoul"}), ("weather", {"city": "Busan"})]),
    "cut": Reply(text="four", finish="length"),
    "filtered": Reply(text="four", finish="content_filter"),
    "tokens": Reply(text="four", prompt_tokens=10, cached_tokens=4, completion_tokens=7, reasoning_tokens=2),
}


@EVERY
@BOTH
@pytest.mark.parametrize("reply", list(REPLIES))
def test_answers_are_read_alike(pair: Pair, name: str, stream: bool, reply: str) -> None:
    same(pair.ask(name, stream=stream, step=REPLIES[reply], tools=[WEATHER]))


STEPS: list[Step] = [
    Status(401),
    Status(403),
    NotFound(),
    Status(408),
    BadRequest(),
    Status(413),
    Status(429, retry_after=17),
    Status(500, message="The flux capacitor is empty."),
    Status(529),
    ContextWindow(),
    ContentFilter(),
    ErrorInStream(503, after_chunks=1),
    ErrorInStream(429, after_chunks=0),
]


@EVERY
@BOTH
@pytest.mark.parametrize("step", STEPS, ids=str)
def test_errors_are_told_alike(pair: Pair, name: str, stream: bool, step: Step) -> None:
    same(pair.ask(name, stream=stream, step=step))


@pytest.mark.parametrize("name", ["openai", "azure"])
@pytest.mark.parametrize("texts", ["one", ["one", "two three"]], ids=["text", "texts"])
@pytest.mark.parametrize("options", [{}, {"encoding_format": "float"}, {"encoding_format": "base64"},
                                     {"dimensions": 5, "user": "u", "extra_body": {"x": 1}}], ids=str)  # fmt: skip
def test_embeddings_are_made_alike(pair: Pair, name: str, texts: Any, options: dict[str, Any]) -> None:
    told = pair.embed(name, texts, "text-embedding-3-small", **options)
    (_, (sent_directly, _)) = told
    if name == "azure" and "encoding_format" not in options:
        # Litellm asks OpenAI's servers for numbers, where vectors travel better in base64.
        assert sent_directly.body.pop("encoding_format") == "base64"
    same(told)


def test_embeddings_fail_alike(pair: Pair) -> None:
    same(pair.embed("openai", "one", "text-embedding-3-small", step=Status(429, retry_after=3)))


@pytest.mark.parametrize("model", ["gpt-4o", "o3", "gpt-5", "gpt-5-mini", "ft:gpt-5:acme", "openai/gpt-5", "llama"])
def test_a_bound_of_tokens_has_the_name_that_the_model_knows(pair: Pair, model: str) -> None:
    same(pair.ask("openai", [{"role": "user", "content": "x"}], model=model, max_tokens=7))


@EVERY
@BOTH
def test_what_is_no_json_is_refused_alike_in_words_of_their_own(pair: Pair, name: str, stream: bool) -> None:
    (sent, came), (sent_directly, came_directly) = pair.ask(name, stream=stream, extra_body={"a": object()})
    assert sent is sent_directly is None
    assert (came["kind"], came["reason"]) == (came_directly["kind"], came_directly["reason"])
    assert "it is no JSON: it holds a value of the type 'object'" in came_directly["message"]


# Where the direct driver is meant to differ.


@EVERY
@BOTH
def test_a_refusal_is_told_where_litellm_loses_it(pair: Pair, name: str, stream: bool) -> None:
    _, (_, (came, _)) = pair.ask(name, stream=stream, step=Reply(refusal="no way"))
    if stream:
        assert (
            "".join(c.get("delta", {}).get("refusal", "") for chunk in came for c in chunk.get("choices", ()))
            == "no way"
        )
    else:
        assert came["choices"][0]["message"]["refusal"] == "no way"


def test_a_response_s_stream_tells_its_model_and_time(stage: Stage) -> None:
    with SyncTransport() as sync:
        face = Face(Engine(sync, AsyncTransport()), is_async=False)
        chunks, _ = face.stream(stage.deployment("responses"))
    assert {(chunk.model, chunk.created) for chunk in chunks} == {("gpt-4o", 1_700_000_000)}
    assert chunks[0].choices[0].delta.role == "assistant"


def test_images_that_a_tool_returned_follow_its_message(pair: Pair) -> None:
    parts = [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": URL}}]
    messages = [*CONVERSATIONS["a tool's result"][:-1], {"role": "tool", "tool_call_id": "call_a", "content": parts}]
    (theirs, _), (ours, _) = pair.ask("openai", messages)
    assert theirs is not None
    assert ours is not None
    assert ours.body["messages"][:-1] == theirs.body["messages"][:-1]
    assert ours.body["messages"][-1]["content"][1:] == theirs.body["messages"][-1]["content"][1:]
    assert ours.body["messages"][-1]["role"] == "user"


def test_a_choice_of_tools_without_tools_is_sent_if_it_means_something(pair: Pair) -> None:
    assert "tool_choice" not in same(pair.ask("openai", tool_choice="auto"))[0].body
    assert "tool_choice" not in same(pair.ask("openai", tool_choice="none", tools=[]))[0].body
    (theirs, _), (ours, _) = pair.ask("openai", tool_choice="required")
    assert theirs is not None
    assert ours is not None
    assert "tool_choice" not in theirs.body  # litellm leaves it out in silence
    assert ours.body["tool_choice"] == "required"


@pytest.mark.parametrize("options", [{"temperature": 0.3}, {"temperature": 0.3, "max_tokens": 7}], ids=str)
def test_what_one_model_refuses_is_left_to_its_server(pair: Pair, options: dict[str, Any]) -> None:
    (theirs, _), (ours, _) = pair.ask("openai", model="o3", **options)
    assert theirs is None  # litellm refuses it by a list of models of its own
    assert ours is not None
    assert ours.body["temperature"] == 0.3


MARKED: Messages = [
    {"role": "user", "content": [{"type": "text", "text": '"cache_control":', "cache_control": {"type": "ephemeral"}}]}
]


def test_marks_for_a_cache_reach_servers_that_may_know_them(pair: Pair) -> None:
    sent, _ = same(pair.ask("openai", MARKED))
    assert sent.body["messages"] == MARKED


@pytest.mark.parametrize("name", ["responses", "azure", "azure v1"])
def test_marks_for_a_cache_do_not_reach_openai(pair: Pair, name: str) -> None:
    _, (sent, _) = pair.ask(name, MARKED)
    assert sent is not None
    assert b"ephemeral" not in msgspec.json.encode(sent.body)
    assert '"cache_control":' in str(sent.body)  # the text itself is left alone
    assert "cache_control" in MARKED[0]["content"][0]
