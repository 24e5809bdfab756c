"""Calls met before they are carried out, by whoever asks for them."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from genai_sdk.client.interception import AlreadyOpenError, InterceptedCall, Interception
from genai_sdk.errors import InvalidRequestError

MODEL = "gemini_usa/gemini-2.5-flash"


class Gate:
    """Lets calls of one model through, and notes all."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.met: list[tuple[str, str, bool]] = []

    def _look(self, call: InterceptedCall, *, stream: bool) -> None:
        self.met.append((call.operation.name, call.arguments.model, stream))
        if call.arguments.model != self.model:
            raise InvalidRequestError(f"{call.arguments.model} is not allowed here")

    def run(self, call: InterceptedCall, go_on: Callable[[], Any]) -> Any:
        self._look(call, stream=False)
        return go_on()

    async def arun(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]]) -> Any:
        self._look(call, stream=False)
        return await go_on()

    def stream(self, call: InterceptedCall, go_on: Callable[[], Any]) -> Any:
        self._look(call, stream=True)
        return go_on()

    async def astream(self, call: InterceptedCall, go_on: Callable[[], Awaitable[Any]]) -> Any:
        self._look(call, stream=True)
        return await go_on()


def test_every_kind_of_call_is_met_and_goes_on(client, face, regions):
    gate = Gate(MODEL)
    with Interception(gate):
        assert face.ask(client, MODEL).text == "usa: Hello!"
        chunks = face.read(face.ask(client, MODEL, stream=True))
        face.call(client, "responses", MODEL, "Hello!")
        face.read(face.call(client, "messages", MODEL, [{"role": "user", "content": "Hi"}], max_tokens=9, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "usa: Hello!"
    assert gate.met == [
        ("chat", MODEL, False),
        ("chat", MODEL, True),
        ("responses", MODEL, False),
        ("messages", MODEL, True),
    ]


def test_a_call_that_is_refused_reaches_nobody(client, face, regions):
    before = len(regions.seoul.journal)
    with Interception(Gate(MODEL)), pytest.raises(InvalidRequestError, match="is not allowed here"):
        face.ask(client, "gemini_seoul/gemini-2.5-flash")
    assert len(regions.seoul.journal) == before
    assert face.ask(client, "gemini_seoul/gemini-2.5-flash").text == "seoul: Hello!"


def test_a_process_has_one_interception_at_a_time():
    first = Gate(MODEL)
    with Interception(first):
        with pytest.raises(AlreadyOpenError) as refused, Interception(Gate(MODEL)):
            pass
        assert refused.value.interceptor is first
    with Interception(Gate(MODEL)):
        pass
