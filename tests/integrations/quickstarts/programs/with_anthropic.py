"""The situations of Anthropic's own introduction.

That is: a question, a system prompt, a stream, a tool, a typed answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {}
on: Any = SimpleNamespace()
ASK: dict[str, Any] = {"model": "claude-sonnet-5", "max_tokens": 1000}
HELLO = [{"role": "user", "content": "What shall I look for?"}]
WEATHER = [{"role": "user", "content": "How is the weather in Seoul?"}]
TOOL = {
    "name": "get_weather",
    "description": "Say how the weather is.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    people: list[str]


@contextmanager
def official() -> Iterator[Any]:
    """Anthropic's SDK records nothing by itself: the Langfuse SDK's own block stands around each situation."""
    from langfuse import Langfuse

    langfuse = Langfuse()
    yield lambda name: langfuse.start_as_current_observation(name=name)
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make the SDK's two clients."""
    vars(on).update(sdk=client.as_anthropic(), asdk=client.as_async_anthropic())


def plain() -> None:
    message = on.sdk.messages.create(**ASK, system="Be concise.", messages=HELLO)
    assert message.content[0].text == "Look at the sources."


async def plain_async() -> None:
    message = await on.asdk.messages.create(**ASK, system="Be concise.", messages=HELLO)
    assert message.content[0].text == "Look at the sources."


def stream() -> None:
    with on.sdk.messages.stream(**ASK, messages=HELLO) as events:
        assert "".join(events.text_stream) == "one two three"


async def stream_async() -> None:
    async with on.asdk.messages.stream(**ASK, messages=HELLO) as events:
        assert "".join([text async for text in events.text_stream]) == "one two three"


def events() -> None:
    kinds = [event.type for event in on.sdk.messages.create(**ASK, messages=HELLO, stream=True)]
    assert (kinds[0], kinds[-1]) == ("message_start", "message_stop")


async def events_async() -> None:
    kinds = [event.type async for event in await on.asdk.messages.create(**ASK, messages=HELLO, stream=True)]
    assert (kinds[0], kinds[-1]) == ("message_start", "message_stop")


def _second(message: Any) -> list[Any]:
    assert message.stop_reason == "tool_use"
    results = [
        {"type": "tool_result", "tool_use_id": block.id, "content": f"It is sunny in {block.input['city']}."}
        for block in message.content
        if block.type == "tool_use"
    ]
    return [*WEATHER, {"role": "assistant", "content": message.content}, {"role": "user", "content": results}]


def tools() -> None:
    message = on.sdk.messages.create(**ASK, messages=WEATHER, tools=[TOOL])
    assert on.sdk.messages.create(**ASK, messages=_second(message), tools=[TOOL]).content[0].text == "Sunny."


async def tools_async() -> None:
    message = await on.asdk.messages.create(**ASK, messages=WEATHER, tools=[TOOL])
    answer = await on.asdk.messages.create(**ASK, messages=_second(message), tools=[TOOL])
    assert answer.content[0].text == "Sunny."


def typed() -> None:
    message = on.sdk.messages.parse(**ASK, messages=HELLO, output_format=Event)
    assert message.parsed_output == Event(name="Meeting", people=["Mina"])


async def typed_async() -> None:
    message = await on.asdk.messages.parse(**ASK, messages=HELLO, output_format=Event)
    assert message.parsed_output == Event(name="Meeting", people=["Mina"])
