"""What is played on every server: one move each, which says in a few words what came.

A move raises `FaultError` where the client itself did wrong; what a server does in its own way is no fault of ours.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from genai_sdk.errors import GenAIError, ProviderError
from servers.faces import Face

WORDS = "word " * 1_400
"""Longer than the window of the tiny models."""

_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tells the weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "enum": ["Seoul", "Busan"]}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
_SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "weather",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"rain": {"type": "boolean"}},
            "required": ["rain"],
            "additionalProperties": False,
        },
    },
}
_FINISHED = ("stop", "length", "tool_calls", "content_filter")


class FaultError(AssertionError):
    """The client did wrong."""


class Stage(NamedTuple):
    """Where a move is played.

    Attributes:
        face: The client's face.
        model: The model at the connection `real`.
    """

    face: Face
    model: str

    def ask(self, text: str = "Hello!", *, at: str = "real", model: str | None = None, **options: Any) -> Any:
        """Make a chat call to a connection."""
        options = {"max_tokens": 24, "temperature": 0, **options}
        messages = [{"role": "user", "content": text}]
        return self.face.call("completion", f"{at}/{model or self.model}", messages, **options)

    def stream(self, text: str = "Hello!", **options: Any) -> tuple[list[Any], Any]:
        """Make a streamed call and read it to its end."""
        stream = self.ask(text, stream=True, **options)
        chunks = self.face.read(stream)
        return chunks, stream.response


def plain(stage: Stage) -> str:
    """A whole answer."""
    answer = stage.ask()
    _finished(answer)
    return f"`{answer.choices[0].finish_reason}`; {_usage(answer)}"


def stream(stage: Stage) -> str:
    """The same answer in chunks."""
    whole = stage.ask()
    chunks, answer = stage.stream()
    _finished(answer)
    _true("".join(chunk.text for chunk in chunks) == answer.text, "the chunks are not the answer")
    ids = len({chunk.id for chunk in chunks if chunk.id})
    same = "the same text" if answer.text == whole.text else "another text than the whole answer"
    return f"{same}, `{answer.choices[0].finish_reason}`; {_usage(answer)}; {_many(ids, 'id')} for all chunks"


def two_choices(stage: Stage) -> str:
    """Two choices."""
    answer = stage.ask(n=2, temperature=1)
    _finished(answer)
    return f"{_many(len(answer.choices), 'choice')}; {_usage(answer)}"


def tools(stage: Stage) -> str:
    """A tool that has to be called."""
    answer = stage.ask("Weather in Seoul?", tools=[_TOOL], tool_choice="required", max_tokens=96)
    return _calls(answer)


def tool_stream(stage: Stage) -> str:
    """The same in chunks."""
    chunks, answer = stage.stream("Weather in Seoul?", tools=[_TOOL], tool_choice="required", max_tokens=96)
    deltas = [call for chunk in chunks for choice in chunk.choices for call in choice.delta.tool_calls or ()]
    named = [call for call in deltas if call.id or call.function.name]
    _true(len(named) <= len({call.index for call in deltas}), "a call says its id or name more than once")
    return _calls(answer)


def structured(stage: Stage) -> str:
    """An answer by a JSON schema."""
    text = stage.ask("Does it rain?", response_format=_SCHEMA, max_tokens=96).text
    try:
        fits = isinstance(json.loads(text)["rain"], bool)
    except (ValueError, TypeError, KeyError):
        fits = False
    return "fits the schema" if fits else "taken and ignored"


def embeddings(stage: Stage) -> str:
    """Vectors of two texts."""
    answer = stage.face.call("embedding", f"real/{stage.model}", ["one", "two texts"])
    _true([row.index for row in answer.data] == [0, 1], "the vectors are not in the order of the texts")
    return f"{len(answer.data)} of {len(answer.data[0].embedding)} numbers"


def overflow(stage: Stage) -> str:
    """A request over the window, with `context_window_fallbacks`."""
    return _overflow(stage.ask(WORDS, context_window_fallbacks=[{f"real/{stage.model}": ["spare/spare"]}]))


def overflow_stream(stage: Stage) -> str:
    """The same in chunks."""
    rows = [{f"real/{stage.model}": ["spare/spare"]}]
    return _overflow(stage.stream(WORDS, context_window_fallbacks=rows)[1])


def wrong_model(stage: Stage) -> str:
    """A model that there is not, with `fallbacks`."""
    rows = [{"real/no-such-model": ["spare/spare"]}]
    return _onward(stage.ask(model="no-such-model", fallbacks=rows))


def wrong_key(stage: Stage) -> str:
    """A wrong key, with `fallbacks`."""
    return _onward(stage.ask(at="wrong", fallbacks=[{f"wrong/{stage.model}": ["spare/spare"]}]))


def early_close(stage: Stage) -> str:
    """A stream closed after two chunks, and the next call."""
    stream = stage.ask("Tell me more.", stream=True, max_tokens=400)
    chunks = stage.face.read(stream, most=2)
    stage.face.close(stream)
    _true(stage.face.read(stream) == [], "a closed stream goes on")
    _finished(stage.ask())
    return f"the next call was answered, after {len(chunks)} chunks"


def mistake(stage: Stage) -> str:
    """A parameter of a wrong type, with `fallbacks`: the caller's to mend."""
    answer = stage.ask(temperature="hot", fallbacks=[{f"real/{stage.model}": ["spare/spare"]}])
    return "taken and ignored" if answer.genai.connection == "real" else _onward(answer)


MOVES: Mapping[str, Callable[[Stage], str]] = {
    "plain": plain,
    "stream": stream,
    "n=2": two_choices,
    "tools": tools,
    "tools, streamed": tool_stream,
    "JSON schema": structured,
    "embeddings": embeddings,
    "over the window": overflow,
    "over the window, streamed": overflow_stream,
    "unknown model": wrong_model,
    "wrong key": wrong_key,
    "closed early": early_close,
    "wrong type of a parameter": mistake,
}


def play(move: Callable[[Stage], str], stage: Stage) -> str:
    """Play a move; an error of the client's own kind is what came."""
    try:
        return move(stage)
    except ProviderError as error:
        words = error.attempts[-1].detail if error.attempts else ""
        return f"`{type(error).__name__}`, {error.status_code or error.reason}: {_short(words)}"
    except GenAIError as error:
        return f"`{type(error).__name__}`"


def _overflow(answer: Any) -> str:
    if answer.genai.connection == "spare":
        first = answer.genai.attempts[0]
        asked = len(answer.genai.attempts) - 1
        return f"refused with {first.status or 'no status'}, {_many(asked, 'attempt')}; the fallback answered"
    _true(answer.genai.connection == "real", "nobody answered")
    return f"goes past it; {_usage(answer)}"


def _onward(answer: Any) -> str:
    first = answer.genai.attempts[0]
    if answer.genai.connection == "spare":
        return f"refused with {first.status}; the fallback answered"
    return "served all the same"


def _calls(answer: Any) -> str:
    choice = answer.choices[0]
    _finished(answer)
    if not choice.message.tool_calls:
        return f"no call, `{choice.finish_reason}`"
    for call in choice.message.tool_calls:
        _true(bool(call.id and call.function.name), "a call without id or name")
    try:
        json.loads(choice.message.tool_calls[0].function.arguments)
        whole = "arguments are JSON"
    except ValueError:
        whole = "arguments are cut off"
    return f"{_many(len(choice.message.tool_calls), 'call')}, {whole}, `{choice.finish_reason}`"


def _usage(answer: Any) -> str:
    usage = answer.usage
    if usage is None:
        return "no usage"
    _true(usage.total_tokens == usage.prompt_tokens + usage.completion_tokens, "usage does not add up")
    return f"usage {usage.prompt_tokens} + {usage.completion_tokens}"


def _finished(answer: Any) -> None:
    for choice in answer.choices:
        _true(choice.finish_reason in _FINISHED, f"finish reason {choice.finish_reason!r}")


def _short(words: str) -> str:
    """Return the beginning of a server's own words, for a cell of a table."""
    words = re.sub(r"[|`]|/\S*/", " ", words.partition(": ")[2] or words)
    return " ".join(words.split())[:90] + ("…" if len(words) > 90 else "")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _true(fact: bool, otherwise: str) -> None:
    if not fact:
        raise FaultError(otherwise)
