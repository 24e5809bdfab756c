"""Pictures over `/images/generations` and `/images/edits`."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.catalogue import is_openai
from genai_sdk.types.image import ImageEvent, ImageResponse
from genai_sdk.wires.event_parser import EventParser
from genai_sdk.wires.multipart import fields_of, multipart
from genai_sdk.wires.openai.body import APART, encode_body
from genai_sdk.wires.openai.media_usage import picture_usage
from genai_sdk.wires.openai.urls import media_url
from genai_sdk.wires.operation import Q
from genai_sdk.wires.operations import ImageEditRequest, ImageRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser

_ENDS = ("image_generation.completed", "image_edit.completed")

# Other vendors' (openai 3.57.0, types/image_generate_params.py); compatible servers may know them.
_LACKS = frozenset({"aspect_ratio", "negative_prompt", "seed"})


class PictureCodec(Codec[Q, ImageResponse, ImageEvent]):
    """What both have in common: the answers."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        if endpoint.adapter == "azure" or is_openai(endpoint.base_url):
            self.lacks = _LACKS

    def fields(self, request: Any, *, stream: bool) -> dict[str, Any]:
        """Return the fields of a request."""
        options = {name: item for name, item in request.options.items() if item is not None and name not in APART}
        fields = {"model": self.endpoint.model, "prompt": request.prompt, **options}
        return {**fields, "stream": True} if stream else fields

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> ImageResponse | None:
        """Return the pictures in an answer."""
        if not data.get("data"):
            return None
        return ImageResponse.from_dict({"model": self.endpoint.model, **data, "usage": self.usage(data)})

    def usage(self, data: Any, /) -> Any:
        """Return the tokens that an answer or an event reports."""
        return picture_usage(data.get("usage"), self.notice)

    def parser(self) -> Parser[ImageEvent]:
        """Return what reads a stream."""
        return EventParser(self._event, lambda event: event.get("type") in _ENDS, self.usage, is_last=False)

    def chunks(self, response: ImageResponse) -> Sequence[ImageEvent]:
        """Return a whole answer as a stream gives it, from servers that cannot stream pictures."""
        last = len(response.data) - 1
        return [
            ImageEvent(type=_ENDS[0], b64_json=image.b64_json or "", usage=response.usage if place == last else None)
            for place, image in enumerate(response.data)
        ]

    def _event(self, event: Any) -> ImageEvent | None:
        return ImageEvent.from_dict({**event, "usage": self.usage(event)}) if event.get("b64_json") else None


class ImageCodec(PictureCodec[ImageRequest]):
    """https://platform.openai.com/docs/api-reference/images/create."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = media_url(endpoint, "/images/generations")

    def encode(self, request: ImageRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        return HttpRequest(self._url, encode_body(self.fields(request, stream=stream), request.options), streams=stream)


class ImageEditCodec(PictureCodec[ImageEditRequest]):
    """https://platform.openai.com/docs/api-reference/images/createEdit."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = media_url(endpoint, "/images/edits")

    def encode(self, request: ImageEditRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent: several pictures are a list, as OpenAI's SDK sends them."""
        name = "image" if len(request.images) == 1 else "image[]"
        files = [(name, file) for file in request.images]
        fields = {**self.fields(request, stream=stream), **(request.options.get("extra_body") or {})}
        if request.mask is not None and fields.pop("mask", None):
            files.append(("mask", request.mask))
        headers, body = multipart(fields_of(fields), files)
        return HttpRequest(self._url, body, headers, streams=stream)
