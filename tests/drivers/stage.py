"""Deployments of every adapter on a fake provider, and one face over the driver's sync and async methods."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.connections import Connection, Secret
from genai_sdk.connections.credentials import parse_credentials
from genai_sdk.drivers.driver import Deployment, Driver, DriverResponse
from genai_sdk.http import Deadline
from genai_sdk.testing import FakeProvider
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, ConnectionView, EmbeddingResponse
from genai_sdk.wires.operation import CHAT, EMBEDDING, ChatRequest, EmbeddingRequest

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)

KEY = "sk-good-0001"
AWS = {"accessKeyId": "AKIAFAKE", "secretAccessKey": "aws-secret-0002"}

Messages = list[dict[str, Any]]
HELLO: Messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "one two three"}]


class Case(msgspec.Struct, frozen=True):
    """A kind of deployment.

    Attributes:
        adapter: Its adapter.
        model: Its model.
        path: Where its chat goes; `…` stands for what comes before.
        stream_path: Where its streams go.
        scheme: How it proves itself to the fake.
        embedding_model: A model for embeddings, or None where there are none.
        base: What follows the fake's origin in the connection's base URL, or None for what the fake says.
        view: Further fields of the connection.
    """

    adapter: str
    model: str
    path: str
    scheme: str
    stream_path: str | None = None
    embedding_model: str | None = None
    base: str | None = None
    view: dict[str, Any] = {}


CASES = {
    "openai": Case("openai", "gpt-4o-mini", "/v1/chat/completions", "bearer", embedding_model="text-embedding-3-small"),
    "responses": Case("openai", "gpt-4o", "/v1/responses", "bearer", view={"use_responses_api": True}),
    "azure": Case(
        "azure",
        "my-gpt",
        "/openai/deployments/my-gpt/chat/completions",
        "api-key",
        embedding_model="my-embeddings",
    ),
    "azure v1": Case("azure", "my-gpt", "/openai/v1/chat/completions", "api-key", base="/openai/v1"),
    "anthropic": Case("anthropic", "claude-sonnet-4-20250514", "/v1/messages", "x-api-key"),
    "gemini": Case(
        "google-ai-studio",
        "gemini-2.5-flash",
        "/v1beta/models/gemini-2.5-flash:generateContent",
        "x-goog-api-key",
        stream_path="/v1beta/models/gemini-2.5-flash:streamGenerateContent",
        embedding_model="gemini-embedding-001",
    ),
    "vertex": Case(
        "google-vertex-ai",
        "gemini-2.5-pro",
        "/v1/projects/fake-project/locations/global/publishers/google/models/gemini-2.5-pro:generateContent",
        "oauth",
        stream_path="/v1/projects/fake-project/locations/global/publishers/google/models/"
        "gemini-2.5-pro:streamGenerateContent",
        embedding_model="text-embedding-005",
    ),
    "vertex claude": Case(
        "google-vertex-ai",
        "claude-sonnet-4@20250514",
        "/v1/projects/fake-project/locations/us-east5/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict",
        "oauth",
        stream_path="/v1/projects/fake-project/locations/us-east5/publishers/anthropic/models/"
        "claude-sonnet-4@20250514:streamRawPredict",
        view={"region": "us-east5"},
    ),
    "bedrock": Case(
        "bedrock",
        "us.anthropic.claude-opus-4-1-20250805-v1:0",
        "/model/us.anthropic.claude-opus-4-1-20250805-v1%3A0/converse",
        "sigv4",
        stream_path="/model/us.anthropic.claude-opus-4-1-20250805-v1%3A0/converse-stream",
        embedding_model="amazon.titan-embed-text-v2:0",
        view={"region": "us-east-1"},
    ),
    "bedrock key": Case(
        "bedrock",
        "amazon.nova-lite-v1:0",
        "/model/amazon.nova-lite-v1%3A0/converse",
        "bearer",
        stream_path="/model/amazon.nova-lite-v1%3A0/converse-stream",
        embedding_model="cohere.embed-english-v3",
        view={"region": "eu-west-1"},
    ),
}


class Stage:
    """A fake provider, and deployments on it."""

    def __init__(self, fake: FakeProvider) -> None:
        self.fake = fake
        self._account: str | None = None

    def deployment(
        self,
        like: str = "openai",
        model: str | None = None,
        *,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
        **view: Any,
    ) -> Deployment:
        """Return a deployment of the case called `like`."""
        case = CASES[like]
        base = self.fake.base_url(case.adapter) if case.base is None else self.fake.url + case.base
        facts = {"name": "here", "adapter": case.adapter, "base_url": base, **case.view, **view}
        shown = ConnectionView(created_at=BIRTH, updated_at=BIRTH, **facts)
        credentials = parse_credentials(ADAPTERS[case.adapter], secret or self._secret(case))
        extra = {header: Secret(value) for header, value in (headers or {}).items()}
        return Deployment(Connection(shown, credentials, extra), model or case.model)

    def _secret(self, case: Case) -> str:
        if case.adapter == "google-vertex-ai":
            self._account = self._account or json.dumps(self.fake.service_account())
            return self._account
        if case.adapter == "bedrock":
            return json.dumps(AWS if case.scheme == "sigv4" else {"apiKey": KEY})
        return KEY


class Face:
    """The driver by one of its faces; every call is bounded."""

    def __init__(self, driver: Driver, *, is_async: bool) -> None:
        self.driver = driver
        self.is_async = is_async

    def complete(
        self, deployment: Deployment, messages: Messages = HELLO, deadline: Deadline | None = None, **options: Any
    ) -> DriverResponse[ChatCompletion]:
        request, deadline = ChatRequest(messages, options), deadline or Deadline(60)
        if self.is_async:
            return asyncio.run(self.driver.arun(CHAT, deployment, request, deadline))
        return self.driver.run(CHAT, deployment, request, deadline)

    def embed(
        self, deployment: Deployment, texts: str | list[str], deadline: Deadline | None = None, **options: Any
    ) -> DriverResponse[EmbeddingResponse]:
        request, deadline = EmbeddingRequest(texts, options), deadline or Deadline(60)
        if self.is_async:
            return asyncio.run(self.driver.arun(EMBEDDING, deployment, request, deadline))
        return self.driver.run(EMBEDDING, deployment, request, deadline)

    def stream(
        self,
        deployment: Deployment,
        messages: Messages = HELLO,
        deadline: Deadline | None = None,
        *,
        until: int | None = None,
        seen: list[ChatCompletionChunk] | None = None,
        **options: Any,
    ) -> tuple[list[ChatCompletionChunk], str | None]:
        """Read a stream, up to `until` chunks and then closing it; returns the chunks and the request's id.

        Chunks are put into `seen` as they come, so that they are there when the stream breaks.
        """
        request, deadline = ChatRequest(messages, options), deadline or Deadline(60, gap=60)
        chunks = [] if seen is None else seen

        async def read() -> str | None:
            stream = await self.driver.astream(CHAT, deployment, request, deadline)
            try:
                async for chunk in stream:
                    chunks.append(chunk)
                    if len(chunks) == until:
                        break
            finally:
                await stream.aclose()
            return stream.request_id

        if self.is_async:
            return chunks, asyncio.run(read())
        stream = self.driver.stream(CHAT, deployment, request, deadline)
        for chunk in stream:
            chunks.append(chunk)
            if len(chunks) == until:
                break
        stream.close()
        return chunks, stream.request_id
