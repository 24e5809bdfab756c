"""Answers of sound, pictures, judgements and texts in the words of OpenAI's API. Pure."""

from base64 import b64encode
from typing import Any

from genai_sdk.gateway.openai.answer import event, fields_of, info_of
from genai_sdk.gateway.openai.api_call import BLOCK, ApiCall
from genai_sdk.types import CallInfo, Usage
from genai_sdk.types.speech import SpeechChunk
from genai_sdk.types.transcription import Transcription

_TEXTS = ("text", "srt", "vtt")

_SOUND = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}


def write_media(call: ApiCall, value: Any) -> tuple[str, dict[str, Any] | bytes]:
    """Return the media type and the body of a whole answer."""
    if isinstance(value, Transcription) and call.form in _TEXTS:
        return "text/plain; charset=utf-8", value.text.encode()
    made = fields_of(value)
    if value.usage is not None and call.method != "text_completion":
        made["usage"] = _usage(value.usage)
    return "application/json", {**made, BLOCK: info_of(value.genai)}


def media_type_of(call: ApiCall) -> str:
    """Return the media type of a streamed answer."""
    if call.method != "speech" or call.form == "events":
        return "text/event-stream; charset=utf-8"
    return _SOUND.get(call.form, "application/octet-stream")


class ItemWriter:
    """Writes what a stream brings as events; what is known of the call stands on the last one."""

    def __init__(self, call: ApiCall) -> None:
        self._is_text = call.method == "text_completion"
        self._held: dict[str, Any] | None = None
        self.end_mark = b"data: [DONE]\n\n" if self._is_text else b""

    def add(self, item: Any) -> list[dict[str, Any]]:
        """Return what can be sent now."""
        made = fields_of(item)
        if item.usage is not None and not self._is_text:
            made["usage"] = _usage(item.usage)
        sent = [] if self._held is None else [self._held]
        self._held = None
        if _may_be_last(made):
            self._held = made
            return sent
        return [*sent, made]

    def end(self, info: CallInfo) -> list[dict[str, Any]]:
        """Return the last event, with what is known of the call."""
        return [] if self._held is None else [{**self._held, BLOCK: info_of(info)}]

    def frame(self, made: dict[str, Any]) -> bytes:
        """Return an event."""
        return event(made)


class SoundWriter:
    """Writes sound as it is."""

    end_mark = b""

    def add(self, chunk: SpeechChunk) -> list[bytes]:
        """Return the sound, if there is any."""
        return [chunk.content] if chunk.content else []

    def end(self, _info: CallInfo) -> list[bytes]:
        """Return nothing."""
        return []

    def frame(self, sound: bytes) -> bytes:
        """Return the sound."""
        return sound


class SoundEventWriter:
    """Writes sound as events."""

    end_mark = b""

    def __init__(self) -> None:
        self._usage: Usage | None = None

    def add(self, chunk: SpeechChunk) -> list[dict[str, Any]]:
        """Return the event of a piece of sound."""
        self._usage = chunk.usage or self._usage
        if not chunk.content:
            return []
        return [{"type": "speech.audio.delta", "audio": b64encode(chunk.content).decode()}]

    def end(self, info: CallInfo) -> list[dict[str, Any]]:
        """Return the last event, with the tokens."""
        usage = {} if self._usage is None else {"usage": _usage(self._usage)}
        return [{"type": "speech.audio.done", **usage, BLOCK: info_of(info)}]

    def frame(self, made: dict[str, Any]) -> bytes:
        """Return an event."""
        return event(made)


def writer_of(call: ApiCall) -> ItemWriter | SoundWriter | SoundEventWriter:
    """Return what writes a streamed answer."""
    if call.method != "speech":
        return ItemWriter(call)
    return SoundEventWriter() if call.form == "events" else SoundWriter()


def _may_be_last(made: dict[str, Any]) -> bool:
    if "choices" in made:
        return not made["choices"] or any(choice.get("finish_reason") for choice in made["choices"])
    return str(made.get("type")).endswith((".done", ".completed"))


def _usage(usage: Usage) -> dict[str, Any]:
    """Return usage by the names that OpenAI has for it outside of chat."""
    made = fields_of(usage)
    if "seconds" in made and not usage.total_tokens:
        return {"type": "duration", "seconds": made["seconds"]}
    details = made.get("prompt_tokens_details", {})
    return {
        "type": "tokens",
        "input_tokens": usage.prompt_tokens,
        "output_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "input_tokens_details": details,
        "input_token_details": details,  # transcriptions' name of the same
    }
