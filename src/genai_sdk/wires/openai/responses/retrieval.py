"""Responses that the vendor keeps, by their ids."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from genai_sdk.types.responses import ResponsesResponse
from genai_sdk.wires.openai.responses.native import kept_response
from genai_sdk.wires.openai.urls import url
from genai_sdk.wires.responses.retrieval import KeptRequest
from genai_sdk.wires.wire import Codec, HttpRequest


class Retrieval(Codec[KeptRequest, ResponsesResponse, None]):
    """https://platform.openai.com/docs/api-reference/responses/get."""

    method = "GET"
    ending = ""

    def encode(self, request: KeptRequest, *, stream: bool) -> HttpRequest:
        """Return what is sent."""
        path = f"/responses/{quote(request.id, safe='')}{self.ending}"
        return HttpRequest(url(self.endpoint, path), b"", method=self.method)

    def decode(self, data: dict[str, Any], _headers: Mapping[str, str]) -> ResponsesResponse | None:
        """Return the response, however far it is; None if it is none."""
        return kept_response(data, self.endpoint.model, self.notice) if data.get("id") else None


class Cancellation(Retrieval):
    """https://platform.openai.com/docs/api-reference/responses/cancel."""

    method = "POST"
    ending = "/cancel"
