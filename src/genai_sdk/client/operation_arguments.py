"""The arguments of the calls beside chat and embeddings, checked; loaded by the first of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.catalogue.operation_parameters import (
    IMAGE_EDIT_PARAMETERS,
    IMAGE_PARAMETERS,
    MODERATION_PARAMETERS,
    RERANK_PARAMETERS,
    SPEECH_PARAMETERS,
    TEXT_PARAMETERS,
    TRANSCRIPTION_PARAMETERS,
)
from genai_sdk.client.files import read_file
from genai_sdk.client.parameters import Arguments, kind_of, split_keywords
from genai_sdk.errors import InvalidRequestError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import read_labels
from genai_sdk.wires.operation import Q
from genai_sdk.wires.operations import (
    ImageEditRequest,
    ImageRequest,
    ModerationRequest,
    RerankRequest,
    SpeechRequest,
    TextRequest,
    TranscriptionRequest,
)

Keywords = Mapping[str, Any]


def read_speech(model: Any, text: Any, keywords: Keywords, *, stream: bool) -> Arguments[SpeechRequest]:
    """Read the arguments of `speech`.

    Raises:
        InvalidRequestError: An argument is unknown or of the wrong form.
    """
    _check_text("input", text)
    options, routing = _split(keywords, SPEECH_PARAMETERS, "speech")
    if options.get("stream_format") and not stream:
        raise InvalidRequestError(
            Sentence.of("call.stream_format", "stream_format says how a stream comes: give stream=True with it")
        )
    return _arguments(model, SpeechRequest(text, options), routing, keywords)


def read_transcription(model: Any, file: Any, keywords: Keywords) -> Arguments[TranscriptionRequest]:
    """Read the arguments of `transcription`; raises as `read_speech`."""
    options, routing = _split(keywords, TRANSCRIPTION_PARAMETERS, "transcription")
    request = TranscriptionRequest(read_file("file", file, "audio"), options)
    return _arguments(model, request, routing, keywords)


def read_image(model: Any, prompt: Any, keywords: Keywords, *, stream: bool) -> Arguments[ImageRequest]:
    """Read the arguments of `image_generation`; raises as `read_speech`."""
    _check_text("prompt", prompt)
    options, routing = _split(keywords, IMAGE_PARAMETERS, "image_generation")
    _check_partial(options, stream=stream)
    return _arguments(model, ImageRequest(prompt, options), routing, keywords)


def read_image_edit(
    model: Any, image: Any, prompt: Any, mask: Any, keywords: Keywords, *, stream: bool
) -> Arguments[ImageEditRequest]:
    """Read the arguments of `image_edit`; raises as `read_speech`."""
    _check_text("prompt", prompt)
    several = image if isinstance(image, list) else [image]
    if not several:
        raise InvalidRequestError(
            Sentence.of("call.no_image", "image must be a picture or a list of pictures, not an empty list")
        )
    images = [read_file("image", one, "image.png") for one in several]
    options, routing = _split(keywords, IMAGE_EDIT_PARAMETERS, "image_edit")
    _check_partial(options, stream=stream)
    file = None
    if mask is not None:
        file = read_file("mask", mask, "mask.png")
        options["mask"] = file.name
    made = ImageEditRequest(prompt, images, file, options)
    return _arguments(model, made, routing, keywords)


def read_rerank(model: Any, query: Any, documents: Any, keywords: Keywords) -> Arguments[RerankRequest]:
    """Read the arguments of `rerank`; raises as `read_speech`."""
    _check_text("query", query)
    options, routing = _split(keywords, RERANK_PARAMETERS, "rerank")
    return _arguments(model, RerankRequest(query, _texts("documents", documents), options), routing, keywords)


def read_moderation(model: Any, given: Any, keywords: Keywords) -> Arguments[ModerationRequest]:
    """Read the arguments of `moderation`; raises as `read_speech`."""
    is_parts = isinstance(given, list) and any(isinstance(item, Mapping) for item in given)
    options, routing = _split(keywords, MODERATION_PARAMETERS, "moderation")
    if not is_parts and isinstance(given, str):
        _check_text("input", given)
    return _arguments(
        model,
        ModerationRequest(
            given if is_parts or isinstance(given, str) else _texts("input", given, "a text or "), options
        ),
        routing,
        keywords,
    )


def read_text(model: Any, prompt: Any, keywords: Keywords) -> Arguments[TextRequest]:
    """Read the arguments of `text_completion`; raises as `read_speech`."""
    options, routing = _split(keywords, TEXT_PARAMETERS, "text_completion")
    if isinstance(prompt, str):
        _check_text("prompt", prompt)
    else:
        prompt = _texts("prompt", prompt, "a text or ")
    return _arguments(model, TextRequest(prompt, options), routing, keywords)


def _arguments(model: Any, request: Q, routing: Mapping[str, Any], keywords: Keywords) -> Arguments[Q]:
    return Arguments(model, request, routing, read_labels(keywords))


def _split(keywords: Keywords, known: Mapping[str, str], method: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if keywords.get("max_continuations") is not None:
        raise InvalidRequestError(
            Sentence.of(
                "call.never_paused",
                "{method} does not take max_continuations: there is no turn that could be paused",
                method=method,
            )
        )
    return split_keywords(keywords, known, method)


def _check_text(argument: str, text: Any) -> None:
    if not isinstance(text, str) or not text:
        raise InvalidRequestError(
            Sentence.of("call.text", "{argument} must be a text, not {kind}", argument=argument, kind=kind_of(text))
        )


def _texts(argument: str, given: Any, also: str = "") -> list[str]:
    if isinstance(given, str | Mapping) or not isinstance(given, Sequence) or not given:
        raise InvalidRequestError(
            Sentence.of(
                "call.texts",
                "{argument} must be {also}a list of texts, not {kind}",
                argument=argument,
                also=also,
                kind=kind_of(given),
            )
        )
    for position, item in enumerate(given):
        if not isinstance(item, str):
            raise InvalidRequestError(
                Sentence.of(
                    "call.text_item",
                    "{argument}[{position}] must be a text, not {kind}",
                    argument=argument,
                    position=position,
                    kind=kind_of(item),
                )
            )
    return list(given)


def _check_partial(options: Mapping[str, Any], *, stream: bool) -> None:
    if options.get("partial_images") and not stream:
        raise InvalidRequestError(
            Sentence.of(
                "call.partial_images", "partial_images are what a stream brings first: give stream=True with them"
            )
        )
