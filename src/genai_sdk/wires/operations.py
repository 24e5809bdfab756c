"""The operations beside chat and embeddings, each a row; loaded by whoever first asks for one."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.types import Usage
from genai_sdk.types.image import ImageEvent, ImageResponse
from genai_sdk.types.moderation import ModerationResponse
from genai_sdk.types.rerank import RerankResponse
from genai_sdk.types.speech import Speech, SpeechChunk
from genai_sdk.types.text_completion import TextCompletion
from genai_sdk.types.transcription import Transcription, TranscriptionEvent
from genai_sdk.wires.multipart import File
from genai_sdk.wires.operation import Operation


class SpeechRequest(msgspec.Struct, frozen=True):
    """A text to be read aloud.

    Attributes:
        input: The text.
        options: OpenAI's parameters by their names, validated.
    """

    input: str
    options: Mapping[str, Any] = {}


class TranscriptionRequest(msgspec.Struct, frozen=True):
    """Sound to be written down.

    Attributes:
        file: The sound.
        options: OpenAI's parameters by their names, validated.
    """

    file: File
    options: Mapping[str, Any] = {}

    @property
    def recorded(self) -> Any:
        """What is recorded of it as the call's input."""
        return {"role": "user", "content": [_part("audio", self.file)]}


class ImageRequest(msgspec.Struct, frozen=True):
    """A picture to be made.

    Attributes:
        prompt: What it shows.
        options: OpenAI's parameters by their names, validated.
    """

    prompt: str
    options: Mapping[str, Any] = {}


class ImageEditRequest(msgspec.Struct, frozen=True):
    """Pictures to be changed, or to be drawn from.

    Attributes:
        prompt: What the new one shows.
        images: The pictures.
        mask: A picture whose clear parts say where the first may be changed.
        options: OpenAI's parameters by their names, validated. With a mask its name is among them as `mask`, so that
            what becomes of any parameter becomes of it; without that the mask is not sent.
    """

    prompt: str
    images: Sequence[File]
    mask: File | None = None
    options: Mapping[str, Any] = {}

    @property
    def recorded(self) -> Any:
        """What is recorded of it as the call's input."""
        files = [*self.images, *([] if self.mask is None else [self.mask])]
        text = {"type": "text", "text": self.prompt}
        return {"role": "user", "content": [text, *(_part("image", file) for file in files)]}


class RerankRequest(msgspec.Struct, frozen=True):
    """Documents to be put in order.

    Attributes:
        query: What they shall say something on.
        documents: Their texts.
        options: The parameters by the names that Cohere and Jina have for them, validated.
    """

    query: str
    documents: Sequence[str]
    options: Mapping[str, Any] = {}

    @property
    def recorded(self) -> Any:
        """What is recorded of it as the call's input."""
        return {"query": self.query, "documents": self.documents}


class ModerationRequest(msgspec.Struct, frozen=True):
    """Texts and pictures to be judged.

    Attributes:
        input: A text, several, or parts in OpenAI's shape.
        options: OpenAI's parameters by their names, validated.
    """

    input: str | Sequence[str] | Sequence[Mapping[str, Any]]
    options: Mapping[str, Any] = {}


class TextRequest(msgspec.Struct, frozen=True):
    """A text to be gone on with.

    Attributes:
        prompt: The text, or several.
        options: OpenAI's parameters by their names, validated.
    """

    prompt: str | Sequence[str]
    options: Mapping[str, Any] = {}


_SEARCH = 100
"""Documents that one search of Cohere's and Bedrock's counts for (https://docs.cohere.com/docs/how-does-cohere-pricing-work)."""


def _characters(request: SpeechRequest, _response: Speech) -> Mapping[str, float]:
    return {"characters": len(request.input)}


def _pictures(_request: Any, response: ImageResponse) -> Mapping[str, float]:
    return {"images": len(response.data)}


def _searches(request: RerankRequest, _response: RerankResponse) -> Mapping[str, float]:
    return {"search_units": -(-len(request.documents) // _SEARCH)}


def counted(operation: Operation[Any, Any, Any], request: Any, response: Any) -> Any:
    """Return a response with what it is billed by in its usage, where the provider reports nothing of the kind."""
    usage = response.usage
    if operation.units is None or (usage is not None and (usage.total_tokens or usage.model_extra)):
        return response
    return msgspec.structs.replace(response, usage=Usage(model_extra={**operation.units(request, response)}))


def _part(kind: str, file: File) -> dict[str, Any]:
    return {"type": kind, "filename": file.name, "media_type": file.media_type, "data": file.data}


SPEECH = Operation("speech", SpeechRequest, Speech, SpeechChunk, "generation", "input", Speech.of, _characters)
"""A text, and how it sounds."""

TRANSCRIPTION = Operation(
    "transcription",
    TranscriptionRequest,
    Transcription,
    TranscriptionEvent,
    "generation",
    "recorded",
    Transcription.of,
)
"""Sound, and what is said in it."""

IMAGE_GENERATION = Operation(
    "image_generation", ImageRequest, ImageResponse, ImageEvent, "generation", "prompt", ImageResponse.of, _pictures
)
"""A text, and a picture of it."""

IMAGE_EDIT = Operation(
    "image_edit", ImageEditRequest, ImageResponse, ImageEvent, "generation", "recorded", ImageResponse.of, _pictures
)
"""Pictures and a text, and a picture made of both."""

RERANK = Operation("rerank", RerankRequest, RerankResponse, type(None), "retriever", "recorded", None, _searches)
"""Documents, and which of them say something on a query."""

MODERATION = Operation("moderation", ModerationRequest, ModerationResponse, type(None), "guardrail", "input")
"""Texts and pictures, and what is objectionable in them."""

TEXT_COMPLETION = Operation(
    "text_completion", TextRequest, TextCompletion, TextCompletion, "generation", "prompt", TextCompletion.of
)
"""A text, and how it goes on."""
