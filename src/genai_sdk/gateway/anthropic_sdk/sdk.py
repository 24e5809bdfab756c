"""Anthropic's own SDK on a client within the process: its `Anthropic` and `AsyncAnthropic`."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anthropic  # type: ignore[import-not-found,unused-ignore]  # it lies in an environment of its own: `make peers`
import httpx2

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.anthropic_sdk.answer import MessagesWriter, write_answer
from genai_sdk.gateway.anthropic_sdk.failure import failure_of
from genai_sdk.gateway.anthropic_sdk.request import read_request
from genai_sdk.gateway.openai.application import EVENT_STREAM, JSON, Api, Application, Client
from genai_sdk.gateway.openai.transport import API_KEY, ERROR, OF_EVERY_SDK, Dialect, Transport

BASE_URL = "https://genai-sdk.invalid"
"""Where requests are sent to; a name that no resolver knows (RFC 2606), should one ever get past the transport."""

API = Api(
    read_request, lambda call, value: (JSON, write_answer(call, value)), lambda _: (EVENT_STREAM, MessagesWriter())
)
DIALECT = Dialect(
    method="as_anthropic()",
    base_url=BASE_URL,
    keys={"authorization": f"Bearer {API_KEY}", "x-api-key": API_KEY},
    own=OF_EVERY_SDK | {"anthropic-version"},
    failure_of=failure_of,
)

# Given, so that the environment counts for nothing, and no call has a span of the SDK's own beside ours.
_NEUTRAL: dict[str, Any] = {"webhook_key": API_KEY, "open_telemetry": False}


class InProcessAnthropic(anthropic.Anthropic):  # type: ignore[misc,unused-ignore]  # unknown where it is not installed
    """`anthropic.Anthropic` whose calls a `GenAIClient` makes; retries are that client's alone."""

    def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request, as every method of the SDK does.

        Raises:
            anthropic.APIError: As the SDK's own, caused by our error.
        """
        options.max_retries = 0
        with _explaining():
            return super().request(cast_to, options, **keywords)


class InProcessAsyncAnthropic(anthropic.AsyncAnthropic):  # type: ignore[misc,unused-ignore]  # as above
    """`anthropic.AsyncAnthropic` whose calls a `GenAIClient` makes; the twin of `InProcessAnthropic`."""

    async def request(self, cast_to: Any, options: Any, **keywords: Any) -> Any:
        """Make a request; the twin of `InProcessAnthropic.request`."""
        options.max_retries = 0
        with _explaining():
            return await super().request(cast_to, options, **keywords)


def make_anthropic(client: Client) -> anthropic.Anthropic:
    """Return an `anthropic.Anthropic` on a client."""
    transport = Transport(Application(client, API), httpx2, _interrupted, DIALECT)
    http_client = httpx2.Client(transport=transport, trust_env=False)  # type: ignore[arg-type]  # by its methods
    made = InProcessAnthropic(**_arguments(anthropic.Anthropic), http_client=http_client)
    transport.ambient = _ambient(made)
    return made


def make_async_anthropic(client: Client) -> anthropic.AsyncAnthropic:
    """Return an `anthropic.AsyncAnthropic` on a client."""
    transport = Transport(Application(client, API), httpx2, _interrupted, DIALECT)
    http_client = httpx2.AsyncClient(transport=transport, trust_env=False)  # type: ignore[arg-type]  # by its methods
    made = InProcessAsyncAnthropic(**_arguments(anthropic.AsyncAnthropic), http_client=http_client)
    transport.ambient = _ambient(made)
    return made


def _arguments(kind: type) -> dict[str, Any]:
    taken = inspect.signature(kind).parameters
    neutral = {name: item for name, item in _NEUTRAL.items() if name in taken}
    # Without a timeout the client's own count.
    return {**neutral, "api_key": API_KEY, "base_url": BASE_URL, "max_retries": 0, "timeout": None}


def _ambient(made: anthropic.Anthropic | anthropic.AsyncAnthropic) -> dict[str, str]:
    return {name.lower(): value for name, value in made.default_headers.items() if isinstance(value, str)}


@contextmanager
def _explaining() -> Iterator[None]:
    """Let an error of the SDK say what ours says, which is its cause."""
    try:
        yield
    except anthropic.APIError as error:
        failed = error
    else:
        return
    raise _explained(failed) from _cause(failed)


def _cause(error: anthropic.APIError) -> BaseException | None:
    """Return our error behind one of the SDK's."""
    if isinstance(error, anthropic.APIStatusError):
        own: BaseException | None = error.response.extensions.get(ERROR)
        return own or error.__cause__
    behind = error.__cause__
    return behind.__cause__ if behind is not None and isinstance(behind, httpx2.TransportError) else behind


def _explained(error: anthropic.APIError) -> anthropic.APIError:
    """Let an error say what ours says: the SDK has no more than one sentence for all timeouts and connections."""
    cause = _cause(error)
    if isinstance(cause, GenAIError):
        error.message = str(cause)
        error.args = (error.message,)
        if isinstance(error, anthropic.APIConnectionError):
            error.body = {"type": "error", "error": failure_of(cause).error}
    return error


def _interrupted(error: GenAIError, request: Any) -> anthropic.APIError:
    return anthropic.APIError(str(error), request, body={"type": "error", "error": failure_of(error).error})
