"""The situations of the Agents SDK's own introduction.

That is: a question, a stream, tools, a typed answer, handoffs, a guardrail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    Runner,
    function_tool,
    input_guardrail,
    set_trace_processors,
)
from pydantic import BaseModel

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {"join_otel": True}
MODEL = "gpt-6-luna"
agents: dict[str, Agent[Any]] = {}
set_trace_processors([])  # the SDK's own one sends to OpenAI


@contextmanager
def official() -> Iterator[None]:
    """What Langfuse's page of the SDK names: OpenInference's spans, which the Langfuse SDK sends."""
    from langfuse import Langfuse
    from langfuse.span_filter import is_default_export_span
    from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor

    langfuse = Langfuse(should_export_span=is_default_export_span)
    OpenAIAgentsInstrumentor().instrument()
    yield
    langfuse.shutdown()


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    people: list[str]


class Homework(BaseModel):
    """Whether a question is about homework."""

    is_homework: bool


@function_tool
def get_weather(city: str) -> str:
    """Say how the weather is in a city."""
    return f"It is sunny in {city}."


def begin(client: GenAIClient) -> None:
    """Make the agents."""
    sdk = client.as_async_openai()
    model = OpenAIChatCompletionsModel(model=MODEL, openai_client=sdk)
    judge = Agent(name="judge", model=model, output_type=Homework, instructions="Is it homework?")

    @input_guardrail(run_in_parallel=False)
    async def homework_only(context: Any, agent: Any, item: Any) -> GuardrailFunctionOutput:
        result = await Runner.run(judge, item, context=context.context)
        return GuardrailFunctionOutput(result.final_output, not result.final_output.is_homework)

    weather = Agent(name="weather", model=model, tools=[get_weather])
    history = Agent(name="history", model=model, handoff_description="Knows history.")
    agents.update(
        greeter=Agent(name="greeter", model=model, instructions="Be concise."),
        responder=Agent(name="responder", model=OpenAIResponsesModel(MODEL, sdk), tools=[get_weather]),
        weather=weather,
        calendar=Agent(name="calendar", model=model, output_type=Event),
        triage=Agent(name="triage", model=model, handoffs=[history, weather]),
        tutor=Agent(name="tutor", model=model, input_guardrails=[homework_only]),
    )


def plain() -> None:
    assert Runner.run_sync(agents["greeter"], "Write a haiku.").final_output == "A haiku."


async def plain_async() -> None:
    assert (await Runner.run(agents["greeter"], "Write a haiku.")).final_output == "A haiku."


async def stream_async() -> None:
    run = Runner.run_streamed(agents["greeter"], "Count.")
    events = [event async for event in run.stream_events() if event.type == "raw_response_event"]
    deltas = [event.data.delta for event in events if event.data.type == "response.output_text.delta"]
    assert "".join(deltas) == "one two three"
    assert run.final_output == "one two three"


def tools() -> None:
    assert Runner.run_sync(agents["weather"], "How is the weather?").final_output == "Sunny."


async def tools_async() -> None:
    assert (await Runner.run(agents["weather"], "How is the weather?")).final_output == "Sunny."


def responses() -> None:
    assert Runner.run_sync(agents["responder"], "How is the weather?").final_output == "Sunny."


async def responses_async() -> None:
    assert (await Runner.run(agents["responder"], "How is the weather?")).final_output == "Sunny."


def typed() -> None:
    assert Runner.run_sync(agents["calendar"], "Mina meets Joon.").final_output == Event(
        name="Meeting", people=["Mina"]
    )


async def typed_async() -> None:
    result = await Runner.run(agents["calendar"], "Mina meets Joon.")
    assert result.final_output == Event(name="Meeting", people=["Mina"])


def handoff() -> None:
    result = Runner.run_sync(agents["triage"], "Who was king in 1443?")
    assert (result.final_output, result.last_agent.name) == ("Sejong.", "history")


async def handoff_async() -> None:
    result = await Runner.run(agents["triage"], "Who was king in 1443?")
    assert (result.final_output, result.last_agent.name) == ("Sejong.", "history")


async def guardrail_async() -> None:
    judged = None
    try:
        await Runner.run(agents["tutor"], "What is the meaning of life?")
    except InputGuardrailTripwireTriggered as error:
        judged = error.guardrail_result.output.output_info
    assert judged == Homework(is_homework=False)
