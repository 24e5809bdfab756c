"""Anthropic's own SDK on a client within the process: its `Anthropic` and `AsyncAnthropic`."""

from typing import Any

import anthropic  # type: ignore[import-not-found,unused-ignore]  # it lies in an environment of its own: `make peers`
import httpx2

from genai_sdk.gateway.anthropic_sdk.answer import MessagesWriter, write_answer
from genai_sdk.gateway.anthropic_sdk.failure import failure_of
from genai_sdk.gateway.anthropic_sdk.request import read_request
from genai_sdk.gateway.openai.application import EVENT_STREAM, JSON, Api, Client
from genai_sdk.gateway.openai.transport import API_KEY, OF_EVERY_SDK, Dialect
from genai_sdk.gateway.stainless import Sdk

SDK = Sdk(
    anthropic,
    httpx2,
    Api(
        read_request, lambda call, value: (JSON, write_answer(call, value)), lambda _: (EVENT_STREAM, MessagesWriter())
    ),
    Dialect(
        method="as_anthropic()",
        base_url="https://genai-sdk.invalid",  # a name that no resolver knows (RFC 2606), as for OpenAI's
        keys={"authorization": f"Bearer {API_KEY}", "x-api-key": API_KEY},
        own=OF_EVERY_SDK | {"anthropic-version"},
        failure_of=failure_of,
    ),
    # Given, so that the environment counts for nothing, and no call has a span of the SDK's own beside ours.
    neutral={"webhook_key": API_KEY, "open_telemetry": False},
    details=lambda failure: {"body": {"type": "error", "error": failure.error}},
)


class InProcessAnthropic(anthropic.Anthropic):  # type: ignore[misc,unused-ignore]  # unknown where it is not installed
    """`anthropic.Anthropic` whose calls a `GenAIClient` makes; retries are that client's alone."""

    def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request, as every method of the SDK does.

        Raises:
            anthropic.APIError: As the SDK's own, caused by our error.
        """
        options.max_retries = 0
        with SDK.explaining():
            return super().request(cast_to, options, **keywords)


class InProcessAsyncAnthropic(anthropic.AsyncAnthropic):  # type: ignore[misc,unused-ignore]  # as above
    """`anthropic.AsyncAnthropic` whose calls a `GenAIClient` makes; the twin of `InProcessAnthropic`."""

    async def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request; the twin of `InProcessAnthropic.request`."""
        options.max_retries = 0
        with SDK.explaining():
            return await super().request(cast_to, options, **keywords)


def make_anthropic(client: Client) -> anthropic.Anthropic:
    """Return an `anthropic.Anthropic` on a client."""
    return SDK.make(InProcessAnthropic, httpx2.Client, client)[0]


def make_async_anthropic(client: Client) -> anthropic.AsyncAnthropic:
    """Return an `anthropic.AsyncAnthropic` on a client."""
    return SDK.make(InProcessAsyncAnthropic, httpx2.AsyncClient, client)[0]
