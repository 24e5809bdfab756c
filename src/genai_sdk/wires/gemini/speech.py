"""Speech over generateContent: bare samples come back, which a WAV head is put in front of.

https://ai.google.dev/gemini-api/docs/speech-generation; google-genai 3.6.1, types.SpeechConfig.
"""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.types.speech import Speech, SpeechChunk
from genai_sdk.wires.event_parser import EventParser
from genai_sdk.wires.gemini.media_parts import data_parts, refuse
from genai_sdk.wires.gemini.request import encoded, merged
from genai_sdk.wires.gemini.urls import model_url, plain_name
from genai_sdk.wires.gemini.usage import usage_of
from genai_sdk.wires.operations import SpeechRequest
from genai_sdk.wires.wav import wav_head
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser, UnsupportedError

_RATE = 24_000  # what the media type says too: audio/L16;codec=pcm;rate=24000


class SpeechCodec(Codec[SpeechRequest, Speech, SpeechChunk]):
    """Text to speech, of the models that have `tts` in their names."""

    lacks = frozenset({"speed", "stream_format"})
    conditional = frozenset({"response_format"})
    places = MappingProxyType({"instructions": "before the text", "voice": "generationConfig.speechConfig"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        url = model_url(endpoint)
        self._whole, self._streamed = f"{url}:generateContent", f"{url}:streamGenerateContent?alt=sse"
        self._model = plain_name(endpoint.model)

    def encode(self, request: SpeechRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent. Instructions are the beginning of the text, which is how Google's models take them."""
        options = request.options
        form = options.get("response_format") or "wav"
        if form != "wav":
            raise UnsupportedError("response_format", why=f"as {form!r}: Gemini's sound is handed out as wav")
        text = f"{options['instructions']}: {request.input}" if options.get("instructions") else request.input
        config: dict[str, Any] = {"responseModalities": ["AUDIO"]}
        if (voice := options.get("voice")) is not None:
            config["speechConfig"] = _speech_config(voice)
        body = {"contents": [{"role": "user", "parts": [{"text": text}]}], "generationConfig": config}
        return HttpRequest(
            self._streamed if stream else self._whole,
            encoded(merged(body, options.get("extra_body"))),
            streams=stream,
        )

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> Speech | None:
        """Return the sound in an answer.

        Raises:
            FailedAnswerError: A filter kept it back.
        """
        parts = data_parts(data)
        if not parts:
            refuse(data)
            return None
        samples, rate = b"".join(b64decode(part["data"]) for part in parts), _rate(parts[0])
        content = wav_head(len(samples), rate) + samples
        return Speech(content=content, media_type="audio/wav", model=self._model, usage=self.usage(data))

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that an answer or an event reports."""
        fields = usage_of(data.get("usageMetadata"), notice=self.notice)
        return Usage.from_dict(fields) if fields else None

    def parser(self) -> Parser[SpeechChunk]:
        """Return what reads one stream."""
        return _SpeechParser(self)

    def chunks(self, response: Speech) -> Sequence[SpeechChunk]:
        """Return a whole answer as a stream gives it."""
        return (SpeechChunk(content=response.content, media_type=response.media_type, usage=response.usage),)


class _SpeechParser(EventParser[SpeechChunk]):
    """Reads a stream: the head of a file, then samples; tokens are told in every event, and count in the last."""

    def __init__(self, codec: SpeechCodec) -> None:
        super().__init__(self._chunk, _ends, codec.usage, is_last=False)
        self._begun = False

    def end(self) -> Iterator[SpeechChunk]:
        """Return what the whole has cost."""
        if self.usage is not None:
            yield SpeechChunk(usage=self.usage)

    def _chunk(self, event: Any) -> SpeechChunk | None:
        parts = data_parts(event)
        if not parts:
            if not self._begun:
                refuse(event)
            return None
        samples = b"".join(b64decode(part["data"]) for part in parts)
        head = b"" if self._begun else wav_head(None, _rate(parts[0]))
        self._begun = True
        return SpeechChunk(content=head + samples, media_type="audio/wav")


def _ends(event: Any) -> bool:
    return any(candidate.get("finishReason") for candidate in event.get("candidates") or ())


def _rate(part: Mapping[str, Any]) -> int:
    matched = re.search(r"rate=(\d+)", part.get("mimeType") or "")
    return int(matched[1]) if matched else _RATE


def _speech_config(voice: Any) -> dict[str, Any]:
    """Return what names a voice; a mapping is Google's own configuration, for several speakers."""
    if isinstance(voice, str):
        return {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}
    return dict(voice)
