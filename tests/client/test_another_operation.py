"""An operation that the package does not have takes four small places: its row and types, a codec, its two methods.

What is written here is all that an API of that shape would need; attempts, fallbacks, errors and traces come with it.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

import msgspec
import pytest
from tests.drivers.test_engine import Server

from genai_sdk import GenAIClient, RateLimitError
from genai_sdk.client.parameters import Arguments
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing.langfuse import FakeLangfuse
from genai_sdk.types import CallInfo, Usage
from genai_sdk.types.base import Readers, Value, one
from genai_sdk.wires.openai.body import encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.openai.wire import OpenAIWire
from genai_sdk.wires.operation import Operation
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest

KEY = "sk-canary"


# 1. Its row, with the type of its requests (wires/operation.py).
class JudgementRequest(msgspec.Struct, frozen=True):
    input: str
    options: Mapping[str, Any] = {}
    encoded: bytes | None = None


# 2. The type of its responses (types/).
class JudgementResponse(Value, frozen=True):
    model: str = ""
    results: tuple[dict[str, Any], ...] = ()
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"results": tuple, "usage": one(Usage)}


JUDGEMENT = Operation("judgement", JudgementRequest, JudgementResponse, type(None), "span", "input")


# 3. A codec, and its line in the wire that has it (wires/openai/).
class JudgementCodec(Codec[JudgementRequest, JudgementResponse, None]):
    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/judgements")

    def encode(self, request: JudgementRequest, *, stream: bool) -> HttpRequest:
        fields = {"model": self.endpoint.model, "input": request.input}
        return HttpRequest(self._url, encode_body(fields, request.options))

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> JudgementResponse | None:
        return JudgementResponse.from_dict(data) if data.get("results") else None


# 4. Its two methods (client/calls.py).
class Client(GenAIClient):
    def judgement(self, model: str, text: str) -> JudgementResponse:
        return self._run(JUDGEMENT, Arguments(model, JudgementRequest(text), {}), self._clock.now())

    async def ajudgement(self, model: str, text: str) -> JudgementResponse:
        return await self._arun(JUDGEMENT, Arguments(model, JudgementRequest(text), {}), self._clock.now())


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(OpenAIWire, "codecs", {**OpenAIWire.codecs, JUDGEMENT.name: JudgementCodec})
    server = Server()
    server.say = lambda _: json.dumps({"model": "omni", "results": [{"flagged": False}]}).encode()
    yield server
    server.close()


@pytest.fixture
def langfuse(server: Server) -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as langfuse:
        now = datetime(2026, 1, 1, tzinfo=UTC)
        langfuse.connections.put(
            ConnectionRecord(
                name="here",
                adapter="openai",
                secret=KEY,
                base_url=server.url,
                custom_models=("omni",),
                created_at=now,
                updated_at=now,
            )
        )
        yield langfuse


def connected(langfuse: FakeLangfuse) -> Client:
    return Client(
        public_key=langfuse.public_key,
        secret_key=langfuse.secret_key,
        host=langfuse.url,
        broker_url=langfuse.url,
        router_args={"num_retries": 0},
    )


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_an_operation_of_four_places_is_sent_answered_and_recorded(
    server: Server, langfuse: FakeLangfuse, is_async: bool
) -> None:
    async with connected(langfuse) as client:
        response = await client.ajudgement("omni", "Hi!") if is_async else client.judgement("omni", "Hi!")
        assert response.results == ({"flagged": False},)
        assert response.genai.connection == "here"
        assert client.flush(5)
    headers, body = server.came[0]
    assert headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(body) == {"model": "omni", "input": "Hi!"}
    assert [trace.name for trace in langfuse.traces] == ["judgement omni"]


async def test_its_errors_are_those_of_every_operation(server: Server, langfuse: FakeLangfuse) -> None:
    server.status = 429
    server.say = lambda _: b'{"error": {"message": "Slow down."}}'
    async with connected(langfuse) as client:
        with pytest.raises(RateLimitError, match="Slow down"):
            client.judgement("omni", "Hi!")
