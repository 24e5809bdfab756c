"""What OpenAI's SDK does on our client, sync and async."""

import os

import openai
import pydantic
import pytest
from tests.gateway.conftest import MESSAGES, MODEL

from genai_sdk.testing import Reply, StallStream, Status


class City(pydantic.BaseModel):
    name: str
    population: int


def get_weather(city: str) -> str:
    return f"sunny in {city}"


TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]


def test_it_is_the_sdk_s_own_client(sdk):
    assert isinstance(sdk, openai.OpenAI | openai.AsyncOpenAI)
    assert isinstance(sdk.with_options(timeout=5), type(sdk))


def test_a_completion_is_the_sdk_s_own_and_says_who_served_it(face, sdk, stage):
    stage.first.script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    answer = face.chat(sdk, temperature=0.5, seed=7)
    assert type(answer) is openai.types.chat.ChatCompletion
    assert answer.choices[0].message.content == "Hi!"
    assert (answer.choices[0].finish_reason, answer.usage.total_tokens) == ("stop", 11)
    genai = answer.model_extra["genai"]
    assert (genai["connection"], genai["model"], len(genai["attempts"])) == ("first", MODEL, 1)
    assert answer._request_id == genai["request_id"]
    (exchange,) = stage.first.journal
    assert exchange.body["messages"] == MESSAGES
    assert (exchange.body["temperature"], exchange.body["seed"]) == (0.5, 7)


def test_a_stream_says_at_its_end_who_served_it(face, sdk, stage):
    stage.first.script(Reply(text="one two three"))
    chunks = face.read(face.chat(sdk, stream=True))
    assert all(type(chunk) is openai.types.chat.ChatCompletionChunk for chunk in chunks)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "one two three"
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra["genai"]["connection"] == "first"
    assert [chunk for chunk in chunks[:-1] if "genai" in chunk.model_extra] == []


def test_usage_comes_on_a_chunk_of_its_own_if_it_is_asked_for(face, sdk, stage):
    stage.first.script(Reply(text="one two", prompt_tokens=9, completion_tokens=2))
    chunks = face.read(face.chat(sdk, stream=True, stream_options={"include_usage": True}))
    assert (chunks[-1].choices, chunks[-1].usage.total_tokens) == ([], 11)
    assert chunks[-1].model_extra["genai"]["latency"] > 0
    assert chunks[-2].choices[0].finish_reason == "stop"


def test_a_chunk_is_there_before_the_next_one_is_sent(face, sdk, stage):
    stage.first.script(StallStream(reply=Reply(text="one two three")))
    stream = face.chat(sdk, stream=True)
    assert any(face.next(stream).choices[0].delta.content for _ in range(2))
    face.do(stream.close())


def test_a_stream_that_is_closed_early_frees_its_provider(face, sdk, client, stage):
    stage.first.script(StallStream(reply=Reply(text="one two three")))
    stream = face.chat(sdk, stream=True)
    face.next(stream)
    face.do(stream.close())
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.root.status_message == "the stream was closed by its reader before its end"


def test_parse_reads_a_model(face, sdk, stage):
    stage.first.script(Reply(text='{"name": "Seoul", "population": 9}'))
    parsed = face.do(sdk.chat.completions.parse(model=MODEL, messages=MESSAGES, response_format=City))
    assert parsed.choices[0].message.parsed == City(name="Seoul", population=9)
    assert stage.first.journal[0].body["response_format"]["json_schema"]["name"] == "City"


def test_a_loop_of_tools_runs_on_the_sdk_s_own_messages(face, sdk, stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is sunny."))
    history = list(MESSAGES)
    answer = face.chat(sdk, messages=history, tools=TOOLS)
    message = answer.choices[0].message
    assert answer.choices[0].finish_reason == "tool_calls"
    (call,) = message.tool_calls
    history += [message, {"role": "tool", "tool_call_id": call.id, "content": get_weather("Seoul")}]
    answer = face.chat(sdk, messages=history, tools=TOOLS)
    assert answer.choices[0].message.content == "It is sunny."
    _, asked, result = stage.first.journal[1].body["messages"]
    assert asked["tool_calls"][0]["id"] == result["tool_call_id"]
    assert result["content"] == "sunny in Seoul"


def test_tool_calls_are_streamed_as_the_sdk_puts_them_together(face, sdk, stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"}), ("get_weather", {"city": "Jeju"})]))
    chunks = face.read(face.chat(sdk, stream=True, tools=TOOLS))
    parts = [part for chunk in chunks for choice in chunk.choices for part in choice.delta.tool_calls or ()]
    arguments = ["".join(part.function.arguments or "" for part in parts if part.index == index) for index in (0, 1)]
    assert arguments == ['{"city":"Seoul"}', '{"city":"Jeju"}']


def test_embeddings_come_in_the_form_that_was_asked_for(face, sdk, stage):
    by_default = face.do(sdk.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=4))
    plain = face.do(
        sdk.embeddings.create(model="text-embedding-3-small", input=["a", "b"], dimensions=4, encoding_format="float")
    )
    assert [row.embedding for row in by_default.data] == [pytest.approx(row.embedding) for row in plain.data]
    assert len(plain.data[1].embedding) == 4
    assert by_default.model_extra["genai"]["connection"] == "first"


def test_embeddings_of_a_vendor_without_base64_come_all_the_same(face, sdk):
    answer = face.do(sdk.embeddings.create(model="gemini-embedding-001", input=["a", "b"]))
    assert len(answer.data) == 2
    assert all(isinstance(value, float) for row in answer.data for value in row.embedding)
    assert answer.model_extra["genai"]["connection"] == "studio"


def test_models_are_listed_and_found(face, sdk):
    rows = {row.id: row for row in face.read(sdk.models.list())}
    assert {MODEL, "other", "gemini-embedding-001"} <= rows.keys()
    assert [one["connection"] for one in rows[MODEL].model_extra["genai"]["candidates"]] == ["first", "second"]
    pinned = face.do(sdk.models.retrieve("second/anything"))
    assert (pinned.id, pinned.owned_by) == ("second/anything", "second")


def test_a_failing_region_is_replaced_and_the_ledger_says_so(face, sdk, stage):
    stage.first.script(Status(503, message="on fire"))
    answer = face.chat(sdk)
    genai = answer.model_extra["genai"]
    assert answer.choices[0].message.content == "second: Hello there!"
    assert [(row["connection"], row["status"]) for row in genai["attempts"]] == [("first", 503), ("second", 200)]


def test_our_own_keywords_go_into_extra_body(face, sdk, client, stage):
    stage.first.always(Status(503))
    genai = {
        "trace_name": "checkout",
        "user_id": "user-7",
        "tags": ["prod"],
        "fallbacks": ["second/other"],
        "num_retries": 0,
        "generation_name": "asked",
    }
    answer = face.chat(sdk, model="first/gpt-4o-mini", metadata={"order": "17"}, extra_body={"genai": genai})
    assert answer.model_extra["genai"]["connection"] == "second"
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert (trace.name, trace.user_id, trace.tags) == ("checkout", "user-7", ["prod"])
    assert trace.root.name == "asked"
    assert "genai" not in stage.second.journal[0].body
    assert "metadata" not in stage.second.journal[0].body
    assert trace.metadata["order"] == "17"


def test_a_prompt_of_langfuse_s_is_the_conversation(face, sdk, client, stage):
    stage.langfuse.prompts.create("hello", "Hello {{name}}!", labels=["production"], config={"temperature": 0.25})
    face.chat(sdk, messages=[], extra_body={"genai": {"prompt": "hello", "variables": {"name": "Minsu"}}})
    body = stage.first.journal[0].body
    assert (body["messages"], body["temperature"]) == ([{"role": "user", "content": "Hello Minsu!"}], 0.25)
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.root.prompt is not None
    assert trace.root.prompt[0] == "hello"


def test_a_vendor_s_own_fields_and_headers_go_on(face, sdk, stage):
    face.chat(sdk, extra_body={"min_p": 0.1}, extra_headers={"X-Team": "search"})
    (exchange,) = stage.first.journal
    assert exchange.body["min_p"] == 0.1
    assert exchange.headers["x-team"] == "search"


def test_headers_of_a_copy_of_the_sdk_s_client_go_on_too(face, sdk, stage):
    face.chat(sdk.with_options(default_headers={"X-Team": "search"}))
    headers = stage.first.journal[0].headers
    assert (headers["x-team"], "x-of-the-environment" in headers) == ("search", False)
    assert [name for name in headers if name.startswith(("x-stainless", "openai-"))] == []


def test_raw_responses_have_the_provider_s_id(face, sdk, stage):
    raw = face.do(sdk.chat.completions.with_raw_response.create(model=MODEL, messages=MESSAGES))
    answer = raw.parse()
    assert raw.headers["x-request-id"] == answer.model_extra["genai"]["request_id"]
    assert answer.choices[0].message.content == "first: Hello there!"


def test_the_sdk_s_own_events_of_a_stream_are_there(sdk, face, stage):
    stage.first.script(Reply(text='{"name": "Seoul", "population": 9}'))
    made = sdk.chat.completions.stream(model=MODEL, messages=MESSAGES, response_format=City)
    if isinstance(sdk, openai.OpenAI):
        with made as stream:
            events = list(stream)
    else:

        async def collect():
            async with made as stream:
                return [event async for event in stream]

        events = face.do(collect())
    assert {"chunk", "content.delta", "content.done"} <= {event.type for event in events}
    (done,) = (event for event in events if event.type == "content.done")
    assert done.parsed == City(name="Seoul", population=9)


def test_a_call_is_recorded_once_in_the_block_it_is_made_in(face, sdk, client, stage):
    with client.trace("checkout") as block:
        face.chat(sdk)
        face.read(face.chat(sdk, stream=True))
        face.do(sdk.embeddings.create(model="text-embedding-3-small", input="a"))
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.id == block.id
    assert sorted(row.type for row in trace.children(trace.root)) == ["EMBEDDING", "GENERATION", "GENERATION"]
    assert len(trace.observations) == 4


def test_closing_it_leaves_the_client_open(face, client):
    made = face.make(client)
    face.close(made)
    assert client.completion(MODEL, MESSAGES).text


def test_the_sdk_is_of_the_line_that_is_to_be_tested():
    assert openai.__version__.partition(".")[0] == os.environ.get("GENAI_TEST_OPENAI", "3")
