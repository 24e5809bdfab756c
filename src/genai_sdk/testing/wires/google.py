"""Google AI Studio's wire, and the errors that it shares with Vertex AI.

Google says how long to wait in the error's details (`google.rpc.RetryInfo`), in no header; an invalid API key is a 400;
a prompt blocked by the safety filters is a 200 without candidates (ai.google.dev/api/generate-content#PromptFeedback).
"""

from typing import Any, ClassVar

from genai_sdk.testing.answer import Answer, json_answer, sse, sse_answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.formats import gemini
from genai_sdk.testing.formats.codec import Words
from genai_sdk.testing.formats.gemini_batches import BATCHES, CREATE
from genai_sdk.testing.formats.gemini_files import FILES, UPLOAD
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.turn import count
from genai_sdk.testing.wires.wire import DeniedError, Failure, Wire, route

_SERVICE = "generativelanguage.googleapis.com"
_KEY_INVALID = "API key not valid. Please pass a valid API key."


def error_info(reason: str, service: str) -> dict[str, Any]:
    """Return the detail that names an error's reason."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": service},
    }


class Google(Wire):
    """What both of Google's wires have in common."""

    id_headers = ()  # the id is the body's responseId
    errors: ClassVar = {
        "bad_request": Words(400, "Request contains an invalid argument."),
        "context_window": Words(
            400, "The input token count ({tokens}) exceeds the maximum number of tokens allowed ({limit})."
        ),
        "server_error": Words(500, "An internal error has occurred. Please try again later."),
        "overloaded": Words(503, "The model is overloaded. Please try again later."),
    }

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in Google's shape, with details where Google gives some."""
        if failure.kind == "content_filter":
            return _blocked(call)
        words = self.words(failure, call)
        details = self.details(failure)
        if failure.retry_after is not None:
            delay = f"{failure.retry_after:g}s"
            details.append({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay})
        return json_answer(gemini.error_body(words.status, words.message, details), words.status)

    def details(self, failure: Failure) -> list[dict[str, Any]]:
        """Return what the service adds to an error."""
        return []


def _blocked(call: Call) -> Answer:
    usage = gemini.prompt_usage(sum(map(count, call.texts)))
    body = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}, "usageMetadata": usage, "modelVersion": call.model}
    return sse_answer([sse(body, newline=b"\r\n")]) if call.stream else json_answer(body)


class Studio(Google):
    """Google AI Studio: the Gemini API with an API key."""

    name = "google-ai-studio"
    errors: ClassVar = {
        **Google.errors,
        "no_key": Words(
            403,
            "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or "
            "other form of API consumer identity to call this API.",
        ),
        "unauthorized": Words(400, _KEY_INVALID),
        "forbidden": Words(403, "The caller does not have permission"),
        "not_found": Words(
            404,
            "models/{model} is not found for API version v1beta, or is not supported for generateContent. Call "
            "ListModels to see the list of available models and their supported methods.",
        ),
        "rate_limit": Words(
            429,
            "You exceeded your current quota, please check your plan and billing details. For more information on "
            "this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.",
        ),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take `x-goog-api-key`, or `key` in the query."""
        for scheme, key in (
            ("x-goog-api-key", request.headers.get("x-goog-api-key", "")),
            ("query", request.query.get("key", "")),
        ):
            if keyring.has(key):
                return scheme, key
            if key:
                raise DeniedError("unauthorized", key)
        raise DeniedError("no_key")

    def details(self, failure: Failure) -> list[dict[str, Any]]:
        """Name the reason of an invalid key, and the quota of a limit."""
        if failure.kind == "unauthorized":
            localized = "type.googleapis.com/google.rpc.LocalizedMessage"
            message = {"@type": localized, "locale": "en-US", "message": _KEY_INVALID}
            return [error_info("API_KEY_INVALID", _SERVICE), message]
        if failure.kind == "rate_limit":
            metric = f"{_SERVICE}/generate_content_free_tier_requests"
            quota = {"quotaMetric": metric, "quotaId": "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}
            return [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [quota]}]
        return []


class Uploads(Studio):
    """Uploads, whose second request proves itself by the first one's answer (google-genai 3.6.1, `_upload_fd`)."""

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take a key, or the id of an upload that was begun with one."""
        if "upload_id" in request.query and "x-goog-api-key" not in request.headers:
            return "upload_id", request.query["upload_id"]
        return super().authenticate(request, keyring)


WIRE = Studio()
UPLOADS = Uploads()

_MODEL = "(?<!/publishers/google)/models/(?P<model>[^/:]+)"

ROUTES = (
    route(_MODEL + ":(?P<verb>generateContent)", WIRE, gemini.GENERATE),
    route(_MODEL + ":(?P<verb>streamGenerateContent)", WIRE, gemini.STREAM),
    route(_MODEL + ":embedContent", WIRE, gemini.EMBED),
    route(_MODEL + ":batchEmbedContents", WIRE, gemini.BATCH_EMBED),
    route(_MODEL + ":batchGenerateContent", WIRE, CREATE),
    route("/upload/v1(?:alpha|beta)[^/]*/+files", UPLOADS, UPLOAD),
    *(route(path, WIRE, codec, method) for (path, method), codec in {**BATCHES, **FILES}.items()),
)
