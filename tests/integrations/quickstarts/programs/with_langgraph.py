"""The situations of LangGraph's own introduction.

That is: a bot, tools in a loop, memory, a stream, agents that hand over.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Annotated, Any

from langchain_core.messages import ToolMessage
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import InjectedToolCallId, tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition
from langgraph.types import Command

from genai_sdk import GenAIClient
from genai_sdk.langchain import ChatGenAI

OPTIONS: dict[str, Any] = {}
on: Any = SimpleNamespace()
CONFIG: dict[str, Any] = {}


@tool
def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"It is sunny in {city}."


@tool
def to_forecaster(call: Annotated[str, InjectedToolCallId]) -> Command[Any]:
    """Hand over to the forecaster."""
    message = ToolMessage("Handed over.", tool_call_id=call)
    return Command(goto="forecaster", update={"messages": [message]}, graph=Command.PARENT)


@contextmanager
def official() -> Iterator[None]:
    """Langfuse's handler for LangChain."""
    from langfuse import Langfuse
    from langfuse.langchain import CallbackHandler

    langfuse = Langfuse()
    CONFIG["callbacks"] = [CallbackHandler()]
    yield
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make the graphs."""
    model = ChatGenAI("gpt-6-luna", client=client)
    vars(on).update(
        bot=loop(model, "bot").compile(),
        tooled=loop(model, "bot", get_weather).compile(),
        remembering=loop(model, "bot").compile(checkpointer=InMemorySaver()),
        team=StateGraph(MessagesState)
        .add_node("desk", loop(model, "desk", to_forecaster).compile(), destinations=("forecaster",))
        .add_node("forecaster", loop(model, "forecaster", get_weather).compile())
        .add_edge(START, "desk")
        .compile(),
    )


def loop(model: ChatGenAI, name: str, *tools: Any) -> Any:
    """A graph of a model, and tools where it has any."""
    bound = model.bind_tools(tools) if tools else model

    async def answer_async(state: MessagesState) -> dict[str, Any]:
        return {"messages": [await bound.ainvoke(state["messages"])]}

    node = RunnableLambda(lambda state: {"messages": [bound.invoke(state["messages"])]}, answer_async, name="answer")
    graph: Any = StateGraph(MessagesState).add_node(name, node).add_edge(START, name)
    if tools:
        graph.add_node("tools", ToolNode(tools)).add_conditional_edges(name, tools_condition).add_edge("tools", name)
    return graph


def said(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def plain() -> None:
    assert on.bot.invoke(said("Hi!"), CONFIG)["messages"][-1].text == "Hello!"


async def plain_async() -> None:
    assert (await on.bot.ainvoke(said("Hi!"), CONFIG))["messages"][-1].text == "Hello!"


def stream() -> None:
    parts = on.bot.stream(said("Count."), CONFIG, stream_mode="messages")
    assert "".join(message.text for message, _ in parts) == "one two three"


async def stream_async() -> None:
    parts = on.bot.astream(said("Count."), CONFIG, stream_mode="messages")
    assert "".join([message.text async for message, _ in parts]) == "one two three"


def tools() -> None:
    assert on.tooled.invoke(said("How is the weather?"), CONFIG)["messages"][-1].text == "Sunny."


async def tools_async() -> None:
    assert (await on.tooled.ainvoke(said("How is the weather?"), CONFIG))["messages"][-1].text == "Sunny."


def memory() -> None:
    thread = {**CONFIG, "configurable": {"thread_id": "sync"}}
    on.remembering.invoke(said("I am Will."), thread)
    assert on.remembering.invoke(said("Who am I?"), thread)["messages"][-1].text == "Will."


async def memory_async() -> None:
    thread = {**CONFIG, "configurable": {"thread_id": "async"}}
    await on.remembering.ainvoke(said("I am Will."), thread)
    assert (await on.remembering.ainvoke(said("Who am I?"), thread))["messages"][-1].text == "Will."


def handoff() -> None:
    assert on.team.invoke(said("How is the weather?"), CONFIG)["messages"][-1].text == "Sunny."


async def handoff_async() -> None:
    assert (await on.team.ainvoke(said("How is the weather?"), CONFIG))["messages"][-1].text == "Sunny."
