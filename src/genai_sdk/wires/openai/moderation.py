"""Moderation over `/moderations`."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.types import Usage
from genai_sdk.types.moderation import ModerationResponse
from genai_sdk.wires.openai.body import encode_body
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.openai.usage import usage_fields
from genai_sdk.wires.operations import ModerationRequest
from genai_sdk.wires.wire import Codec, Endpoint, HttpRequest


class ModerationCodec(Codec[ModerationRequest, ModerationResponse, None]):
    """https://platform.openai.com/docs/api-reference/moderations."""

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self._url = url(endpoint, "/moderations")

    def encode(self, request: ModerationRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        fields = {"model": self.endpoint.model, "input": request.input}
        return HttpRequest(self._url, encode_body(fields, request.options))

    def decode(self, data: Any, _headers: Mapping[str, str], /) -> ModerationResponse | None:
        """Return the judgements in an answer."""
        if not data.get("results"):
            return None
        return ModerationResponse.from_dict({"model": self.endpoint.model, **data, "usage": self.usage(data)})

    def usage(self, data: Any, /) -> Usage | None:
        """Return the tokens that an answer reports; Mistral's does, OpenAI's does not."""
        fields = usage_fields(data.get("usage"))
        return Usage.from_dict(fields) if fields else None
