"""Speech over `/audio/speech`: a body of sound, which streams as it is, or as events that say the tokens too."""

from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from genai_sdk.catalogue import is_openai
from genai_sdk.types.speech import Speech, SpeechChunk
from genai_sdk.wires.event_parser import EventParser
from genai_sdk.wires.framing import Framing
from genai_sdk.wires.openai.body import APART, encode_body
from genai_sdk.wires.openai.media_usage import media_usage
from genai_sdk.wires.openai.urls import media_url
from genai_sdk.wires.operations import SpeechRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, MalformedError, Parser

_EVENTFUL = "gpt-"
"""How the models begin that can stream events (openai 3.57.0, types/audio/speech_create_params.py, `stream_format`)."""

_DONE = "speech.audio.done"


class SoundFraming:
    """Bytes of sound as they come, which have no events to be cut into.

    Args:
        media_type: What they are.
    """

    def __init__(self, media_type: str) -> None:
        self.done = False
        self._media_type = media_type

    def feed(self, data: bytes) -> Iterator[SpeechChunk]:
        """Take bytes in and yield them."""
        if data:
            yield SpeechChunk(content=data, media_type=self._media_type)

    def end(self) -> Iterator[SpeechChunk]:
        """Yield nothing: all has been yielded."""
        return iter(())


class _SpeechParser(EventParser[SpeechChunk]):
    """Reads events, or bytes of sound: the end of those is HTTP's own to tell, and any piece may be the last."""

    _is_sound = False

    @property
    def whole(self) -> bool:
        """Whether nothing of the answer is missing."""
        return self.finished and not self._is_sound

    @property
    def done(self) -> bool:
        """Whether nothing is waited for any more."""
        return self.whole

    def read(self, event: Any) -> SpeechChunk | None:
        """Return what an event brings."""
        self._is_sound = isinstance(event, SpeechChunk)
        return super().read(event)


class SpeechCodec(Codec[SpeechRequest, Speech, SpeechChunk]):
    """https://platform.openai.com/docs/api-reference/audio/createSpeech."""

    binary: ClassVar[bool] = True

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = media_url(endpoint, "/audio/speech")
        at_openai = endpoint.adapter == "azure" or is_openai(endpoint.base_url)
        self._has_events = at_openai and endpoint.model.startswith(_EVENTFUL)

    def encode(self, request: SpeechRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        fields: dict[str, Any] = {"model": self.endpoint.model, "input": request.input}
        fields.update((name, item) for name, item in request.options.items() if item is not None and name not in APART)
        if stream and self._has_events:
            fields.setdefault("stream_format", "sse")
        return HttpRequest(self._url, encode_body(fields, request.options), streams=stream)

    def decode(self, data: Any, headers: Mapping[str, str], /) -> Speech | None:
        """Return the sound in an answer.

        Raises:
            MalformedError: It is JSON.
        """
        if not isinstance(data, bytes):
            raise MalformedError("JSON in place of sound")
        media_type = headers.get("content-type", "").partition(";")[0].strip()
        return Speech(content=data, media_type=media_type, model=self.endpoint.model) if data else None

    def framing(self, media_type: str, /) -> Framing | None:
        """Return what takes sound as it comes."""
        return SoundFraming(media_type)

    def parser(self) -> Parser[SpeechChunk]:
        """Return what reads a stream, of sound or of events."""
        return _SpeechParser(self._chunk, _ends, lambda event: self.usage(event) if isinstance(event, dict) else None)

    def usage(self, data: Any, /) -> Any:
        """Return the tokens that an event reports."""
        return media_usage(data.get("usage"), self.notice)

    def chunks(self, response: Speech) -> Sequence[SpeechChunk]:
        """Return a whole answer as a stream gives it."""
        return (SpeechChunk(content=response.content, media_type=response.media_type, usage=response.usage),)

    def _chunk(self, event: Any) -> SpeechChunk | None:
        if isinstance(event, SpeechChunk):
            return event
        usage = self.usage(event)
        audio = event.get("audio") or event.get("delta")
        if not audio and usage is None:
            return None
        return SpeechChunk(content=b64decode(audio or ""), usage=usage)


def _ends(event: Any) -> bool:
    return isinstance(event, SpeechChunk) or event.get("type") == _DONE
