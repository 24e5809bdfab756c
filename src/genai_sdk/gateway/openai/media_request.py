"""Requests for sound, pictures, judgements and texts, read as calls of the client. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue.operation_parameters import (
    IMAGE_EDIT_PARAMETERS,
    IMAGE_PARAMETERS,
    MODERATION_PARAMETERS,
    SPEECH_PARAMETERS,
    TEXT_PARAMETERS,
    TRANSCRIPTION_PARAMETERS,
)
from genai_sdk.errors import InvalidRequestError
from genai_sdk.gateway.openai.api_call import (
    BLOCK,
    OWN,
    ApiCall,
    HttpRequest,
    Method,
    read_block,
    read_body,
    read_keywords,
)
from genai_sdk.sentence import Sentence
from genai_sdk.wires.multipart import read_multipart

_MODERATES = "omni-moderation-latest"
"""OpenAI's own default (openai 3.57.0, types/moderation_create_params.py)."""

_NUMBERS = frozenset({"n", "output_compression", "partial_images", "temperature"})
"""Fields of a form that are numbers: a form has nothing but texts."""


def read_media(request: HttpRequest, path: list[str]) -> ApiCall | None:
    """Read a request; None if none of these answers its path.

    Raises:
        InvalidRequestError: Its body is not what the path takes.
    """
    match path:
        case ["completions"]:
            return _json(request, "text_completion", TEXT_PARAMETERS, "prompt")
        case ["moderations"]:
            return _json(request, "moderation", MODERATION_PARAMETERS, "input")
        case ["images", "generations"]:
            return _json(request, "image_generation", IMAGE_PARAMETERS, "prompt")
        case ["audio", "speech"]:
            return _speech(request)
        case ["images", "edits"]:
            return _form(request, "image_edit", IMAGE_EDIT_PARAMETERS, "prompt", "image", "mask")
        case ["audio", "transcriptions"]:
            return _form(request, "transcription", TRANSCRIPTION_PARAMETERS, "file")
    return None


def _json(request: HttpRequest, method: Method, known: Mapping[str, str], field: str) -> ApiCall:
    body = read_body(request)
    own, stream = read_block(body, sorted(OWN)), bool(body.pop("stream", None))
    arguments = {"model": body.pop("model", None), field: body.pop(field, None)}
    arguments |= read_keywords(request, body, known, stream=stream)
    if method == "moderation":
        arguments["model"] = arguments["model"] or _MODERATES
    else:
        arguments["stream"] = stream
    return ApiCall(method=method, arguments={**arguments, **own}, stream=stream)


def _speech(request: HttpRequest) -> ApiCall:
    """Read a request for speech, whose sound is handed on as it comes, whether or not anybody reads it so."""
    body = read_body(request)
    own, events = read_block(body, sorted(OWN)), body.pop("stream_format", None) == "sse"
    arguments = {"model": body.pop("model", None), "input": body.pop("input", None)}
    arguments |= read_keywords(request, body, SPEECH_PARAMETERS, stream=True)
    return ApiCall(
        method="speech",
        arguments={**arguments, **own, "stream": True},
        stream=True,
        form="events" if events else str(body.get("response_format") or ""),
    )


def _form(request: HttpRequest, method: Method, known: Mapping[str, str], *fields: str) -> ApiCall:
    body = read_form(request.body)
    own, stream = read_block(body, sorted(OWN)), body.pop("stream", None) == "true"
    arguments = {name: body.pop(name) for name in ("model", *fields) if name in body}
    arguments |= read_keywords(request, body, known, stream=stream)
    for field in ("model", *fields[: 2 if method == "image_edit" else 1]):
        arguments.setdefault(field, None)
    form = str(body.get("response_format") or "")
    return ApiCall(method=method, arguments={**arguments, **own, "stream": stream}, stream=stream, form=form)


def read_form(body: bytes) -> dict[str, Any]:
    """Return a form's fields: `name[]` as lists, `name[key]` as dicts, files as (name, content, MIME type)."""
    try:
        parts = read_multipart(body)
    except ValueError as error:
        raise InvalidRequestError(
            Sentence.of("gateway.no_form", "the body must be a form (multipart/form-data): {error}", error=error)
        ) from None
    made: dict[str, Any] = {}
    for part in parts:
        item: Any = part.data.decode("utf-8", "replace")
        if part.filename is not None:
            item = (part.filename, part.data, part.media_type)
        name, bracket, key = part.name.partition("[")
        key = key.removesuffix("]")
        if not bracket:
            made[name] = _number(item) if name in _NUMBERS else item
        elif not key:
            made.setdefault(name, []).append(item)
        else:
            made.setdefault(name, {})[key] = _plain(item) if name == BLOCK else item
    return made


def _number(text: Any) -> Any:
    value = _plain(text)
    return value if isinstance(value, int | float) else text


def _plain(text: Any) -> Any:
    """Return what a text says in JSON, or itself."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, TypeError):
        return text
