"""LangChain's own classes on our client: answers, streams, tools, types, messages that come back, failures."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.gateway.conftest import MODEL, Stage

pytest.importorskip("langchain", reason="LangChain needs an environment of its own: run `make integrations`")

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from pydantic import BaseModel
from tests.integrations.faces import Face

from genai_sdk import GenAIClient, InvalidRequestError, RateLimitError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.langchain import ChatGenAI, GenAIEmbeddings
from genai_sdk.testing import FakeLangfuse, FakeProvider, Reply, StallStream, Status


class City(BaseModel):
    """A city."""

    name: str
    population: int


SEOUL = {"name": "Seoul", "population": 9}


@tool
def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"sunny in {city}"


@pytest.fixture
def model(client: GenAIClient) -> ChatGenAI:
    return ChatGenAI(MODEL, client=client)


def test_an_answer_has_its_tokens_and_our_ledger(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    answer = face.invoke(model, [SystemMessage("Be brief."), HumanMessage("Hello!")], temperature=0.5)
    assert type(answer) is AIMessage
    assert answer.text == "Hi!"
    assert answer.usage_metadata is not None
    assert answer.usage_metadata["total_tokens"] == 11
    assert (answer.response_metadata["finish_reason"], answer.response_metadata["model_name"]) == ("stop", MODEL)
    genai = answer.response_metadata["genai"]
    assert (genai["connection"], [row["reason"] for row in genai["attempts"]]) == ("first", ["ok"])
    json.dumps(answer.response_metadata)  # a checkpoint writes it down
    (exchange,) = stage.first.journal
    assert [message["role"] for message in exchange.body["messages"]] == ["system", "user"]
    assert exchange.body["temperature"] == 0.5


def test_options_of_the_model_count_for_every_call_and_those_of_a_call_before_them(
    face: Face, client: GenAIClient, stage: Stage
):
    model = ChatGenAI(MODEL, client=client, temperature=0.5, max_tokens=20)
    face.invoke(model, "Hello!", max_tokens=30)
    body = stage.first.journal[0].body
    assert (body["temperature"], body.get("max_tokens") or body.get("max_completion_tokens")) == (0.5, 30)


def test_a_stream_adds_up_to_the_whole_answer(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(text="one two three", prompt_tokens=9, completion_tokens=3))
    chunks = face.stream(model, "Hello!")
    assert len(chunks) > 3
    whole = sum(chunks[1:], chunks[0])
    assert whole.text == "one two three"
    assert whole.usage_metadata["total_tokens"] == 12
    assert (whole.response_metadata["finish_reason"], whole.response_metadata["model_name"]) == ("stop", MODEL)
    assert whole.response_metadata["genai"]["connection"] == "first"
    assert whole.chunk_position == "last"


def test_a_stream_that_is_given_up_frees_its_provider(face: Face, model: ChatGenAI, client: GenAIClient, stage: Stage):
    stage.first.script(StallStream(reply=Reply(text="one two three")))
    assert face.first_of_stream(model, "Hello!").text
    assert client.flush(20)
    (trace,) = stage.langfuse.projects[0].traces.all
    assert trace.root.status_message == "the stream was closed by its reader before its end"


def test_tools_are_called_and_answered(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="It is sunny."))
    bound = model.bind_tools([get_weather], tool_choice="any")
    history: list[Any] = [HumanMessage("How is the weather?")]
    answer = face.invoke(bound, history)
    (call,) = answer.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Seoul"})
    history += [answer, get_weather.invoke(call)]
    assert face.invoke(bound, history).text == "It is sunny."
    body = stage.first.journal[1].body
    assert body["tool_choice"] == "required"
    assert body["messages"][1]["tool_calls"][0]["id"] == body["messages"][2]["tool_call_id"]
    assert body["messages"][2]["content"] == "sunny in Seoul"


def test_tool_calls_stream_in_pieces(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(tool_calls=[("get_weather", {"city": "Seoul"}), ("get_weather", {"city": "Jeju"})]))
    chunks = face.stream(model.bind_tools([get_weather]), "How is the weather?")
    whole = sum(chunks[1:], chunks[0])
    assert [call["args"]["city"] for call in whole.tool_calls] == ["Seoul", "Jeju"]
    assert whole.response_metadata["finish_reason"] == "tool_calls"


def test_a_call_whose_arguments_are_no_json_is_kept_and_goes_back(face: Face, model: ChatGenAI, stage: Stage):
    broken = {"type": "function", "id": "c1", "function": {"name": "get_weather", "arguments": '{"city": '}}
    stage.first.script(Reply(text="Sorry."))
    message = AIMessage("", invalid_tool_calls=[{"id": "c1", "name": "get_weather", "args": '{"city": ', "error": ""}])
    face.invoke(model, [HumanMessage("?"), message, ToolMessage("no JSON", tool_call_id="c1")])
    assert stage.first.journal[0].body["messages"][1]["tool_calls"] == [broken]


@pytest.mark.parametrize("method", ["json_schema", "json_mode"])
def test_an_answer_of_a_type_is_read(face: Face, model: ChatGenAI, stage: Stage, method: Any):
    stage.first.script(Reply(text=json.dumps(SEOUL)))
    assert face.invoke(model.with_structured_output(City, method=method), "Tell me of Seoul.") == City(**SEOUL)
    sent = stage.first.journal[0].body["response_format"]
    assert sent["type"] == {"json_schema": "json_schema", "json_mode": "json_object"}[method]


def test_an_answer_of_a_json_schema_is_a_dict(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(text=json.dumps(SEOUL)))
    schema = {"title": "city", "type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert face.invoke(model.with_structured_output(schema), "Tell me of Seoul.") == SEOUL
    assert stage.first.journal[0].body["response_format"]["json_schema"]["name"] == "city"


def test_an_answer_by_a_tool_is_read_too(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(tool_calls=[("City", SEOUL)]))
    reading = model.with_structured_output(City, method="function_calling", user_id="mina")
    assert face.invoke(reading, "Tell me of Seoul.") == City(**SEOUL)


def test_an_answer_that_does_not_fit_comes_with_its_error_where_that_is_wanted(
    face: Face, model: ChatGenAI, stage: Stage
):
    stage.first.script(Reply(text='{"name": "Seoul"}'))
    read = face.invoke(model.with_structured_output(City, include_raw=True), "Tell me of Seoul.")
    assert (read["raw"].text, read["parsed"]) == ('{"name": "Seoul"}', None)
    assert "population" in str(read["parsing_error"])


def test_a_picture_goes_out_in_the_wire_s_own_form(face: Face, model: ChatGenAI, stage: Stage):
    picture = {"type": "image", "base64": "aGVsbG8=", "mime_type": "image/png"}
    face.invoke(model, [HumanMessage([{"type": "text", "text": "What is it?"}, picture])])
    (message,) = stage.first.journal[0].body["messages"]
    assert message["content"][1]["image_url"]["url"] == "data:image/png;base64,aGVsbG8="


def test_a_region_that_fails_is_left_for_the_next_one(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Status(503))
    stage.second.script(Reply(text="From the second."))
    answer = face.invoke(model, "Hello!")
    assert answer.text == "From the second."
    rows = answer.response_metadata["genai"]["attempts"]
    assert [(row["connection"], row["status"]) for row in rows] == [("first", 503), ("second", 200)]


def test_a_stream_falls_back_before_its_first_content(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Status(503))
    stage.second.script(Reply(text="From the second."))
    assert "".join(chunk.text for chunk in face.stream(model, "Hello!")) == "From the second."


def test_an_error_is_ours(face: Face, client: GenAIClient, stage: Stage):
    stage.first.script(Status(429))
    with pytest.raises(RateLimitError) as caught:
        face.invoke(ChatGenAI("first/gpt-4o-mini", client=client, num_retries=0), "Hello!")
    assert len(caught.value.attempts) == 1


def test_a_chain_of_a_prompt_and_a_model_runs(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(text="안녕하세요"))
    chain = ChatPromptTemplate.from_messages([("system", "Translate."), ("user", "{text}")]) | model
    assert face.invoke(chain, {"text": "Hello"}).text == "안녕하세요"
    assert stage.first.journal[0].body["messages"][1]["content"] == "Hello"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temprature": 1}, "did you mean 'temperature'"),
        ({"min_p": 0.1}, "extra_body={'min_p': …}"),
    ],
)
def test_an_option_that_nobody_knows_is_refused(client: GenAIClient, options: dict[str, Any], words: str):
    with pytest.raises(InvalidRequestError) as caught:
        ChatGenAI(MODEL, client=client, **options)
    assert words in str(caught.value)


def test_several_answers_are_refused_as_a_stream(face: Face, model: ChatGenAI, stage: Stage):
    with pytest.raises(InvalidRequestError, match="leave n out"):
        face.stream(model, "Hello!", n=2)
    assert len(stage.first.journal) == 0


def test_a_model_shows_no_secret_and_no_client(model: ChatGenAI, stage: Stage):
    assert stage.langfuse.secret_key not in repr(model)
    assert "client" not in model.model_dump()


def test_vectors_come_in_the_order_of_their_texts(face: Face, client: GenAIClient, stage: Stage):
    embeddings = GenAIEmbeddings("text-embedding-3-small", client=client, dimensions=4)
    one, two = face.embed(embeddings, ["a", "b"])
    assert len(one) == len(two) == 4
    assert one == face.embed(embeddings, ["a"])[0] != two
    assert stage.first.journal[0].body["dimensions"] == 4


def test_vectors_in_base64_are_refused(client: GenAIClient):
    with pytest.raises(InvalidRequestError, match="LangChain wants numbers"):
        GenAIEmbeddings("text-embedding-3-small", client=client, encoding_format="base64")


def test_reasoning_is_a_block_of_the_message(face: Face, model: ChatGenAI, stage: Stage):
    stage.first.script(Reply(text="Yes.", reasoning="It is so."))
    answer = face.invoke(model, "Is it?")
    assert [block["type"] for block in answer.content_blocks] == ["reasoning", "text"]
    assert answer.content_blocks[0]["reasoning"] == "It is so."


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_a_turn_goes_back_as_its_model_wrote_it_with_the_signature_of_its_thinking(face: Face, streamed: bool):
    with FakeProvider("claude") as claude, FakeLangfuse() as langfuse:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        record = ConnectionRecord(
            name="claude",
            adapter="anthropic",
            secret="sk-fake",
            base_url=claude.base_url("anthropic"),
            custom_models=("claude-opus-5",),
            created_at=now,
            updated_at=now,
        )
        langfuse.projects[0].connections.put(record)
        claude.script(Reply(reasoning="Look.", tool_calls=[("get_weather", {"city": "Seoul"})]), Reply(text="Sunny."))
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        with GenAIClient(host=langfuse.url, **pair) as client:
            thinking = {"type": "enabled", "budget_tokens": 1024}
            model = ChatGenAI("claude-opus-5", client=client, thinking=thinking, max_tokens=2000)
            bound = model.bind_tools([get_weather])
            history: list[Any] = [HumanMessage("How is the weather?")]
            if streamed:
                chunks = face.stream(bound, history)
                answer = sum(chunks[1:], chunks[0])
            else:
                answer = face.invoke(bound, history)
            face.invoke(bound, [*history, answer, get_weather.invoke(answer.tool_calls[0])])
            edited = answer.model_copy(update={"content": "Let me look."})
            face.invoke(bound, [*history, edited, get_weather.invoke(answer.tool_calls[0])])
        turn, changed = (exchange.body["messages"][1]["content"] for exchange in (claude.journal[1], claude.journal[2]))
        assert [block["type"] for block in turn] == ["thinking", "tool_use"]
        assert turn[0]["signature"]
        assert [block["type"] for block in changed] == ["text", "tool_use"]
