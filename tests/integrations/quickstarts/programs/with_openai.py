"""The situations of OpenAI's own introduction.

That is: a question, a stream, a tool, a typed answer, vectors; chat and responses.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from genai_sdk import GenAIClient

OPTIONS: dict[str, Any] = {}
on: Any = SimpleNamespace()
MODEL = "gpt-6-luna"
HELLO = [{"role": "user", "content": "Write a story of one sentence."}]
WEATHER = [{"role": "user", "content": "How is the weather in Seoul?"}]
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = {"name": "get_weather", "description": "Say how the weather is.", "parameters": SCHEMA, "strict": True}


class Event(BaseModel):
    """An entry of a calendar."""

    name: str
    people: list[str]


MEETING = Event(name="Meeting", people=["Mina"])


@contextmanager
def official() -> Iterator[Any]:
    """OpenAI's SDK records nothing by itself: the Langfuse SDK's own block stands around each situation."""
    from langfuse import Langfuse

    langfuse = Langfuse()
    yield lambda name: langfuse.start_as_current_observation(name=name)
    langfuse.shutdown()


def begin(client: GenAIClient) -> None:
    """Make the SDK's two clients."""
    vars(on).update(sdk=client.as_openai(), asdk=client.as_async_openai())


def get_weather(arguments: str) -> str:
    return f"It is sunny in {json.loads(arguments)['city']}."


def plain() -> None:
    answer = on.sdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert answer.choices[0].message.content == "A unicorn slept."


async def plain_async() -> None:
    answer = await on.asdk.chat.completions.create(model=MODEL, messages=HELLO)
    assert answer.choices[0].message.content == "A unicorn slept."


def stream() -> None:
    chunks = on.sdk.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "one two three"


async def stream_async() -> None:
    chunks = await on.asdk.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
    parts = [chunk.choices[0].delta.content or "" async for chunk in chunks if chunk.choices]
    assert "".join(parts) == "one two three"


def _second(message: Any) -> list[Any]:
    (call,) = message.tool_calls
    return [
        *WEATHER,
        message,
        {"role": "tool", "tool_call_id": call.id, "content": get_weather(call.function.arguments)},
    ]


def tools() -> None:
    options = {"model": MODEL, "tools": [{"type": "function", "function": TOOL}]}
    message = on.sdk.chat.completions.create(messages=WEATHER, **options).choices[0].message
    answer = on.sdk.chat.completions.create(messages=_second(message), **options)
    assert answer.choices[0].message.content == "Sunny."


async def tools_async() -> None:
    options = {"model": MODEL, "tools": [{"type": "function", "function": TOOL}]}
    message = (await on.asdk.chat.completions.create(messages=WEATHER, **options)).choices[0].message
    answer = await on.asdk.chat.completions.create(messages=_second(message), **options)
    assert answer.choices[0].message.content == "Sunny."


def typed() -> None:
    answer = on.sdk.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Event)
    assert answer.choices[0].message.parsed == MEETING


async def typed_async() -> None:
    answer = await on.asdk.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Event)
    assert answer.choices[0].message.parsed == MEETING


def responses() -> None:
    assert on.sdk.responses.create(model=MODEL, input="Write a story.").output_text == "A unicorn slept."


async def responses_async() -> None:
    assert (await on.asdk.responses.create(model=MODEL, input="Write a story.")).output_text == "A unicorn slept."


def responses_stream() -> None:
    events = list(on.sdk.responses.create(model=MODEL, input="Count.", stream=True))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "one two three"


async def responses_stream_async() -> None:
    events = [event async for event in await on.asdk.responses.create(model=MODEL, input="Count.", stream=True)]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "one two three"


def responses_tools() -> None:
    options = {"model": MODEL, "tools": [{"type": "function", **TOOL}]}
    items: list[Any] = list(WEATHER)
    items += (calls := on.sdk.responses.create(input=items, **options).output)
    items += _outputs(calls)
    assert on.sdk.responses.create(input=items, **options).output_text == "Sunny."


async def responses_tools_async() -> None:
    options = {"model": MODEL, "tools": [{"type": "function", **TOOL}]}
    items: list[Any] = list(WEATHER)
    items += (calls := (await on.asdk.responses.create(input=items, **options)).output)
    items += _outputs(calls)
    assert (await on.asdk.responses.create(input=items, **options)).output_text == "Sunny."


def _outputs(calls: list[Any]) -> list[dict[str, str]]:
    return [
        {"type": "function_call_output", "call_id": call.call_id, "output": get_weather(call.arguments)}
        for call in calls
        if call.type == "function_call"
    ]


def responses_typed() -> None:
    assert on.sdk.responses.parse(model=MODEL, input="Mina meets.", text_format=Event).output_parsed == MEETING


async def responses_typed_async() -> None:
    answer = await on.asdk.responses.parse(model=MODEL, input="Mina meets.", text_format=Event)
    assert answer.output_parsed == MEETING


def vectors() -> None:
    assert on.sdk.embeddings.create(model="text-embedding-3-small", input="The food was good.").data[0].embedding


async def vectors_async() -> None:
    answer = await on.asdk.embeddings.create(model="text-embedding-3-small", input="The food was good.")
    assert answer.data[0].embedding
