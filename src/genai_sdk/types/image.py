"""Pictures: the answer to `client.image_generation` and `client.image_edit`, and the events of a streamed one."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Any, ClassVar

from genai_sdk.types.base import Readers, Value, count, many, one
from genai_sdk.types.call import CallInfo
from genai_sdk.types.usage import Usage


class Image(Value, frozen=True):
    """A picture: its bytes in base64, or where it can be fetched for a while.

    Attributes:
        b64_json: The picture in base64.
        url: Where it is, if it is not here.
        revised_prompt: What the model made of the prompt, if it says so.
    """

    b64_json: str | None = None
    url: str | None = None
    revised_prompt: str | None = None

    @property
    def content(self) -> bytes:
        """The picture's bytes; none where there is nothing but a URL."""
        return b64decode(self.b64_json) if self.b64_json else b""

    def __repr__(self) -> str:
        return f"Image(url={self.url!r})" if self.url else f"Image({len(self.b64_json or '')} characters of base64)"


class ImageEvent(Value, frozen=True):
    """An event of streamed pictures: one that is still coarse, or one that is done.

    Attributes:
        type: `"image_generation.partial_image"`, `"image_generation.completed"`, or the same of `image_edit`.
        b64_json: The picture so far, in base64.
        partial_image_index: Which of the coarse ones it is.
        usage: The tokens, at the end.
    """

    type: str = ""
    b64_json: str = ""
    partial_image_index: int | None = None
    usage: Usage | None = None

    readers: ClassVar[Readers] = {"usage": one(Usage)}

    @property
    def content(self) -> bytes:
        """The picture's bytes."""
        return b64decode(self.b64_json)

    def __repr__(self) -> str:
        return f"ImageEvent(type={self.type!r}, {len(self.b64_json)} characters of base64)"


class ImageResponse(Value, frozen=True):
    """The answer to `client.image_generation` and `client.image_edit`.

    Attributes:
        data: The pictures.
        output_format: What they are: `"png"`, `"jpeg"` or `"webp"`, where the provider says it.
        created: When they were made (Unix time).
        model: The model that was asked.
        usage: The tokens, where the provider reports them.
        genai: What is known of the call.
    """

    created: int = 0
    data: tuple[Image, ...] = ()
    output_format: str | None = None
    model: str = ""
    usage: Usage | None = None
    genai: CallInfo = CallInfo()

    readers: ClassVar[Readers] = {"created": count, "data": many(Image), "usage": one(Usage)}

    @classmethod
    def of(cls, events: Sequence[ImageEvent], model: str) -> "ImageResponse":
        """Return events as one answer: the pictures that are done, else the last coarse one."""
        done = [event for event in events if event.type.endswith(".completed")] or list(events[-1:])
        usage = done[-1].usage if done else None
        return cls(data=tuple(Image(b64_json=event.b64_json) for event in done), model=model, usage=usage)

    def recorded(self) -> Any:
        """Return what stands for the answer in a trace: its media, or where they are."""
        kind = f"image/{self.output_format or 'png'}"
        parts = [
            {"type": "image", "media_type": kind, "data": image.b64_json} if image.b64_json else {"url": image.url}
            for image in self.data
        ]
        return {"role": "assistant", "content": parts}
