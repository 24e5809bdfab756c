"""Pictures over InvokeModel: Amazon's Titan and Nova Canvas, and Stability AI's.

docs.aws.amazon.com/bedrock/latest/userguide: model-parameters-titan-image, model-parameters-stability-diffusion;
docs.aws.amazon.com/nova/latest/userguide/image-gen-access.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Generic
from urllib.parse import quote

import msgspec

from genai_sdk.types.image import Image, ImageEvent, ImageResponse
from genai_sdk.wires.converse.models import base_id
from genai_sdk.wires.error_body import ErrorBody
from genai_sdk.wires.operation import Q
from genai_sdk.wires.operations import ImageEditRequest, ImageRequest
from genai_sdk.wires.values import encode
from genai_sdk.wires.wire import Codec, Endpoint, FailedAnswerError, HttpRequest, UnsupportedError

_AMAZON = re.compile(r"amazon\.(titan-image|nova-canvas)")
# Their other models change pictures, each in a way of its own.
_STABILITY = re.compile(r"stability\.(sd3|stable-image-(core|ultra))")

_OPENAI_ONLY = frozenset(
    {"background", "input_fidelity", "moderation", "output_compression", "partial_images", "style", "user"}
)


def draws(model: str) -> bool:
    """Tell whether a model makes pictures of texts, in a format that is known."""
    name = base_id(model)
    return _AMAZON.match(name) is not None or _STABILITY.match(name) is not None


def changes(model: str) -> bool:
    """Tell whether a model makes pictures of pictures, in a format that is known."""
    return _AMAZON.match(base_id(model)) is not None


class PictureCodec(Codec[Q, ImageResponse, ImageEvent], Generic[Q]):
    """What both have in common: the answers."""

    conditional = frozenset({"response_format", "size"})

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = f"{endpoint.root}/model/{quote(endpoint.model, safe='')}/invoke"

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> ImageResponse | None:
        """Return the pictures in an answer.

        Raises:
            FailedAnswerError: A filter kept all of them back.
        """
        images = [image for image in data.get("images") or () if image]
        reasons = [str(reason) for reason in (data.get("error"), *(data.get("finish_reasons") or ())) if reason]
        if not images and reasons:
            raise FailedAnswerError(ErrorBody("; ".join(reasons), ("content_filter",), 400))
        if not images:
            return None
        extra = {"seeds": data["seeds"]} if data.get("seeds") else {}
        if reasons:
            extra["filtered"] = reasons
        pictures = tuple(Image(b64_json=image) for image in images)
        return ImageResponse(data=pictures, output_format="png", model=self.endpoint.model, model_extra=extra)

    def join(self, responses: Sequence[ImageResponse]) -> ImageResponse:
        """Return the pictures of several answers as those of one."""
        images = tuple(image for response in responses for image in response.data)
        return msgspec.structs.replace(responses[0], data=images)

    def chunks(self, response: ImageResponse) -> Sequence[ImageEvent]:
        """Return a whole answer as a stream gives it."""
        return [ImageEvent(type="image_generation.completed", b64_json=image.b64_json or "") for image in response.data]

    def check_form(self, options: Mapping[str, Any]) -> None:
        """See that the pictures are wanted as Bedrock gives them."""
        if options.get("response_format") not in (None, "b64_json"):
            raise UnsupportedError(
                "response_format", why=f"as {options['response_format']!r}: Bedrock's pictures come as b64_json"
            )


class AmazonCodec(PictureCodec[Q]):
    """Titan and Nova Canvas, which draw and make variations."""

    # Its own masks are black and white, OpenAI's are what is clear.
    lacks = _OPENAI_ONLY | {"aspect_ratio", "mask", "output_format"}
    places = MappingProxyType(
        {
            "n": "imageGenerationConfig.numberOfImages",
            "negative_prompt": "negativeText, beside the text",
            "quality": "imageGenerationConfig.quality",
            "seed": "imageGenerationConfig.seed",
            "size": "imageGenerationConfig.width, imageGenerationConfig.height",
        }
    )

    def encode(self, request: Q, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        given: Any = request
        options = given.options
        self.check_form(options)
        negative = {"negativeText": options["negative_prompt"]} if options.get("negative_prompt") else {}
        if isinstance(given, ImageEditRequest):
            images = [b64encode(file.data).decode() for file in given.images]
            body: dict[str, Any] = {
                "taskType": "IMAGE_VARIATION",
                "imageVariationParams": {"text": given.prompt, "images": images, **negative},
            }
        else:
            body = {"taskType": "TEXT_IMAGE", "textToImageParams": {"text": given.prompt, **negative}}
        body["imageGenerationConfig"] = _config(options)
        body.update(options.get("extra_body") or {})
        return HttpRequest(self._url, encode(body))


class StabilityCodec(PictureCodec[ImageRequest]):
    """Stability AI's models, which make one picture at a time."""

    lacks = _OPENAI_ONLY | {"quality"}
    places = MappingProxyType({"n": "a request for each picture"})

    def split(self, request: ImageRequest) -> Sequence[ImageRequest]:
        """Return a request for each picture."""
        count = int(request.options.get("n") or 1)
        options = {name: item for name, item in request.options.items() if name != "n"}
        return [msgspec.structs.replace(request, options=options)] * count

    def encode(self, request: ImageRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        self.check_form(options)
        if options.get("size") not in (None, "auto"):
            raise UnsupportedError(
                "size", why=f"as {options['size']!r}: Stability AI takes aspect_ratio, such as '16:9'"
            )
        names = ("negative_prompt", "aspect_ratio", "seed", "output_format")
        chosen = {name: options[name] for name in names if options.get(name) is not None}
        return HttpRequest(self._url, encode({"prompt": request.prompt, **chosen, **(options.get("extra_body") or {})}))


def codec_of(endpoint: Endpoint) -> Codec[Any, Any, Any]:
    """Return how a model makes pictures."""
    return StabilityCodec(endpoint) if _STABILITY.match(base_id(endpoint.model)) else AmazonCodec(endpoint)


def _config(options: Mapping[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = {"numberOfImages": options.get("n") or 1}
    if (size := options.get("size")) not in (None, "auto"):
        matched = re.fullmatch(r"(\d+)x(\d+)", str(size))
        if matched is None:
            raise UnsupportedError("size", why=f"as {size!r}: Amazon's models take pixels, such as 1024x1024")
        config.update(width=int(matched[1]), height=int(matched[2]))
    for name in ("quality", "seed"):
        if options.get(name) is not None:
            config[name] = options[name]
    return config
