"""Anthropic's wire: who calls, and what an error looks like (docs.anthropic.com/en/api/errors)."""

import re
from typing import ClassVar

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats import messages
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.formats.message_batches import BATCHES
from genai_sdk.testing.formats.message_files import FILES
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.wires.openai import bearer
from genai_sdk.testing.wires.wire import DeniedError, Failure, Wire, retry_after, route


class Anthropic(Wire):
    """Anthropic's own API."""

    name = "anthropic"
    id_headers = ("request-id",)
    errors: ClassVar = {
        "no_key": Words(401, "x-api-key header is required"),
        "unauthorized": Words(401, "invalid x-api-key"),
        "forbidden": Words(403, "Your API key does not have permission to use the specified resource."),
        "not_found": Words(404, "model: {model}"),
        "bad_request": Words(400, "messages: at least one message is required"),
        "too_large": Words(413, "Request exceeds the maximum size"),
        "context_window": Words(400, "prompt is too long: {tokens} tokens > {limit} maximum"),
        "content_filter": Words(400, "Output blocked by content filtering policy"),
        "rate_limit": Words(
            429,
            "This request would exceed the rate limit for your organization of 50 requests per minute. For details, "
            "refer to: https://docs.anthropic.com/en/api/rate-limits; see the response headers for current usage.",
        ),
        "server_error": Words(500, "Internal server error"),
        "overloaded": Words(529, "Overloaded"),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take `x-api-key`, or the key as a bearer token, which anthropic 2.14.0 sends it as."""
        key, token = request.headers.get("x-api-key", ""), bearer(request)
        if not keyring.has(key or token):
            raise DeniedError("unauthorized" if key or token else "no_key", key or token)
        return ("x-api-key", key) if key else ("bearer", token)

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in Anthropic's shape, which repeats the request's id."""
        words = self.words(failure, call)
        body = {**messages.error_body(words.status, words.message), "request_id": call.request_id}
        return json_answer(body, words.status, retry_after(failure))


def _read(request: Request, matched: re.Match[str]) -> Call:
    if not request.headers.get("anthropic-version"):
        raise WrongRequestError("anthropic-version: header is required")
    call = messages.read(request, matched)
    if not call.model:
        raise WrongRequestError("model: Field required")
    return call


WIRE = Anthropic()

ROUTES = (
    route("/v1/messages", WIRE, Codec(_read, messages.write, messages.error)),
    *(route(path, WIRE, codec, method) for (path, method), codec in BATCHES.items()),
    *(route(path, WIRE, codec, method, "anthropic-version") for (path, method), codec in FILES.items()),
)
