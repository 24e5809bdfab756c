"""The situations of LlamaIndex's own introduction.

That is: a question, a stream, a typed answer, an agent with tools, agents that hand over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {"join_otel": True}
on: Any = SimpleNamespace()


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    people: list[str]


def multiply(a: float, b: float) -> float:
    """Multiply two numbers."""
    return a * b


def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"It is sunny in {city}."


@contextmanager
def official() -> Iterator[None]:
    """OpenInference's spans of LlamaIndex, which the Langfuse SDK sends."""
    from langfuse import Langfuse
    from openinference.instrumentation.llama_index import LlamaIndexInstrumentor

    langfuse = Langfuse()
    LlamaIndexInstrumentor().instrument()
    yield
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make the model."""
    on.llm = OpenAILike(
        model="gpt-6-luna",
        openai_client=client.as_openai(),
        async_openai_client=client.as_async_openai(),
        api_key="none",
        api_base="none",
        is_chat_model=True,
        is_function_calling_model=True,
        context_window=128_000,
    )


HELLO = [ChatMessage(role="user", content="Tell me a joke.")]
MEETING = Event(name="Meeting", people=["Mina"])


def plain() -> None:
    assert on.llm.chat(HELLO).message.content == "Ha!"


async def plain_async() -> None:
    assert (await on.llm.achat(HELLO)).message.content == "Ha!"


def stream() -> None:
    assert "".join(chunk.delta or "" for chunk in on.llm.stream_chat(HELLO)) == "one two three"


async def stream_async() -> None:
    assert "".join([chunk.delta or "" async for chunk in await on.llm.astream_chat(HELLO)]) == "one two three"


def typed() -> None:
    assert on.llm.as_structured_llm(Event).complete("Mina meets.").raw == MEETING


async def typed_async() -> None:
    assert (await on.llm.as_structured_llm(Event).acomplete("Mina meets.")).raw == MEETING


def called() -> None:
    tool = FunctionTool.from_defaults(get_weather)
    assert on.llm.predict_and_call([tool], "How is the weather in Seoul?").response == "It is sunny in Seoul."


async def called_async() -> None:
    tool = FunctionTool.from_defaults(get_weather)
    answer = await on.llm.apredict_and_call([tool], "How is the weather in Seoul?")
    assert answer.response == "It is sunny in Seoul."


async def tools_async() -> None:
    agent = FunctionAgent(name="calculator", description="Multiplies.", tools=[multiply], llm=on.llm, streaming=False)
    assert str(await agent.run("What is 3 times 4?")) == "12."


async def tools_stream_async() -> None:
    agent = FunctionAgent(name="calculator", description="Multiplies.", tools=[multiply], llm=on.llm)
    assert str(await agent.run("What is 3 times 4?")) == "12."


async def handoff_async() -> None:
    desk = FunctionAgent(name="desk", description="Hands over.", tools=[], llm=on.llm, can_handoff_to=["forecaster"])
    forecaster = FunctionAgent(name="forecaster", description="Knows the weather.", tools=[get_weather], llm=on.llm)
    assert str(await AgentWorkflow([desk, forecaster], root_agent="desk").run("How is the weather?")) == "Sunny."
