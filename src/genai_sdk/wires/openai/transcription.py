"""Transcription over `/audio/transcriptions`: a form with a file goes out, JSON or a text comes back."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from genai_sdk.types.transcription import Transcription, TranscriptionEvent
from genai_sdk.wires.encodings import as_utf8
from genai_sdk.wires.event_parser import EventParser
from genai_sdk.wires.multipart import fields_of, multipart
from genai_sdk.wires.openai.body import APART
from genai_sdk.wires.openai.media_usage import media_usage
from genai_sdk.wires.openai.urls import media_url
from genai_sdk.wires.operations import TranscriptionRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser

_DELTA, _DONE = "transcript.text.delta", "transcript.text.done"


class TranscriptionCodec(Codec[TranscriptionRequest, Transcription, TranscriptionEvent]):
    """https://platform.openai.com/docs/api-reference/audio/createTranscription."""

    binary: ClassVar[bool] = True

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = media_url(endpoint, "/audio/transcriptions")

    def encode(self, request: TranscriptionRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = {name: item for name, item in request.options.items() if name not in APART}
        fields = {"model": self.endpoint.model, **options, **({"stream": True} if stream else {})}
        fields.update(request.options.get("extra_body") or {})
        headers, body = multipart(fields_of(fields), [("file", request.file)])
        return HttpRequest(self._url, body, headers, streams=stream)

    def decode(self, data: Any, headers: Mapping[str, str], /) -> Transcription | None:
        """Return the text in an answer; that of the formats text, srt and vtt is the whole body."""
        if isinstance(data, bytes):
            text = as_utf8(data, headers.get("content-type", "")).decode("utf-8", "replace")
            return Transcription(text=text, model=self.endpoint.model)
        segments = data.get("segments")
        if not isinstance(data.get("text"), str) and not segments:
            return None
        fields = {"model": self.endpoint.model, **data, "usage": self.usage(data)}
        fields.setdefault("text", "".join(segment.get("text") or "" for segment in segments or ()))
        return Transcription.from_dict(fields)

    def usage(self, data: Any, /) -> Any:
        """Return the tokens, or the seconds, that an answer or an event reports."""
        return media_usage(data.get("usage"), self.notice)

    def parser(self) -> Parser[TranscriptionEvent]:
        """Return what reads a stream."""
        return EventParser(self._event, _ends, self.usage, is_last=False)

    def chunks(self, response: Transcription) -> Sequence[TranscriptionEvent]:
        """Return a whole answer as a stream gives it: models that cannot stream answer so (whisper-1)."""
        delta = TranscriptionEvent(type=_DELTA, delta=response.text)
        return (delta, TranscriptionEvent(type=_DONE, text=response.text, usage=response.usage))

    def _event(self, event: Any) -> TranscriptionEvent | None:
        choices = event.get("choices")
        if choices is None:
            return TranscriptionEvent.from_dict({**event, "usage": self.usage(event)})
        # vLLM 0.11 streams transcriptions as chunks of a chat (entrypoints/openai/protocol.py,
        # TranscriptionStreamResponse).
        text = "".join((choice.get("delta") or {}).get("content") or "" for choice in choices)
        usage = self.usage(event)
        return TranscriptionEvent(type=_DELTA, delta=text, usage=usage) if text or usage is not None else None


def _ends(event: Any) -> bool:
    if event.get("type") == _DONE:
        return True
    return any(choice.get("finish_reason") or choice.get("stop_reason") for choice in event.get("choices") or ())
