"""The bytes of a stream on each of our wires, as the fake sends them, and what reads them again from any piece."""

import functools
from collections.abc import Iterable

import msgspec
from tests.drivers.stage import AWS, HELLO, KEY, Stage

from genai_sdk.drivers.auth.auth import own_auth
from genai_sdk.drivers.auth.source import AuthSource
from genai_sdk.drivers.engine import WireAttempt
from genai_sdk.drivers.exchange import send
from genai_sdk.drivers.response_headers import by_lower_name
from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.drivers.unknown import UnknownWords
from genai_sdk.http import Deadline, SyncTransport
from genai_sdk.testing import FakeProvider, Reply
from genai_sdk.types import ChatCompletionChunk
from genai_sdk.wires.operation import CHAT, ChatRequest
from genai_sdk.wires.wire import HttpResponse

WIRES = ["openai", "responses", "anthropic", "gemini", "bedrock"]
"""One deployment on each wire, by its name in `stage.CASES`."""

CALL = ("weather", {"city": "서울"})
REPLY = Reply(text="one two 안녕 ☃", reasoning="hm, hm", tool_calls=[CALL])
TOOL = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {}}}}


class Recording(msgspec.Struct):
    """A stream that was sent.

    Attributes:
        attempt: What reads it.
        head: The head of the response.
        data: The body.
    """

    attempt: WireAttempt
    head: HttpResponse
    data: bytes

    def reader(self) -> StreamReader[ChatCompletionChunk]:
        """Return a fresh reader of it."""
        reader = self.attempt.reader(self.head)
        assert reader is not None
        return reader

    def decoded(self, *pieces: bytes) -> list[ChatCompletionChunk]:
        """Return the chunks of a body that comes in these pieces and ends behind them."""
        reader = self.reader()
        return [*(chunk for piece in pieces for chunk in reader.feed(piece)), *reader.end()]


@functools.cache
def record(name: str) -> Recording:
    """Return the stream on a wire of an answer with reasoning, text and a call."""
    aws_keys = {AWS["accessKeyId"]: AWS["secretAccessKey"]}
    with FakeProvider("seoul", keys={KEY}, aws_keys=aws_keys) as fake, SyncTransport() as transport:
        fake.script(REPLY)
        deployment, deadline = Stage(fake).deployment(name), Deadline(20)
        request = ChatRequest(HELLO, {"tools": [TOOL]})
        auth = own_auth(deployment.connection) or AuthSource(transport).get(deployment, deadline)
        attempt = WireAttempt(CHAT, deployment, request, auth, UnknownWords())
        with send(
            transport, deployment, attempt.outgoing(attempt.encode_one(request, stream=True)), deadline
        ) as answer:
            return Recording(attempt, HttpResponse(answer.status, by_lower_name(answer.headers)), answer.read())


def shown(chunks: Iterable[ChatCompletionChunk]) -> tuple[str, str, str, list[str]]:
    """Return the text, the reasoning, the arguments and the finish reasons in some chunks."""
    chunks = list(chunks)
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices]
    calls = [call for delta in deltas for call in delta.tool_calls or ()]
    return (
        "".join(chunk.text for chunk in chunks),
        "".join(delta.reasoning_content or "" for delta in deltas),
        "".join(call.function.arguments or "" for call in calls),
        [choice.finish_reason for chunk in chunks for choice in chunk.choices if choice.finish_reason],
    )
