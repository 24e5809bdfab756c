"""A vendor's API on a client: a request goes in, a response comes out; nothing is sent anywhere by this itself."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import msgspec

from genai_sdk.gateway.openai.answer import ChunkWriter, ResponsesWriter, write_answer
from genai_sdk.gateway.openai.api_call import ApiCall, HttpRequest
from genai_sdk.gateway.openai.request import read_request
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

    @property
    def files(self) -> Any:
        """As `GenAIClient.files`."""
        ...

    @property
    def batches(self) -> Any:
        """As `GenAIClient.batches`."""
        ...

    @property
    def text_completion(self) -> Callable[..., Any]:
        """As `GenAIClient.text_completion`."""
        ...

    @property
    def atext_completion(self) -> Callable[..., Any]:
        """As `GenAIClient.atext_completion`."""
        ...

    @property
    def moderation(self) -> Callable[..., Any]:
        """As `GenAIClient.moderation`."""
        ...

    @property
    def amoderation(self) -> Callable[..., Any]:
        """As `GenAIClient.amoderation`."""
        ...

    @property
    def image_generation(self) -> Callable[..., Any]:
        """As `GenAIClient.image_generation`."""
        ...

    @property
    def aimage_generation(self) -> Callable[..., Any]:
        """As `GenAIClient.aimage_generation`."""
        ...

    @property
    def image_edit(self) -> Callable[..., Any]:
        """As `GenAIClient.image_edit`."""
        ...

    @property
    def aimage_edit(self) -> Callable[..., Any]:
        """As `GenAIClient.aimage_edit`."""
        ...

    @property
    def speech(self) -> Callable[..., Any]:
        """As `GenAIClient.speech`."""
        ...

    @property
    def aspeech(self) -> Callable[..., Any]:
        """As `GenAIClient.aspeech`."""
        ...

    @property
    def transcription(self) -> Callable[..., Any]:
        """As `GenAIClient.transcription`."""
        ...

    @property
    def atranscription(self) -> Callable[..., Any]:
        """As `GenAIClient.atranscription`."""
        ...


class Writer(Protocol):
    """Writes what a stream brings."""

    @property
    def end_mark(self) -> bytes:
        """The bytes behind the last one."""
        ...

    def add(self, chunk: Any, /) -> Sequence[Any]:
        """Return what can be sent now, as JSON has it or as bytes; it may be nothing."""
        ...

    def end(self, info: CallInfo, /) -> Sequence[Any]:
        """Return what is left at the end, when all is known of the call."""
        ...

    def frame(self, made: Any, /) -> bytes:
        """Return one of them as it goes over a wire."""
        ...


class Events:
    """The body of a streamed answer; to be closed by whoever reads no further.

    Args:
        stream: What the client's method returned.
        writer: Writes what it brings.
    """

    def __init__(self, stream: Any, writer: Writer) -> None:
        self._stream = stream
        self._writer = writer

    def __iter__(self) -> Iterator[bytes]:
        for made in self.items():
            yield self._writer.frame(made)
        yield self._writer.end_mark

    def items(self) -> Iterator[Any]:
        """Yield what the events say, without the form they have on a wire."""
        add = self._writer.add
        for chunk in self._stream:
            yield from add(chunk)
        yield from self._writer.end(self._stream.genai)

    def close(self) -> None:
        """Stop reading, and free the connection to the provider."""
        self._stream.close()


class AsyncEvents:
    """The events of a streamed answer; the twin of `Events`."""

    def __init__(self, stream: Any, writer: Writer) -> None:
        self._stream = stream
        self._writer = writer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for made in self.items():
            yield self._writer.frame(made)
        yield self._writer.end_mark

    async def items(self) -> AsyncIterator[Any]:
        """Yield what the events say; the twin of `Events.items`."""
        add = self._writer.add
        async for chunk in self._stream:
            for made in add(chunk):
                yield made
        for made in self._writer.end(self._stream.genai):
            yield made

    async def aclose(self) -> None:
        """Stop reading, and free the connection to the provider."""
        await self._stream.aclose()


class HttpResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A good answer; what fails is raised.

    Attributes:
        headers: Its headers.
        body: A whole body, as JSON has it or as bytes, or the events of a stream.
    """

    headers: dict[str, str]
    body: dict[str, Any] | bytes | Events | AsyncEvents

    @property
    def content(self) -> bytes:
        """A whole body as it goes over a wire."""
        assert not isinstance(self.body, Events | AsyncEvents)
        return self.body if isinstance(self.body, bytes) else msgspec.json.encode(self.body)


class Api(msgspec.Struct, frozen=True):
    """How a vendor's API is read and written.

    Attributes:
        read: Reads a request as a call of the client.
        write: Returns the media type and the body of a whole answer.
        writer: Returns what writes a stream, and its media type.
    """

    read: Callable[[HttpRequest], ApiCall]
    write: Callable[[ApiCall, Any], tuple[str, dict[str, Any] | bytes]]
    writer: Callable[[ApiCall], tuple[str, Writer]]


JSON = "application/json"
EVENT_STREAM = "text/event-stream; charset=utf-8"

_WRITERS: Mapping[str, Callable[[], Writer]] = MappingProxyType(
    {"completion": ChunkWriter, "responses": ResponsesWriter}
)
_PLAIN = frozenset({*_WRITERS, "embedding", "models", "explain"})
"""The methods whose answers are written in `answer`; all others' are in `media_answer`."""


_MEDIA = frozenset({"audio", "completions", "images", "moderations"})
"""How the paths begin that `media_request` reads."""


_JOBS = frozenset({"batches", "files"})
"""How the paths begin that `job_request` reads."""


def _write(call: ApiCall, value: Any) -> tuple[str, dict[str, Any] | bytes]:
    if call.method in _PLAIN:
        return JSON, write_answer(call, value)
    if call.owner:
        from genai_sdk.gateway.openai.job_answer import write_job

        return write_job(call, value)
    from genai_sdk.gateway.openai.media_answer import write_media  # a cost only for those who ask for it

    return write_media(call, value)


def _writer(call: ApiCall) -> tuple[str, Writer]:
    if call.method in _PLAIN:
        return EVENT_STREAM, _WRITERS[call.method]()
    from genai_sdk.gateway.openai.media_answer import media_type_of, writer_of

    return media_type_of(call), writer_of(call)


def _read(request: HttpRequest) -> ApiCall:
    path = request.path.strip("/").split("/")
    if request.method == "POST" and path[0] in _MEDIA:
        from genai_sdk.gateway.openai.media_request import read_media  # a cost only for those who ask for it

        if (call := read_media(request, path)) is not None:
            return call
    if path[0] in _JOBS:
        from genai_sdk.gateway.openai.job_request import read_job

        if (call := read_job(request, path)) is not None:
            return call
    return read_request(request)


OPENAI = Api(_read, _write, _writer)
"""OpenAI's."""


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
        value = getattr(self._owner(call), call.method)(**call.arguments)
        if not call.stream:
            return self._whole(call, value)
        media_type, writer = self._api.writer(call)
        return HttpResponse(headers=_headers(media_type, value.genai), body=Events(value, writer))

    async def aanswer(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; the twin of `answer`."""
        call = self._api.read(request)
        value = await getattr(self._owner(call), f"a{call.method}")(**call.arguments)
        if not call.stream:
            return self._whole(call, value)
        media_type, writer = self._api.writer(call)
        return HttpResponse(headers=_headers(media_type, value.genai), body=AsyncEvents(value, writer))

    def _owner(self, call: ApiCall) -> Any:
        return getattr(self._client, call.owner) if call.owner else self._client

    def _whole(self, call: ApiCall, value: Any) -> HttpResponse:
        media_type, body = self._api.write(call, value)
        return HttpResponse(headers=_headers(media_type, getattr(value, "genai", None)), body=body)


def _headers(content_type: str, info: CallInfo | None) -> dict[str, str]:
    headers = {"content-type": content_type}
    if info is not None and info.request_id:
        headers["x-request-id"] = headers["request-id"] = info.request_id  # OpenAI's name, and Anthropic's
    return headers
