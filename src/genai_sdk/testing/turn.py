"""What the fake model says to a call, in no vendor's words; the same call always gets the same answer."""

import hashlib
import json
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.testing.call import Call, Tool
from genai_sdk.testing.sample import sample
from genai_sdk.testing.steps import Reply

Answering = str | Reply | Callable[[Call], str | Reply | None]
"""What `FakeProvider(answer=…)` takes: a text, a reply, or a function of the call (which must not block).

Where the function gives None the usual answer follows.
"""

DIMENSIONS = 8
"""How long an embedding is when the call does not say."""


class Tokens(msgspec.Struct, frozen=True):
    """Usage: `prompt` includes what was read from and written to the cache, `completion` the reasoning."""

    prompt: int
    completion: int
    cached: int = 0
    cache_write: int = 0
    reasoning: int = 0


class ToolUse(msgspec.Struct, frozen=True):
    """A tool to be called."""

    id: str
    name: str
    arguments: Mapping[str, Any]


class Turn(msgspec.Struct, frozen=True):
    """The model's turn.

    Attributes:
        id: Tells this answer from the fake's others.
        pieces: The text as it is cut up in a stream; joined, it is the text.
        tools: The tools to be called.
        reasoning: Reasoning text.
        refusal: A refusal's text.
        finish: stop, length, tool_calls or content_filter.
        tokens: The usage.
    """

    id: str
    pieces: Sequence[str]
    tools: Sequence[ToolUse]
    reasoning: str | None
    refusal: str | None
    finish: str
    tokens: Tokens

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def compose(call: Call, reply: Reply, *, number: str, name: str, answer: Answering | None) -> Turn:
    """Work out the model's turn.

    Without a text in `reply` or an `answer`, a call that forces a tool gets a call of it, one that asks for JSON gets
    a smallest instance of its schema, and any other gets `"{name}: {last user message}"`.
    """
    if reply.text is None and not reply.tool_calls and reply.refusal is None:
        reply = _usual(call, reply, name, answer)
    pieces = reply.pieces if reply.pieces is not None else words(reply.text or "")
    tools = [ToolUse(f"call_{number}_{place}", *tool) for place, tool in enumerate(reply.tool_calls, 1)]
    finish = reply.finish or ("tool_calls" if tools else "stop")
    return Turn(number, pieces, tools, reply.reasoning, reply.refusal, finish, _count(call, reply, "".join(pieces)))


def _usual(call: Call, reply: Reply, name: str, answer: Answering | None) -> Reply:
    scripted_reply = answer(call) if callable(answer) else answer
    if isinstance(scripted_reply, Reply):
        return scripted_reply
    if scripted_reply is None and call.forced is not None:
        tool = next((tool for tool in call.tools if tool.name == call.forced), Tool(call.forced))
        return msgspec.structs.replace(reply, tool_calls=[(tool.name, sample(tool.schema, call.last))])
    if scripted_reply is None and call.schema is not None:
        scripted_reply = json.dumps(sample(call.schema, call.last) or {"answer": call.last}, ensure_ascii=False)
    return msgspec.structs.replace(reply, text=f"{name}: {call.last}" if scripted_reply is None else scripted_reply)


def _count(call: Call, reply: Reply, text: str) -> Tokens:
    reasoning = reply.reasoning_tokens if reply.reasoning_tokens is not None else count(reply.reasoning or "")
    tokens = count(text) + count(reply.refusal or "")
    tokens += sum(1 + count(json.dumps(arguments)) for _, arguments in reply.tool_calls)
    prompt = max(sum(map(count, call.texts)), reply.cached_tokens + reply.cache_write_tokens)
    return Tokens(
        prompt=prompt if reply.prompt_tokens is None else reply.prompt_tokens,
        completion=tokens + reasoning if reply.completion_tokens is None else reply.completion_tokens,
        cached=reply.cached_tokens,
        cache_write=reply.cache_write_tokens,
        reasoning=reasoning,
    )


def count(text: str) -> int:
    """Count tokens: here every word between white space is one."""
    return len(text.split())


def words(text: str) -> list[str]:
    """Cut text after each word, so that joining gives it back."""
    return re.findall(r"\s*\S+|\s+", text)


def vector(text: str, dimensions: int | None = None) -> list[float]:
    """Return the embedding of `text`: a unit vector of single-precision numbers made from its hash.

    Raises:
        TypeError: The dimensions are true or false, which Python would count as 1 and 0.
    """
    if isinstance(dimensions, bool):
        raise TypeError("dimensions must be a number, not a bool")
    size = dimensions or DIMENSIONS
    numbers = [
        value - 2**31 for (value,) in struct.iter_unpack("<I", hashlib.shake_128(text.encode()).digest(4 * size))
    ]
    length = sum(value * value for value in numbers) ** 0.5
    return list(struct.unpack(f"<{size}f", struct.pack(f"<{size}f", *(value / length for value in numbers))))
