"""Models that answer side by side, each in a lane and a trace of its own."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from genai_sdk.client import GenAIClient
from genai_sdk.errors import GenAIError, ProviderError
from genai_sdk.local.ui.filters import pretty
from genai_sdk.local.ui.play import Play
from genai_sdk.local.ui.player import Player
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion

TRACE = "playground"
"""The name of the traces."""

_FLUSH = 5.0  # seconds that a lane waits for its trace to be there, before it says so


class LaneStart(msgspec.Struct, frozen=True):
    """A lane has begun.

    Attributes:
        trace: The id of its trace.
    """

    trace: str | None


class TextPiece(msgspec.Struct, frozen=True):
    """Some of the answer's text has come."""

    text: str


class LaneResult(msgspec.Struct, frozen=True, kw_only=True):
    """A lane has ended. What is None is not known.

    Attributes:
        trace: The id of its trace.
        error: Why there is no whole answer; None if there is.
        late: Whether that is because it took too long.
        connection: The connection that answered, or was asked last.
        model: The model id that it was asked for.
        status: The HTTP status of an error.
        tokens: How many went in and came out.
        cost: In US dollars.
        first: Seconds to the first content.
        latency: Seconds to the end.
        ended: Why the model stopped, such as `stop` or `length`.
    """

    trace: str | None = None
    error: str | None = None
    late: bool = False
    connection: str = ""
    model: str = ""
    status: int | None = None
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    first: float | None = None
    latency: float | None = None
    ended: str | None = None


Event = LaneStart | TextPiece | LaneResult
Put = Callable[[int, Event], None]
"""Takes what happens in a lane, by its number from 0."""


async def play(player: Player, what: Play, put: Put) -> None:
    """Have every model answer, at the same time; whoever cancels this cancels the calls.

    Args:
        player: Lends the client.
        what: What they are asked.
        put: Told what happens, and of each lane how it ended.
    """
    try:
        async with player.client() as client, asyncio.TaskGroup() as lanes:
            for number in range(len(what.models)):
                lanes.create_task(_lane(client, what, number, player.seconds, put))
    except GenAIError as error:  # there is no client to be had
        for number in range(len(what.models)):
            put(number, LaneResult(error=error.sentence))


async def _lane(client: GenAIClient, what: Play, number: int, seconds: float, put: Put) -> None:
    block = client.trace(TRACE, session_id=what.session or None, tags=[TRACE])
    try:
        with block:
            put(number, LaneStart(block.id))
            async with asyncio.timeout(seconds):
                block.update(input=what.messages)
                answer = await _answer(client, what, number, seconds, put)
                block.update(output=answer.text)
        outcome = _outcome(answer)
    except TimeoutError:
        outcome = LaneResult(
            late=True, error=Sentence.of("store.slow", "it took longer than {seconds:g} s", seconds=seconds)
        )
    except ProviderError as error:
        outcome = _failure(error)
    except GenAIError as error:
        outcome = LaneResult(error=error.sentence)
    await client.aflush(_FLUSH)
    put(number, msgspec.structs.replace(outcome, trace=block.id))


async def _answer(client: GenAIClient, what: Play, number: int, seconds: float, put: Put) -> ChatCompletion:
    prompt = None
    if what.prompt is not None:
        name, version = what.prompt
        prompt = await client.aget_prompt(name, version=version)  # for the link; what is sent is filled in already
    options: dict[str, Any] = {**what.options, "num_retries": 0, "deadline": seconds}  # somebody watches, and may retry
    model = what.models[number]
    stream: Any = await client.acompletion(model, what.messages, prompt=prompt, stream=True, **options)
    async with stream:
        async for chunk in stream:
            if chunk.text:
                put(number, TextPiece(chunk.text))
    answer: ChatCompletion = stream.response
    called = [call.model_dump() for choice in answer.choices for call in choice.message.tool_calls or ()]
    if called:
        put(number, TextPiece(pretty(called)))
    return answer


def _outcome(answer: ChatCompletion) -> LaneResult:
    info, usage = answer.genai, answer.usage
    return LaneResult(
        connection=info.connection,
        model=info.model,
        tokens=None if usage is None else (usage.prompt_tokens, usage.completion_tokens),
        cost=info.cost,
        first=info.first_content,
        latency=info.latency,
        ended=answer.choices[0].finish_reason if answer.choices else None,
    )


def _failure(error: ProviderError) -> LaneResult:
    return LaneResult(
        error=error.sentence,
        connection=error.connection or "",
        model=error.model or "",
        status=error.status_code,
        latency=sum(each.latency + each.waited for each in error.attempts) or None,
    )
