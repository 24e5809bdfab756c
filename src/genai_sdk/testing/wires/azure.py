"""Azure OpenAI's wire: OpenAI's formats behind deployments, `api-key` and `api-version`.

Texts: learn.microsoft.com/azure/ai-services/openai (reference, content filter, quotas), and answers seen in public bug
reports.
"""

import json
import re
from typing import Any, ClassVar

import msgspec

from genai_sdk.testing.answer import Answer, dump, json_answer, sse
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats import chat
from genai_sdk.testing.formats.audio import SPEECH, TRANSCRIPTION
from genai_sdk.testing.formats.batches import BATCHES
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.formats.embeddings import EMBEDDINGS
from genai_sdk.testing.formats.files import FILES
from genai_sdk.testing.formats.images import IMAGE_EDITS, IMAGES
from genai_sdk.testing.formats.responses import RESPONSES
from genai_sdk.testing.formats.texts import TEXT
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.turn import Turn
from genai_sdk.testing.wires.openai import OpenAI, bearer, models
from genai_sdk.testing.wires.wire import DeniedError, Failure, Route, Wire, retry_after, route

_DENIED = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
    "active subscription and use a correct regional API endpoint for your resource."
)
_SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "self_harm", "sexual", "violence")}


class Azure(Wire):
    """Azure OpenAI: the gateway's own errors have a code and a message, the model's are OpenAI's."""

    name = "azure"
    id_headers = ("apim-request-id", "x-request-id")
    errors: ClassVar = {
        **OpenAI.errors,
        "no_key": Words(401, _DENIED, "401"),
        "unauthorized": Words(401, _DENIED, "401"),
        "forbidden": Words(403, "Access denied due to Virtual Network/Firewall rules.", "AccessDenied"),
        "no_resource": Words(404, "Resource not found", "404"),
        "not_found": Words(
            404,
            "The API deployment for this resource does not exist. If you created the deployment within the last 5 "
            "minutes, please wait a moment and try again.",
            "DeploymentNotFound",
        ),
        "content_filter": Words(
            400,
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please "
            "modify your prompt and retry. To learn more about our content filtering policies please read our "
            "documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
            "content_filter",
            None,
            "prompt",
        ),
        "rate_limit": Words(
            429,
            "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2025-02-01-preview have "
            "exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after {seconds} seconds. "
            "Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate "
            "limit.",
            "429",
        ),
        "server_error": Words(
            500, "Backend returned unexpected response. Please contact Microsoft for help.", "InternalServerError"
        ),
        "overloaded": Words(
            503, "The server is currently unable to handle the request. Please try again later.", "ServiceUnavailable"
        ),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take `api-key`; a bearer only if it is an Entra token (a JWT), or on the `/openai/v1` paths."""
        key, token = request.headers.get("api-key", ""), bearer(request)
        if keyring.has(key):
            return "api-key", key
        if (token.startswith("eyJ") or "/openai/v1/" in request.path) and keyring.has(token):
            return "bearer", token
        raise DeniedError("unauthorized" if key or token else "no_key", key or token)

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in the gateway's shape, or in OpenAI's with what the content filter found."""
        words = self.words(failure, call)
        body = chat.error_body(words)
        if words.kind is None and words.param is None:
            body = {"error": {"code": words.code, "message": words.message}}
        if failure.kind == "content_filter":
            filters = {**_SAFE, "violence": {"filtered": True, "severity": "high"}}
            inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": filters}
            body["error"] |= {"status": words.status, "innererror": inner}
        return json_answer(body, words.status, retry_after(failure))


def _versioned(codec: Codec) -> Codec:
    """Return `codec` for a path that wants `api-version`; without it Azure knows no such resource."""

    def read(request: Request, matched: re.Match[str]) -> Call:
        if not request.query.get("api-version"):
            raise WrongRequestError(kind="no_resource")
        return codec.read(request, matched)

    return msgspec.structs.replace(codec, read=read)


def _write_filtered(call: Call, turn: Turn) -> Answer:
    """Write a chat completion with the content filter's findings; in a stream an event without choices opens."""
    answer = chat.write(call, turn)
    prompt: list[Any] = [{"prompt_index": 0, "content_filter_results": _SAFE}]
    if answer.body is None:
        first = {"choices": [], "created": 0, "id": "", "model": "", "object": "", "prompt_filter_results": prompt}
        return msgspec.structs.replace(answer, frames=[sse(first), *answer.frames])
    data = json.loads(answer.body)
    data["choices"] = [{**choice, "content_filter_results": _SAFE} for choice in data["choices"]]
    return msgspec.structs.replace(answer, body=dump({**data, "prompt_filter_results": prompt}))


WIRE = Azure()

_CHAT = Codec(chat.read, _write_filtered, chat.error)


_MEDIA = (
    ("/audio/speech", SPEECH),
    ("/audio/transcriptions", TRANSCRIPTION),
    ("/images/generations", IMAGES),
    ("/images/edits", IMAGE_EDITS),
    ("(?<!/chat)/completions", TEXT),
)

_KEPT = {**BATCHES, **FILES}


def routes(owner: str) -> tuple[Route, ...]:
    """Return the wire's routes; the models listed belong to `owner`."""
    return (
        route("/deployments/(?P<model>[^/]+)/chat/completions", WIRE, _versioned(_CHAT)),
        route("/deployments/(?P<model>[^/]+)/embeddings", WIRE, _versioned(EMBEDDINGS)),
        *(route(f"/deployments/(?P<model>[^/]+){path}", WIRE, _versioned(codec)) for path, codec in _MEDIA),
        *(
            route(f"/openai{path}", WIRE, _versioned(codec), method)
            for (path, method), codec in {**BATCHES, **FILES}.items()
        ),
        route("/openai/responses", WIRE, _versioned(RESPONSES)),
        route("/openai/models", WIRE, _versioned(models(owner)), "GET"),
        route("/openai/v1/chat/completions", WIRE, _CHAT),
        route("/openai/v1/embeddings", WIRE, EMBEDDINGS),
        route("/openai/v1/responses", WIRE, RESPONSES),
        *(route(f"/openai/v1{path}", WIRE, codec) for path, codec in _MEDIA),
        *(route(f"/openai/v1{path}", WIRE, codec, method) for (path, method), codec in _KEPT.items()),
        route("/openai/v1/models", WIRE, models(owner), "GET"),
    )


ROUTES = routes("fake")
