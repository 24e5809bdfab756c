"""A vendor's API on a client: a request goes in, a response comes out; nothing is sent anywhere by this itself."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

from genai_sdk.gateway.openai.answer import ChunkWriter, ResponsesWriter, write_answer
from genai_sdk.gateway.openai.request import ApiCall, HttpRequest, read_request
from genai_sdk.types import CallInfo


class Client(Protocol):
    """What the API is answered with: a `GenAIClient`, of which this much is used."""

    @property
    def completion(self) -> Callable[..., Any]:
        """As `GenAIClient.completion`."""
        ...

    @property
    def acompletion(self) -> Callable[..., Any]:
        """As `GenAIClient.acompletion`."""
        ...

    @property
    def responses(self) -> Callable[..., Any]:
        """As `GenAIClient.responses`."""
        ...

    @property
    def aresponses(self) -> Callable[..., Any]:
        """As `GenAIClient.aresponses`."""
        ...

    @property
    def messages(self) -> Callable[..., Any]:
        """As `GenAIClient.messages`."""
        ...

    @property
    def amessages(self) -> Callable[..., Any]:
        """As `GenAIClient.amessages`."""
        ...

    @property
    def embedding(self) -> Callable[..., Any]:
        """As `GenAIClient.embedding`."""
        ...

    @property
    def aembedding(self) -> Callable[..., Any]:
        """As `GenAIClient.aembedding`."""
        ...

    @property
    def models(self) -> Callable[..., Any]:
        """As `GenAIClient.models`."""
        ...

    @property
    def amodels(self) -> Callable[..., Any]:
        """As `GenAIClient.amodels`."""
        ...

    @property
    def explain(self) -> Callable[..., Any]:
        """As `GenAIClient.explain`."""
        ...

    @property
    def aexplain(self) -> Callable[..., Any]:
        """As `GenAIClient.aexplain`."""
        ...


class Writer(Protocol):
    """Writes what a stream brings as events."""

    def add(self, item: Any, /) -> bytes:
        """Return what can be sent now."""
        ...

    def end(self, info: CallInfo, /) -> bytes:
        """Return what is left, with what is known of the call."""
        ...


class Api(msgspec.Struct, frozen=True):
    """How a vendor's API is read and written.

    Attributes:
        read: Reads a request as a call of the client.
        write: Writes a whole answer.
        writers: Makes what writes a stream, by the client's method.
    """

    read: Callable[[HttpRequest], ApiCall]
    write: Callable[[ApiCall, Any], bytes]
    writers: Mapping[str, Callable[[], Writer]]


OPENAI = Api(read_request, write_answer, MappingProxyType({"completion": ChunkWriter, "responses": ResponsesWriter}))
"""OpenAI's."""


class Events:
    """The events of a streamed answer; to be closed by whoever reads no further.

    Args:
        stream: The answer.
        writer: Writes its events.
    """

    def __init__(self, stream: Any, writer: Writer) -> None:
        self._stream = stream
        self._writer = writer

    def __iter__(self) -> Iterator[bytes]:
        writer = self._writer
        for chunk in self._stream:
            if data := writer.add(chunk):
                yield data
        yield writer.end(self._stream.genai)

    def close(self) -> None:
        """Stop reading, and free the connection to the provider."""
        self._stream.close()


class AsyncEvents:
    """The events of a streamed answer; the twin of `Events`."""

    def __init__(self, stream: Any, writer: Writer) -> None:
        self._stream = stream
        self._writer = writer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        writer = self._writer
        async for chunk in self._stream:
            if data := writer.add(chunk):
                yield data
        yield writer.end(self._stream.genai)

    async def aclose(self) -> None:
        """Stop reading, and free the connection to the provider."""
        await self._stream.aclose()


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A good answer; what fails is raised.

    Attributes:
        headers: Its headers.
        body: A whole body, or the events of a stream.
    """

    headers: dict[str, str]
    body: bytes | Events | AsyncEvents


class Application:
    """Answers requests with a client's calls.

    Args:
        client: Makes the calls.
        api: Whose API it is.
    """

    def __init__(self, client: Client, api: Api = OPENAI) -> None:
        self._client = client
        self._api = api

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request.

        Raises:
            GenAIError: As the call; `failure_of` says it in OpenAI's words.
        """
        call = self._api.read(request)
        value = getattr(self._client, call.method)(**call.arguments)
        return (
            _streamed(Events(value, self._api.writers[call.method]()), value.genai)
            if call.stream
            else self._whole(call, value)
        )

    async def aanswer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; the twin of `answer`."""
        call = self._api.read(request)
        value = await getattr(self._client, f"a{call.method}")(**call.arguments)
        return (
            _streamed(AsyncEvents(value, self._api.writers[call.method]()), value.genai)
            if call.stream
            else self._whole(call, value)
        )

    def _whole(self, call: ApiCall, value: Any) -> HttpResponse:
        info = getattr(value, "genai", None)
        return HttpResponse(headers=_headers("application/json", info), body=self._api.write(call, value))


def _streamed(events: Events | AsyncEvents, info: CallInfo) -> HttpResponse:
    return HttpResponse(headers=_headers("text/event-stream; charset=utf-8", info), body=events)


def _headers(content_type: str, info: CallInfo | None) -> dict[str, str]:
    headers = {"content-type": content_type}
    if info is not None and info.request_id:
        headers["x-request-id"] = headers["request-id"] = info.request_id  # OpenAI's name, and Anthropic's
    return headers
