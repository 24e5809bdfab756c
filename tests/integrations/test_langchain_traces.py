"""LangChain's runs in Langfuse: one generation for a call, ours, where Langfuse's handler would have put its own."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.gateway.conftest import MODEL, Stage

pytest.importorskip("langchain", reason="LangChain needs an environment of its own: run `make integrations`")
langfuse = pytest.importorskip("langfuse", reason="LangChain needs an environment of its own: run `make integrations`")

from langchain.agents import create_agent
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langfuse.langchain import CallbackHandler
from tests.integrations.faces import Face

from genai_sdk import BadRequestError, GenAIClient, InvalidRequestError
from genai_sdk.langchain import ChatGenAI
from genai_sdk.testing import Reply, Status

CALL = [("get_weather", {"city": "Seoul"})]


@tool
def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"sunny in {city}"


@pytest.fixture
def official(stage: Stage) -> Iterator[Any]:
    """The Langfuse SDK, which sends to the same project."""
    made = langfuse.Langfuse(
        public_key=stage.langfuse.public_key, secret_key=stage.langfuse.secret_key, base_url=stage.langfuse.url
    )
    yield made
    made.flush()


@pytest.fixture
def handler(official: Any, stage: Stage) -> CallbackHandler:
    return CallbackHandler(public_key=stage.langfuse.public_key)


@pytest.fixture
def recorded(official: Any, client: GenAIClient, stage: Stage) -> Callable[[], Any]:
    """Return the one trace that arrived."""

    def read() -> Any:
        official.flush()
        assert client.flush(20)
        (trace,) = stage.langfuse.projects[0].traces.all
        return trace

    return read


def generations(trace: Any) -> list[Any]:
    return [row for row in trace.observations if row.type == "GENERATION"]


@pytest.fixture
def model(client: GenAIClient) -> ChatGenAI:
    return ChatGenAI(MODEL, client=client)


def test_a_call_in_a_chain_is_one_generation_under_it(
    face: Face, model: ChatGenAI, handler: CallbackHandler, recorded: Callable[[], Any], stage: Stage
):
    stage.first.script(Reply(text="Hi!", prompt_tokens=9, completion_tokens=2))
    chain = ChatPromptTemplate.from_messages([("user", "{text}")]) | model
    answer = face.invoke(chain, {"text": "Hello"}, config={"callbacks": [handler]})
    trace = recorded()
    (generation,) = generations(trace)
    assert generation.model == MODEL
    parent = next(row for row in trace.observations if row.id == generation.parent_id)
    assert parent.name == "RunnableSequence"
    assert answer.response_metadata["genai"]["trace_id"] == trace.id == handler.last_trace_id


def test_a_stream_in_a_chain_is_one_generation_under_it(
    face: Face, model: ChatGenAI, handler: CallbackHandler, recorded: Callable[[], Any], stage: Stage
):
    stage.first.script(Reply(text="one two three"))
    chain = ChatPromptTemplate.from_messages([("user", "{text}")]) | model
    chunks = face.stream(chain, {"text": "Hello"}, config={"callbacks": [handler]})
    assert "".join(chunk.text for chunk in chunks) == "one two three"
    trace = recorded()
    (generation,) = generations(trace)
    assert generation.output["content"] == "one two three"
    assert next(row for row in trace.observations if row.id == generation.parent_id).name == "RunnableSequence"


def test_each_turn_of_an_agent_is_one_generation_beside_its_tools(
    face: Face, model: ChatGenAI, handler: CallbackHandler, recorded: Callable[[], Any], stage: Stage
):
    stage.first.script(Reply(tool_calls=CALL), Status(503))
    stage.second.script(Reply(text="It is sunny."))
    agent = create_agent(model, tools=[get_weather])
    state = face.invoke(agent, {"messages": [("user", "How is it?")]}, config={"callbacks": [handler]})
    assert state["messages"][-1].text == "It is sunny."
    trace = recorded()
    assert len(generations(trace)) == 2
    (call,) = [row for row in trace.observations if row.type == "TOOL"]
    assert call.name == "get_weather"
    names = {row.id: row.name for row in trace.observations}
    assert {names[row.parent_id] for row in generations(trace)} == {"model"}
    assert state["messages"][-1].response_metadata["genai"]["connection"] == "second"


def test_a_call_at_the_root_has_the_labels_of_its_metadata(
    face: Face, model: ChatGenAI, handler: CallbackHandler, recorded: Callable[[], Any]
):
    metadata = {"langfuse_user_id": "mina", "langfuse_session_id": "s-1", "langfuse_tags": ["web"]}
    face.invoke(model, "Hello!", config={"callbacks": [handler], "metadata": metadata})
    trace = recorded()
    assert len(trace.observations) == len(generations(trace)) == 1
    assert (trace.user_id, trace.session_id, list(trace.tags)) == ("mina", "s-1", ["web"])
    assert handler.last_trace_id == trace.id


def test_other_handlers_are_told_as_ever(face: Face, model: ChatGenAI, handler: CallbackHandler):
    told: list[str] = []

    class Listener(BaseCallbackHandler):
        def on_chat_model_start(self, *_: Any, **__: Any) -> None:
            told.append("start")

        def on_llm_new_token(self, token: str, **_: Any) -> None:
            told.append(token)

        def on_llm_end(self, *_: Any, **__: Any) -> None:
            told.append("end")

    face.stream(model, "Hello!", config={"callbacks": [handler, Listener()]})
    assert (told[0], told[-1]) == ("start", "end")
    assert len(told) > 3


def test_a_failed_call_is_one_generation_with_its_error(
    face: Face, client: GenAIClient, handler: CallbackHandler, recorded: Callable[[], Any], stage: Stage
):
    stage.first.script(Status(400))
    with pytest.raises(BadRequestError):
        face.invoke(ChatGenAI(f"first/{MODEL}", client=client), "Hello!", config={"callbacks": [handler]})
    (generation,) = generations(recorded())
    assert generation.level == "ERROR"


def test_where_this_client_records_nothing_the_handler_does(
    face: Face,
    make_client: Callable[..., GenAIClient],
    handler: CallbackHandler,
    official: Any,
    stage: Stage,
):
    face.invoke(ChatGenAI(MODEL, client=make_client(tracing=False)), "Hello!", config={"callbacks": [handler]})
    official.flush()
    (trace,) = stage.langfuse.projects[0].traces.all
    (generation,) = generations(trace)
    assert generation.name == "ChatGenAI"
    assert generation.usage["total"] > 0


def test_a_handler_in_the_constructor_is_refused(client: GenAIClient, handler: CallbackHandler):
    with pytest.raises(InvalidRequestError, match="give Langfuse's handler to the run"):
        ChatGenAI(MODEL, client=client, callbacks=[handler])


@pytest.mark.filterwarnings("ignore::langchain_core._api.beta_decorator.LangChainBetaWarning")
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_events_of_a_model_are_one_generation(
    model: ChatGenAI, handler: CallbackHandler, recorded: Callable[[], Any], version: Any
):
    async def read() -> None:
        events = model.astream_events("Hello!", config={"callbacks": [handler]}, version=version)
        async for _ in events if version == "v2" else await events:
            pass

    asyncio.run(read())
    assert len(generations(recorded())) == 1


def test_a_cached_answer_is_no_call(face: Face, client: GenAIClient, handler: CallbackHandler, stage: Stage):
    model = ChatGenAI(MODEL, client=client, cache=InMemoryCache())
    chain = ChatPromptTemplate.from_messages([("user", "{text}")]) | model
    answers = [face.invoke(chain, {"text": "Hello"}, config={"callbacks": [handler]}).text for _ in range(2)]
    assert answers[0] == answers[1]
    assert len(stage.first.journal) == 1


def test_a_batch_is_as_many_generations_as_it_has_questions(
    face: Face, model: ChatGenAI, handler: CallbackHandler, client: GenAIClient, official: Any, stage: Stage
):
    assert len(face.batch(model, ["one", "two", "three"], config={"callbacks": [handler]})) == 3
    official.flush()
    assert client.flush(20)
    rows = [row for trace in stage.langfuse.projects[0].traces.all for row in trace.observations]
    assert [row.type for row in rows] == ["GENERATION"] * 3
