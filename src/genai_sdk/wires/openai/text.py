"""Text completions over `/completions`."""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.types.text_completion import TextCompletion
from genai_sdk.wires.event_parser import EventParser
from genai_sdk.wires.openai.body import APART, add_stream_options, encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.openai.usage import find_usage, usage_fields
from genai_sdk.wires.operations import TextRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest, Parser


class TextCodec(Codec[TextRequest, TextCompletion, TextCompletion]):
    """https://platform.openai.com/docs/api-reference/completions."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/completions")

    def encode(self, request: TextRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        options = request.options
        fields: dict[str, Any] = {"model": self.endpoint.model, "prompt": request.prompt}
        fields.update((name, item) for name, item in options.items() if item is not None and name not in APART)
        if stream:
            add_stream_options(fields, options.get("stream_options"), with_usage=True)
        return HttpRequest(self._url, encode_body(fields, options), streams=stream)

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> TextCompletion | None:
        """Return the texts in an answer."""
        return self._read(data) if data.get("choices") else None

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that an answer or an event reports."""
        fields = usage_fields(find_usage(data), self.notice)
        return Usage.from_dict(fields) if fields else None

    def parser(self) -> Parser[TextCompletion]:
        """Return what reads a stream, whose events have the shape of an answer."""
        return EventParser(self._chunk, _ends, self.usage, is_last=False)

    def chunks(self, response: TextCompletion) -> Sequence[TextCompletion]:
        """Return a whole answer as a stream gives it."""
        return (response,)

    def _read(self, data: Any) -> TextCompletion:
        return TextCompletion.from_dict({"model": self.endpoint.model, **data, "usage": self.usage(data)})

    def _chunk(self, event: Any) -> TextCompletion | None:
        return self._read(event) if event.get("choices") or event.get("usage") else None


def _ends(event: Any) -> bool:
    return any(choice.get("finish_reason") for choice in event.get("choices") or ())
