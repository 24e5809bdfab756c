"""The situations of LangChain's own introduction.

That is: a question, a chain, a stream, a typed answer, an agent with tools.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from pydantic import BaseModel

from genai_sdk import GenAIClient
from genai_sdk.langchain import ChatGenAI

OPTIONS: dict[str, Any] = {}
on: Any = SimpleNamespace()
RUN: dict[str, Any] = {}


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    people: list[str]


@tool
def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"It is sunny in {city}."


@contextmanager
def official() -> Iterator[None]:
    """Langfuse's handler for LangChain."""
    from langfuse import Langfuse
    from langfuse.langchain import CallbackHandler

    langfuse = Langfuse()
    RUN["config"] = {"callbacks": [CallbackHandler()]}
    yield
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make the model, and what is built on it."""
    model = ChatGenAI("gpt-6-luna", client=client)
    translate = ChatPromptTemplate([("system", "Translate into {language}."), ("user", "{text}")])
    vars(on).update(
        model=model,
        chain=translate | model | StrOutputParser(),
        calendar=model.with_structured_output(Event),
        agent=create_agent(model, tools=[get_weather], system_prompt="Be helpful."),
        planner=create_agent(model, tools=[get_weather], response_format=Event),
    )


MESSAGES = [SystemMessage("Translate into Italian."), HumanMessage("Hi!")]
TEXT = {"language": "Italian", "text": "Hi!"}
WEATHER = {"messages": [{"role": "user", "content": "How is the weather in Seoul?"}]}
MEETING = Event(name="Meeting", people=["Mina"])


def plain() -> None:
    assert on.model.invoke(MESSAGES, **RUN).text == "Ciao!"


async def plain_async() -> None:
    assert (await on.model.ainvoke(MESSAGES, **RUN)).text == "Ciao!"


def chained() -> None:
    assert on.chain.invoke(TEXT, **RUN) == "Ciao!"


async def chained_async() -> None:
    assert await on.chain.ainvoke(TEXT, **RUN) == "Ciao!"


def stream() -> None:
    assert "".join(on.chain.stream(TEXT, **RUN)) == "one two three"


async def stream_async() -> None:
    assert "".join([part async for part in on.chain.astream(TEXT, **RUN)]) == "one two three"


def typed() -> None:
    assert on.calendar.invoke("Mina meets.", **RUN) == MEETING


async def typed_async() -> None:
    assert await on.calendar.ainvoke("Mina meets.", **RUN) == MEETING


def tools() -> None:
    assert on.agent.invoke(WEATHER, **RUN)["messages"][-1].text == "Sunny."


async def tools_async() -> None:
    assert (await on.agent.ainvoke(WEATHER, **RUN))["messages"][-1].text == "Sunny."


def tools_typed() -> None:
    assert on.planner.invoke(WEATHER, **RUN)["structured_response"] == MEETING


async def tools_typed_async() -> None:
    assert (await on.planner.ainvoke(WEATHER, **RUN))["structured_response"] == MEETING
