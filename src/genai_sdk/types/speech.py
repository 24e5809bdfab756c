"""Text read aloud: the answer to `client.speech`, and the pieces of a streamed one."""

from collections.abc import Sequence
from typing import Any, ClassVar

from genai_sdk.types.base import Readers, Value, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage, added


class SpeechChunk(Value, frozen=True):
    """A piece of sound as it came; the pieces of a stream, one after the other, are the whole.

    Attributes:
        content: The bytes; empty where a piece brings nothing but the usage.
        media_type: What they are, such as `"audio/mpeg"`; empty where the provider does not say.
        usage: The tokens, on the last piece, where the provider reports them.
    """

    content: bytes = b""
    media_type: str = ""
    usage: Usage | None = None

    readers: ClassVar[Readers] = {"usage": one(Usage)}

    def __repr__(self) -> str:
        return f"SpeechChunk({len(self.content)} bytes of {self.media_type or 'sound'})"


class Speech(Value, frozen=True):
    """The answer to `client.speech`.

    Attributes:
        content: The sound.
        media_type: What it is, such as `"audio/mpeg"`.
        model: The model that was asked.
        usage: The tokens, where the provider reports them.
        genai: What is known of the call.
    """

    content: bytes = b""
    media_type: str = ""
    model: str = ""
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"usage": one(Usage)}

    @classmethod
    def of(cls, chunks: Sequence[SpeechChunk], model: str) -> "Speech":
        """Return pieces as one answer."""
        usage: Usage | None = None
        for chunk in chunks:
            usage = added(usage, chunk.usage)
        media_type = next((chunk.media_type for chunk in chunks if chunk.media_type), "")
        return cls(content=b"".join(chunk.content for chunk in chunks), media_type=media_type, model=model, usage=usage)

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace: its media."""
        part = {"type": "audio", "media_type": self.media_type or "audio/mpeg", "data": self.content}
        return {"role": "assistant", "content": [part]}

    def __repr__(self) -> str:
        return f"Speech({len(self.content)} bytes of {self.media_type or 'sound'}, model={self.model!r})"
