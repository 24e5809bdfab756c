"""The transport under a vendor's SDK: it answers within the process, where others would open a socket.

OpenAI's stands on httpx up to 2.x and on httpx2 from 3.x on; both take the same transports, each with classes of its
own for responses and their bodies.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Set
from types import ModuleType
from typing import Any

import msgspec

from genai_sdk.errors import GenAIError, InvalidRequestError
from genai_sdk.gateway.openai.api_call import HttpRequest, UnsupportedPathError
from genai_sdk.gateway.openai.application import Application, AsyncEvents, Events, HttpResponse
from genai_sdk.gateway.openai.failure import Failure, failure_of
from genai_sdk.sentence import Sentence

BASE_URL = "https://genai-sdk.invalid/v1"
"""Where requests are sent to; a name that no resolver knows (RFC 2606), should one ever get past the transport."""

API_KEY = "genai-sdk"
"""The key inside, which opens nothing."""

ERROR = "genai_error"
"""Under which extension of a response our own error is found."""

# What an SDK and its HTTP library say of themselves (openai 3.57.0, `default_headers`; httpx2 2.16.2).
OF_EVERY_SDK = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    )
)


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between the SDKs.

    Attributes:
        method: The client's method that makes such an object.
        base_url: Where its requests are sent to.
        keys: The headers that authenticate, and what they hold with the key inside.
        own: The headers of its own, which are no part of a call.
        failure_of: Says an error in the words of its API.
    """

    method: str
    base_url: str
    keys: Mapping[str, str]
    own: Set[str]
    failure_of: Callable[[GenAIError], Failure]


OPENAI = Dialect(
    method="as_openai()",
    base_url=BASE_URL,
    keys={"authorization": f"Bearer {API_KEY}"},
    own=OF_EVERY_SDK | {"openai-organization", "openai-project"},
    failure_of=failure_of,
)
"""OpenAI's."""

Interrupted = Callable[[GenAIError, Any], Exception]
"""Makes the SDK's error for a stream that broke, from ours and the request."""


class Transport:
    """A transport for httpx or httpx2, sync and async.

    Args:
        application: Answers the requests.
        http: The module `httpx` or `httpx2`.
        interrupted: Makes the error that a broken stream is raised as.
        dialect: What is particular to the SDK.

    Attributes:
        application: Answers the requests.
        ambient: Headers that every request has, by name in lower case; they come from the SDK's defaults and from
            OPENAI_CUSTOM_HEADERS, and are no part of any call.
    """

    def __init__(
        self, application: Application, http: ModuleType, interrupted: Interrupted, dialect: Dialect = OPENAI
    ) -> None:
        self.application = application
        self._dialect = dialect
        self._http: Any = http
        self._interrupted = interrupted
        self._body = type("Body", (_Body, self._http.SyncByteStream), {})
        self._async_body = type("AsyncBody", (_AsyncBody, self._http.AsyncByteStream), {})
        self.ambient: Mapping[str, str] = {}

    def handle_request(self, request: Any) -> Any:
        """Answer a request.

        Raises:
            httpx.TimeoutException: The call ran into its timeout; the SDK has an error of its own for that.
            httpx.ConnectError: There was no answer at all; likewise.
        """
        try:
            answer = self.application.answer(self._read(request, request.read()))
        except GenAIError as error:
            return self.failed(error, request)
        return self.response(answer, request)

    async def handle_async_request(self, request: Any) -> Any:
        """Answer a request; the twin of `handle_request`."""
        try:
            answer = await self.application.aanswer(self._read(request, await request.aread()))
        except GenAIError as error:
            return self.failed(error, request)
        return self.response(answer, request)

    def response(self, answer: HttpResponse, request: Any) -> Any:
        """Return an answer as the HTTP library has it."""
        if isinstance(answer.body, Events):
            body = self._body(answer.body, request, self._interrupted)
        elif isinstance(answer.body, AsyncEvents):
            body = self._async_body(answer.body, request, self._interrupted)
        else:
            return self._http.Response(200, headers=answer.headers, content=answer.content, request=request)
        return self._http.Response(200, headers=answer.headers, stream=body, request=request)

    def _read(self, request: Any, body: bytes) -> HttpRequest:
        url, _, query = str(request.url).partition("?")
        base_url = self._dialect.base_url
        root, path = url[: len(base_url)], url[len(base_url) :]
        if root != base_url or not path.startswith("/"):
            raise UnsupportedPathError(
                f"{self._dialect.method} answers within the process, at {base_url}, and cannot send to {url}: register "
                "that server as a connection in Langfuse, or make a plain client of the SDK's for it"
            )
        timeout = request.extensions.get("timeout") or {}
        return HttpRequest(
            method=request.method,
            path=path,
            body=body,
            headers=self._headers(request),
            timeout=timeout.get("read"),
            query=query,
        )

    def _headers(self, request: Any) -> dict[str, str]:
        """Return the headers that the caller gave beside those that every request has."""
        own: dict[str, str] = {}
        for raw_name, raw_value in request.headers.raw:  # whose `items` decodes each header several times over
            name = raw_name.decode("latin-1").lower()
            if name in self._dialect.own or name.startswith("x-stainless-"):
                continue
            value = raw_value.decode("utf-8", "replace")
            if name in self._dialect.keys:
                if value not in (self._dialect.keys[name], self.ambient.get(name)):
                    raise InvalidRequestError(
                        Sentence.of(
                            "gateway.api_key",
                            "{method} takes no api_key: provider keys belong to the connections in Langfuse",
                            method=self._dialect.method,
                        )
                    )
            elif self.ambient.get(name) != value:
                own[name] = value
        return own

    def failed(self, error: GenAIError, request: Any) -> Any:
        """Return an error as a response.

        Raises:
            httpx.TimeoutException: As `handle_request`, and so is `ConnectError`.
        """
        failure = self._dialect.failure_of(error)
        if failure.kind == "timeout":
            raise self._http.ReadTimeout(str(error), request=request) from error
        if failure.kind == "connection":
            raise self._http.ConnectError(str(error), request=request) from error
        return self._http.Response(
            failure.status,
            headers=failure.headers,
            content=failure.body,
            request=request,
            extensions={ERROR: error},
        )

    def close(self) -> None:
        """Close nothing: the client's connections are its own."""

    async def aclose(self) -> None:
        """Close nothing; the twin of `close`."""

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> "Transport":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class _Body:
    """The bytes of a stream as the HTTP library takes them."""

    def __init__(self, events: Events, request: Any, interrupted: Interrupted) -> None:
        self._events = events
        self._request = request
        self._interrupted = interrupted

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._events
        except GenAIError as error:
            raise self._interrupted(error, self._request) from error

    def close(self) -> None:
        self._events.close()


class _AsyncBody:
    """The bytes of a stream as the HTTP library takes them; the twin of `_Body`."""

    def __init__(self, events: AsyncEvents, request: Any, interrupted: Interrupted) -> None:
        self._events = events
        self._request = request
        self._interrupted = interrupted

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for data in self._events:
                yield data
        except GenAIError as error:
            raise self._interrupted(error, self._request) from error

    async def aclose(self) -> None:
        await self._events.aclose()
