"""Sound written down: the answer to `client.transcription`, and the events of a streamed one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from genai_sdk.types.base import Readers, Value, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class TranscriptionWord(Value, frozen=True):
    """A word and when it is said, in seconds."""

    word: str = ""
    start: float = 0.0
    end: float = 0.0


class TranscriptionSegment(Value, frozen=True):
    """A stretch of speech and when it is said, in seconds; who says it is in `model_extra`, where that is known."""

    id: int | str = 0
    text: str = ""
    start: float = 0.0
    end: float = 0.0


class TranscriptionEvent(Value, frozen=True):
    """An event of a streamed transcription.

    Attributes:
        type: `"transcript.text.delta"`, `"transcript.text.segment"` or `"transcript.text.done"`.
        delta: The text that is new.
        text: A segment's text, or at the end the whole.
        usage: The tokens, at the end.
    """

    type: str = ""
    delta: str = ""
    text: str = ""
    usage: Usage | None = None

    readers: ClassVar[Readers] = {"usage": one(Usage)}


class Transcription(Value, frozen=True):
    """The answer to `client.transcription`.

    Attributes:
        text: The text; of the formats `srt` and `vtt` the subtitles as they are written in a file.
        language: The language, where the provider says it (`verbose_json`).
        duration: Seconds of sound, likewise.
        segments: The text in stretches, likewise.
        words: The text word by word, where that was asked for.
        model: The model that was asked.
        usage: The tokens, where the provider reports them; seconds of sound are in its `model_extra`.
        genai: What is known of the call.
    """

    text: str = ""
    language: str | None = None
    duration: float | None = None
    segments: tuple[TranscriptionSegment, ...] | None = None
    words: tuple[TranscriptionWord, ...] | None = None
    model: str = ""
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {
        "duration": float,
        "segments": lambda items: tuple(map(TranscriptionSegment.from_dict, items)),
        "words": lambda items: tuple(map(TranscriptionWord.from_dict, items)),
        "usage": one(Usage),
    }

    @classmethod
    def of(cls, events: Sequence[TranscriptionEvent], model: str) -> "Transcription":
        """Return events as one answer."""
        last = events[-1] if events else TranscriptionEvent()
        whole = last.text if last.type.endswith(".done") else "".join(event.delta for event in events)
        return cls(text=whole, model=model, usage=last.usage)

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace."""
        return self.text
