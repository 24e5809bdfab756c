"""The situations of pydantic-ai's own introduction.

That is: a question, a stream, tools with dependencies, a typed answer, delegation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel, Field
from pydantic_ai import Agent, RunContext
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {"join_otel": True}
on: Any = SimpleNamespace()
MODEL = "gpt-6-luna"


@contextmanager
def official() -> Iterator[None]:
    """What pydantic-ai has of its own: spans of OpenTelemetry, which the Langfuse SDK sends."""
    from langfuse import Langfuse
    from langfuse.span_filter import is_default_export_span

    langfuse = Langfuse(should_export_span=is_default_export_span)
    Agent.instrument_all()
    yield
    langfuse.shutdown()


@dataclass
class Bank:
    """What tools have at hand."""

    balance: int


class Advice(BaseModel):
    """What the support agent has to say."""

    text: str
    block_card: bool
    risk: int = Field(ge=0, le=10)


def begin(client: GenAIClient) -> None:
    """Make the agents."""
    model = OpenAIChatModel(MODEL, provider=OpenAIProvider(openai_client=client.as_async_openai()))
    greeter = Agent(model, name="greeter", instructions="Be concise.")
    support = Agent(model, name="support", deps_type=Bank, output_type=Advice, instructions="Support customers.")

    @support.tool
    def balance(context: RunContext[Bank], pending: bool) -> int:
        """Say what is on the account."""
        return context.deps.balance + (5 if pending else 0)

    teller = Agent(model, name="teller")
    writer = Agent(model, name="writer")

    @teller.tool_plain
    async def joke(topic: str) -> str:
        """Have a joke written."""
        return (await writer.run(f"A joke about {topic}.")).output

    vars(on).update(greeter=greeter, support=support, teller=teller)


def plain() -> None:
    assert on.greeter.run_sync("Where does hello world come from?").output == "A book of 1974."


async def plain_async() -> None:
    assert (await on.greeter.run("Where does hello world come from?")).output == "A book of 1974."


def stream() -> None:
    assert "".join(on.greeter.run_stream_sync("Count.").stream_text(delta=True)) == "one two three"


async def stream_async() -> None:
    async with on.greeter.run_stream("Count.") as run:
        assert "".join([text async for text in run.stream_text(delta=True)]) == "one two three"


ADVICE = {"text": "Block it.", "block_card": True, "risk": 8}


def tools() -> None:
    assert on.support.run_sync("I lost my card!", deps=Bank(120)).output == Advice(**ADVICE)


async def tools_async() -> None:
    assert (await on.support.run("I lost my card!", deps=Bank(120))).output == Advice(**ADVICE)


def delegation() -> None:
    assert on.teller.run_sync("Tell me a joke.").output == "Ha!"


async def delegation_async() -> None:
    assert (await on.teller.run("Tell me a joke.")).output == "Ha!"
