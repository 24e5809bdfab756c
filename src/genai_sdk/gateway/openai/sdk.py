"""OpenAI's own SDK on a client within the process: its `OpenAI` and `AsyncOpenAI`, 2.x and 3.x."""

from importlib import import_module
from typing import Any

import openai

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.application import OPENAI as API
from genai_sdk.gateway.openai.application import Client
from genai_sdk.gateway.openai.shortcut import Shortcut, is_open
from genai_sdk.gateway.openai.streams import Ready
from genai_sdk.gateway.openai.transport import API_KEY, OPENAI
from genai_sdk.gateway.stainless import Sdk

HTTP = import_module("httpx" if int(openai.__version__.partition(".")[0]) < 3 else "httpx2")
"""What the SDK stands on."""

SDK = Sdk(
    openai,
    HTTP,
    API,
    OPENAI,
    # So that OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_ADMIN_KEY and OPENAI_WEBHOOK_SECRET count for nothing.
    neutral={"organization": "", "project": "", "admin_api_key": API_KEY, "webhook_secret": ""},
    details=lambda failure: {"body": failure.error, "code": failure.error["code"], "type": failure.error["type"]},
)


class InProcessOpenAI(openai.OpenAI):
    """`openai.OpenAI` whose calls a `GenAIClient` makes; retries are that client's alone."""

    shortcut: Shortcut | None = None

    def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request, as every method of the SDK does.

        Raises:
            openai.APIError: As the SDK's own, caused by our error.
        """
        options.max_retries = 0
        shortcut = self.shortcut
        request = None if shortcut is None else shortcut.read(self, cast_to, options, keywords)
        if shortcut is None or request is None:
            with SDK.explaining():
                return super().request(cast_to, options, **keywords)
        try:
            answer = shortcut.application.answer(request)
        except GenAIError as error:
            failed = error
        else:
            return shortcut.finish(self, cast_to, options, keywords, answer)
        raise shortcut.failure(self, options, failed) from failed

    def copy(self, **options: Any) -> Any:
        """Return a client with other options, as the SDK does."""
        made = super().copy(**options)
        made.shortcut = self.shortcut and self.shortcut.of_copy(self, made, options)
        return made

    with_options: Any = copy

    def _process_response_data(self, *, data: Any, **keywords: Any) -> Any:
        return data.model if type(data) is Ready else super()._process_response_data(data=data, **keywords)


class InProcessAsyncOpenAI(openai.AsyncOpenAI):
    """`openai.AsyncOpenAI` whose calls a `GenAIClient` makes; the twin of `InProcessOpenAI`."""

    shortcut: Shortcut | None = None

    async def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request; the twin of `InProcessOpenAI.request`."""
        options.max_retries = 0
        shortcut = self.shortcut
        request = None if shortcut is None else shortcut.read(self, cast_to, options, keywords)
        if shortcut is None or request is None:
            with SDK.explaining():
                return await super().request(cast_to, options, **keywords)
        try:
            answer = await shortcut.application.aanswer(request)
        except GenAIError as error:
            failed = error
        else:
            return shortcut.finish(self, cast_to, options, keywords, answer)
        raise shortcut.failure(self, options, failed) from failed

    def copy(self, **options: Any) -> Any:
        """Return a client with other options, as the SDK does."""
        made = super().copy(**options)
        made.shortcut = self.shortcut and self.shortcut.of_copy(self, made, options)
        return made

    with_options: Any = copy

    def _process_response_data(self, *, data: Any, **keywords: Any) -> Any:
        return data.model if type(data) is Ready else super()._process_response_data(data=data, **keywords)


def make_openai(client: Client) -> openai.OpenAI:
    """Return an `openai.OpenAI` on a client."""
    made: InProcessOpenAI
    made, transport = SDK.make(InProcessOpenAI, HTTP.Client, client)
    made.shortcut = Shortcut(made, transport, SDK) if is_open(InProcessOpenAI, openai.Stream) else None
    return made


def make_async_openai(client: Client) -> openai.AsyncOpenAI:
    """Return an `openai.AsyncOpenAI` on a client."""
    made: InProcessAsyncOpenAI
    made, transport = SDK.make(InProcessAsyncOpenAI, HTTP.AsyncClient, client)
    made.shortcut = Shortcut(made, transport, SDK) if is_open(InProcessAsyncOpenAI, openai.AsyncStream) else None
    return made
