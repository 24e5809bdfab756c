"""OpenAI's own SDK on a client within the process: its `OpenAI` and `AsyncOpenAI`, 2.x and 3.x."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import openai

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.application import Application, Client
from genai_sdk.gateway.openai.failure import failure_of
from genai_sdk.gateway.openai.transport import API_KEY, BASE_URL, ERROR, Transport

HTTP = import_module("httpx" if int(openai.__version__.partition(".")[0]) < 3 else "httpx2")
"""What the SDK stands on."""

# Given, so that OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_ADMIN_KEY and OPENAI_WEBHOOK_SECRET count for nothing.
_NEUTRAL = {"organization": "", "project": "", "admin_api_key": API_KEY, "webhook_secret": ""}


class InProcessOpenAI(openai.OpenAI):
    """`openai.OpenAI` whose calls a `GenAIClient` makes; retries are that client's alone."""

    def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request, as every method of the SDK does.

        Raises:
            openai.APIError: As the SDK's own, caused by our error.
        """
        options.max_retries = 0
        with _explaining():
            return super().request(cast_to, options, **keywords)


class InProcessAsyncOpenAI(openai.AsyncOpenAI):
    """`openai.AsyncOpenAI` whose calls a `GenAIClient` makes; the twin of `InProcessOpenAI`."""

    async def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request; the twin of `InProcessOpenAI.request`."""
        options.max_retries = 0
        with _explaining():
            return await super().request(cast_to, options, **keywords)


def make_openai(client: Client) -> openai.OpenAI:
    """Return an `openai.OpenAI` on a client."""
    transport = Transport(Application(client), HTTP, _interrupted)
    http_client = HTTP.Client(transport=transport, trust_env=False)
    made = InProcessOpenAI(**_arguments(openai.OpenAI), http_client=http_client)
    transport.ambient = _ambient(made)
    return made


def make_async_openai(client: Client) -> openai.AsyncOpenAI:
    """Return an `openai.AsyncOpenAI` on a client."""
    transport = Transport(Application(client), HTTP, _interrupted)
    http_client = HTTP.AsyncClient(transport=transport, trust_env=False)
    made = InProcessAsyncOpenAI(**_arguments(openai.AsyncOpenAI), http_client=http_client)
    transport.ambient = _ambient(made)
    return made


def _arguments(kind: type) -> dict[str, Any]:
    taken = inspect.signature(kind).parameters
    neutral = {name: item for name, item in _NEUTRAL.items() if name in taken}
    # Without a timeout the client's own count.
    return {**neutral, "api_key": API_KEY, "base_url": BASE_URL, "max_retries": 0, "timeout": None}


def _ambient(made: openai.OpenAI | openai.AsyncOpenAI) -> dict[str, str]:
    return {name.lower(): value for name, value in made.default_headers.items() if isinstance(value, str)}


@contextmanager
def _explaining() -> Iterator[None]:
    """Let an error of the SDK say what ours says, which is its cause."""
    try:
        yield
    except openai.APIError as error:
        failed = error
    else:
        return
    raise _explained(failed) from _cause(failed)


def _cause(error: openai.APIError) -> BaseException | None:
    """Return our error behind one of the SDK's."""
    if isinstance(error, openai.APIStatusError):
        own: BaseException | None = error.response.extensions.get(ERROR)
        return own or error.__cause__
    behind = error.__cause__
    return behind.__cause__ if behind is not None and isinstance(behind, HTTP.TransportError) else behind


def _explained(error: openai.APIError) -> openai.APIError:
    """Let an error say what ours says: the SDK has no more than one sentence for all timeouts and connections."""
    cause = _cause(error)
    if isinstance(cause, GenAIError):
        failure = failure_of(cause)
        error.message = str(cause)
        error.args = (error.message,)
        if isinstance(error, openai.APIConnectionError):
            error.body, error.code, error.type = failure.error, failure.error["code"], failure.error["type"]
    return error


def _interrupted(error: GenAIError, request: Any) -> openai.APIError:
    return openai.APIError(str(error), request, body=failure_of(error).error)
