"""Pictures, Google's two ways: Imagen's predict, and generateContent of the Gemini models that draw.

https://ai.google.dev/gemini-api/docs/image-generation; google-genai 3.6.1, models.py,
`_GenerateImagesConfig_to_vertex` and `_ImageConfig_to_mldev`.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic

import msgspec

from genai_sdk.types import Usage
from genai_sdk.types.image import Image, ImageEvent, ImageResponse
from genai_sdk.types.usage import added
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.gemini.media_parts import data_parts, refuse
from genai_sdk.wires.gemini.request import encoded, merged
from genai_sdk.wires.gemini.urls import model_url, plain_name
from genai_sdk.wires.gemini.usage import usage_of
from genai_sdk.wires.operation import Q
from genai_sdk.wires.operations import ImageEditRequest, ImageRequest
from genai_sdk.wires.wire import (
    Codec,
    Endpoint,
    FailedAnswerError,
    HttpRequest,
    UnsupportedError,
)

_SIZES = ("1K", "2K", "4K")
_OPENAI_ONLY = frozenset(
    {"background", "input_fidelity", "moderation", "partial_images", "quality", "style", "user", "output_compression"}
)
_FORMATS = ("b64_json",)


class PictureCodec(Codec[Q, ImageResponse, ImageEvent], Generic[Q]):
    """What all have in common: they answer whole, in base64."""

    conditional = frozenset({"response_format", "size"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._model = plain_name(endpoint.model)

    def chunks(self, response: ImageResponse) -> Sequence[ImageEvent]:
        """Return a whole answer as a stream gives it."""
        last = len(response.data) - 1
        return [
            ImageEvent(
                type="image_generation.completed",
                b64_json=image.b64_json or "",
                usage=response.usage if place == last else None,
            )
            for place, image in enumerate(response.data)
        ]

    def join(self, responses: Sequence[ImageResponse]) -> ImageResponse:
        """Return the pictures of several answers as those of one."""
        usage: Usage | None = None
        for response in responses:
            usage = added(usage, response.usage)
        images = tuple(image for response in responses for image in response.data)
        return msgspec.structs.replace(responses[0], data=images, usage=usage)


class DrawingCodec(PictureCodec[Q]):
    """The Gemini models that draw; a call brings one picture, so several are several calls."""

    lacks = _OPENAI_ONLY | {"mask", "negative_prompt", "output_format"}
    places = MappingProxyType(
        {
            "aspect_ratio": "generationConfig.imageConfig.aspectRatio",
            "n": "a request for each picture",
            "seed": "generationConfig.seed",
            "size": "generationConfig.imageConfig.imageSize",
        }
    )

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = f"{model_url(endpoint)}:generateContent"

    def split(self, request: Q) -> Sequence[Q]:
        """Return a request for each picture."""
        options: Mapping[str, Any] = request.options  # type: ignore[attr-defined]  # as all of these have
        count = int(options.get("n") or 1)
        if count <= 1:
            return (request,)
        one = msgspec.structs.replace(request, options={name: item for name, item in options.items() if name != "n"})
        return [one] * count

    def encode(self, request: Q, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        given: Any = request
        options, parts = given.options, []
        if isinstance(given, ImageEditRequest):
            parts = [
                {"inlineData": {"mimeType": file.media_type, "data": b64encode(file.data).decode()}}
                for file in given.images
            ]
        _check_form(options)
        config: dict[str, Any] = {"responseModalities": ["IMAGE"]}
        picture = {"aspectRatio": options.get("aspect_ratio"), "imageSize": _size(options)}
        if chosen := {name: item for name, item in picture.items() if item is not None}:
            config["imageConfig"] = chosen
        if options.get("seed") is not None:
            config["seed"] = options["seed"]
        contents = [{"role": "user", "parts": [*parts, {"text": given.prompt}]}]
        body = merged({"contents": contents, "generationConfig": config}, options.get("extra_body"))
        return HttpRequest(self._url, encoded(body))

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> ImageResponse | None:
        """Return the pictures in an answer.

        Raises:
            FailedAnswerError: A filter kept them back, or the model answered in words.
        """
        parts = data_parts(data)
        if not parts:
            refuse(data)
            return None
        return ImageResponse(
            data=tuple(Image(b64_json=part["data"]) for part in parts),
            output_format=_format(parts[0].get("mimeType")),
            model=data.get("modelVersion") or self._model,
            usage=self.usage(data),
        )

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that an answer reports."""
        fields = usage_of(data.get("usageMetadata"), notice=self.notice)
        return Usage.from_dict(fields) if fields else None


class ImagenCodec(PictureCodec[ImageRequest]):
    """Imagen on Vertex AI, whose answers report no tokens: it is paid for by the picture."""

    lacks = _OPENAI_ONLY
    places = MappingProxyType(
        {
            "aspect_ratio": "parameters.aspectRatio",
            "n": "parameters.sampleCount",
            "negative_prompt": "parameters.negativePrompt",
            "output_format": "parameters.outputOptions.mimeType",
            "seed": "parameters.seed",
            "size": "parameters.sampleImageSize",
        }
    )

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = f"{model_url(endpoint)}:predict"

    def encode(self, request: ImageRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        _check_form(options)
        kind = options.get("output_format")
        parameters = {
            "sampleCount": options.get("n") or 1,
            "aspectRatio": options.get("aspect_ratio"),
            "sampleImageSize": _size(options),
            "negativePrompt": options.get("negative_prompt"),
            "seed": options.get("seed"),
            "includeRaiReason": True,
            "outputOptions": None if kind is None else {"mimeType": f"image/{kind}"},
        }
        chosen = {name: item for name, item in parameters.items() if item is not None}
        body = {"instances": [{"prompt": request.prompt}], "parameters": chosen}
        return HttpRequest(self._url, encoded(merged(body, options.get("extra_body"))))

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> ImageResponse | None:
        """Return the pictures in an answer.

        Raises:
            FailedAnswerError: A filter kept all of them back.
        """
        rows = data.get("predictions") or []
        made = [row for row in rows if row.get("bytesBase64Encoded")]
        reasons = [str(row["raiFilteredReason"]) for row in rows if row.get("raiFilteredReason")]
        if not made:
            # An answer without predictions is what a filter leaves where no reason is told.
            text = "; ".join(reasons) or "a content filter kept all pictures back"
            raise FailedAnswerError(ErrorBody(text, ("content_filter",), 400))
        images = tuple(Image(b64_json=row["bytesBase64Encoded"], revised_prompt=row.get("prompt")) for row in made)
        extra = {"filtered": reasons} if reasons else {}
        return ImageResponse(
            data=images, output_format=_format(made[0].get("mimeType")), model=self._model, model_extra=extra
        )


def _check_form(options: Mapping[str, Any]) -> None:
    if options.get("response_format") not in (None, *_FORMATS):
        raise UnsupportedError(
            "response_format", why=f"as {options['response_format']!r}: Google's pictures come as b64_json"
        )


def _size(options: Mapping[str, Any]) -> str | None:
    size = options.get("size")
    if size in (None, "auto"):
        return None
    if not re.fullmatch("|".join(_SIZES), str(size)):
        has = f"Google has {', '.join(_SIZES)}, and aspect_ratio such as '16:9'"
        raise UnsupportedError("size", why=f"as {size!r}: {has}")
    return str(size)


def _format(media_type: Any) -> str | None:
    return media_type.removeprefix("image/") if isinstance(media_type, str) else None
