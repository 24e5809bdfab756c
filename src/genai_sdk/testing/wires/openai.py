"""OpenAI's wire: who calls, and what an error looks like.

A wrong key is quoted whole in the error, where OpenAI masks its middle: whoever must not show keys is tested harder.
Texts and codes: platform.openai.com/docs/guides/error-codes, and answers seen in public bug reports.
"""

import re
from typing import ClassVar

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.formats.audio import SPEECH, TRANSCRIPTION
from genai_sdk.testing.formats.batches import BATCHES
from genai_sdk.testing.formats.chat import CHAT, error_body
from genai_sdk.testing.formats.codec import CREATED, Codec, Words
from genai_sdk.testing.formats.embeddings import EMBEDDINGS
from genai_sdk.testing.formats.files import FILES
from genai_sdk.testing.formats.images import IMAGE_EDITS, IMAGES
from genai_sdk.testing.formats.responses import RESPONSES
from genai_sdk.testing.formats.texts import MODERATION, RERANK, TEXT
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.turn import Turn
from genai_sdk.testing.wires.wire import ANY_METHOD, DeniedError, Failure, Route, Wire, retry_after, route

_REQUEST = "invalid_request_error"


def bearer(request: Request) -> str:
    """Return the bearer token of a request, or an empty string."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


class OpenAI(Wire):
    """OpenAI and everything compatible with it."""

    name = "openai"
    errors: ClassVar = {
        "no_key": Words(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from "
            "https://platform.openai.com/account/api-keys.",
            kind=_REQUEST,
        ),
        "unauthorized": Words(
            401,
            "Incorrect API key provided: {key}. You can find your API key at "
            "https://platform.openai.com/account/api-keys.",
            "invalid_api_key",
            _REQUEST,
        ),
        "forbidden": Words(
            403, "Project `proj_fake` does not have access to model `{model}`", "model_not_found", _REQUEST
        ),
        "not_found": Words(
            404, "The model `{model}` does not exist or you do not have access to it.", "model_not_found", _REQUEST
        ),
        "bad_request": Words(400, "Invalid value for parameter.", "invalid_value", _REQUEST),
        "context_window": Words(
            400,
            "This model's maximum context length is {limit} tokens. However, your messages resulted in {tokens} "
            "tokens. Please reduce the length of the messages.",
            "context_length_exceeded",
            _REQUEST,
            "messages",
        ),
        "content_filter": Words(
            400,
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again "
            "with a different prompt: https://platform.openai.com/docs/guides/reasoning#advice-on-prompting",
            "invalid_prompt",
            _REQUEST,
        ),
        "rate_limit": Words(
            429,
            "Rate limit reached for {model} in organization org-fake on requests per min (RPM): Limit 3, Used 3, "
            "Requested 1. Please try again in {seconds}s. Visit https://platform.openai.com/account/rate-limits to "
            "learn more.",
            "rate_limit_exceeded",
            "requests",
        ),
        "server_error": Words(
            500,
            "The server had an error while processing your request. Sorry about that!",
            kind="server_error",
        ),
        "overloaded": Words(
            503, "The engine is currently overloaded, please try again later", kind="service_unavailable_error"
        ),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take a bearer key."""
        key = bearer(request)
        if not key:
            raise DeniedError("no_key")
        if not keyring.has(key):
            raise DeniedError("unauthorized", key)
        return "bearer", key

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in OpenAI's shape."""
        words = self.words(failure, call)
        return json_answer(error_body(words), words.status, retry_after(failure))


class Unknown(OpenAI):
    """Whatever no wire knows: anybody may ask, and gets OpenAI's 404."""

    name = "unknown"

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Let anybody in."""
        return "", ""


def _read_models(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="models")


def models(owner: str) -> Codec:
    """Return the format of a list of models that belong to `owner`."""

    def write(call: Call, turn: Turn) -> Answer:
        rows = [{"id": name, "object": "model", "created": CREATED, "owned_by": owner} for name in call.served]
        return json_answer({"object": "list", "data": rows})

    return Codec(_read_models, write)


def _read_unknown(request: Request, matched: re.Match[str]) -> Call:
    return Call(operation="unknown", model=f"{request.method} {request.path}")


def _write_unknown(call: Call, turn: Turn) -> Answer:
    return json_answer(error_body(Words(404, f"Invalid URL ({call.model})", kind=_REQUEST)), 404)


WIRE = OpenAI()


def routes(owner: str) -> tuple[Route, ...]:
    """Return the wire's routes; the models listed belong to `owner`."""
    return (
        route("/chat/completions", WIRE, CHAT),
        route("/embeddings", WIRE, EMBEDDINGS),
        route("/responses", WIRE, RESPONSES),
        route("/audio/speech", WIRE, SPEECH),
        route("/audio/transcriptions", WIRE, TRANSCRIPTION),
        route("/images/generations", WIRE, IMAGES),
        route("/images/edits", WIRE, IMAGE_EDITS),
        route("/completions", WIRE, TEXT),
        route("/moderations", WIRE, MODERATION),
        route("/rerank", WIRE, RERANK),
        route("/models", WIRE, models(owner), "GET"),
        *(route(path, WIRE, codec, method) for (path, method), codec in {**BATCHES, **FILES}.items()),
    )


ROUTES = routes("fake")

UNKNOWN = route("", Unknown(), Codec(_read_unknown, _write_unknown), ANY_METHOD)
"""The route of whatever has no other."""
