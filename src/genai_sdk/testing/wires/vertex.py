"""Vertex AI's wire: Gemini, Claude and embeddings behind OAuth, and the token endpoint.

Besides the public paths it serves what litellm makes of a custom base: `{base}:generateContent`
(litellm/llms/vertex_ai/vertex_llm_base.py, 1.106).
"""

import re
from typing import Any, ClassVar

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.formats import gemini, messages
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.oauth import access_token, assertion_of
from genai_sdk.testing.turn import Turn
from genai_sdk.testing.wires.google import Google, error_info
from genai_sdk.testing.wires.openai import bearer
from genai_sdk.testing.wires.wire import DeniedError, Failure, route

_SERVICE = "aiplatform.googleapis.com"


class Vertex(Google):
    """Vertex AI."""

    name = "google-vertex-ai"
    errors: ClassVar = {
        **Google.errors,
        "no_key": Words(
            401,
            "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials "
            "that assert a principal. See https://cloud.google.com/docs/authentication",
        ),
        "unauthorized": Words(
            401,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
            "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        ),
        "forbidden": Words(
            403,
            "Permission 'aiplatform.endpoints.predict' denied on resource '//aiplatform.googleapis.com/{model}' (or it "
            "may not exist).",
        ),
        "not_found": Words(
            404,
            "Publisher Model `{model}` was not found or your project does not have access to it. Please ensure you are "
            "using a valid model version. For more information, see: "
            "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions",
        ),
        "rate_limit": Words(
            429,
            "Resource exhausted. Please try again later. Please refer to "
            "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.",
        ),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take a token of the token endpoint or, of the keys accepted, any."""
        token = bearer(request)
        if token in keyring.tokens:
            return "oauth", keyring.tokens[token]
        if not token:
            raise DeniedError("no_key")
        if not keyring.has(token) or (keyring.keys is None and keyring.accounts):
            raise DeniedError("unauthorized", token)
        return "bearer", token

    def details(self, failure: Failure) -> list[dict[str, Any]]:
        """Name the reason of missing or wrong credentials."""
        reasons = {"no_key": "CREDENTIALS_MISSING", "unauthorized": "ACCESS_TOKEN_TYPE_UNSUPPORTED"}
        reason = reasons.get(failure.kind)
        return [error_info(reason, _SERVICE)] if reason else []


class VertexClaude(Vertex):
    """Claude on Vertex AI: what the model itself finds wrong is said as Anthropic says it."""

    errors: ClassVar = {
        **Vertex.errors,
        "bad_request": Words(400, "messages: at least one message is required"),
        "context_window": Words(400, "prompt is too long: {tokens} tokens > {limit} maximum"),
        "content_filter": Words(400, "Output blocked by content filtering policy"),
    }

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error as whoever found it does."""
        if failure.kind not in ("bad_request", "context_window", "content_filter"):
            return super().error(failure, call)
        words = self.words(failure, call)
        return json_answer(messages.error_body(words.status, words.message), words.status)


class TokenEndpoint(Vertex):
    """Where a service account's signed assertion becomes an access token."""

    errors: ClassVar = {
        **Vertex.errors,
        "unauthorized": Words(400, "Invalid JWT Signature.", "invalid_grant"),
        "no_account": Words(400, "Invalid grant: account not found", "invalid_grant"),
        "stale": Words(
            400,
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat "
            "and exp values in the JWT claim.",
            "invalid_grant",
        ),
        "audience": Words(400, "Invalid JWT: Failed audience check.", "invalid_grant"),
        "scope": Words(400, "Invalid OAuth scope or ID token audience provided.", "invalid_scope"),
        "no_key": Words(400, "Missing or invalid assertion.", "invalid_request"),
    }

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Take an assertion that one of the fake's service accounts signed just now."""
        assertion = assertion_of(request.body)
        if assertion is None:
            raise DeniedError("no_key")
        verify = keyring.accounts.get(assertion.issuer)
        checks = (
            ("no_account", verify is not None),
            ("unauthorized", verify is not None and verify(assertion.signed, assertion.signature)),
            ("stale", assertion.timely),
            ("audience", str(assertion.claims.get("aud")).endswith("/token")),
            ("scope", "/auth/cloud-platform" in str(assertion.claims.get("scope"))),
        )
        for kind, passed in checks:
            if not passed:
                raise DeniedError(kind)
        keyring.tokens[access_token(assertion.issuer)] = assertion.issuer
        return "oauth", assertion.issuer

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error as RFC 6749 has it."""
        words = self.words(failure, call)
        return json_answer(
            {"error": words.code or "internal_failure", "error_description": words.message}, words.status
        )


def _read_token(request: Request, matched: re.Match[str]) -> Call:
    assertion = assertion_of(request.body)
    return Call(operation="token", body=dict(assertion.claims) if assertion else {})


def _write_token(call: Call, turn: Turn) -> Answer:
    token = access_token(str(call.body.get("iss", "")))
    return json_answer({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})


WIRE = Vertex()
_CLAUDE = VertexClaude()

_GOOGLE = "(?:/(?:publishers/google/models|endpoints)/(?P<model>[^/:]+)|)"
_ANTHROPIC = "(?:/publishers/anthropic/models/(?P<model>[^/:]+)|)"
_MESSAGES = messages.versioned(messages.MESSAGES)

ROUTES = (
    route("/token", TokenEndpoint(), Codec(_read_token, _write_token)),
    route(_GOOGLE + ":(?P<verb>generateContent)", WIRE, gemini.GENERATE),
    route(_GOOGLE + ":(?P<verb>streamGenerateContent)", WIRE, gemini.STREAM),
    route(_GOOGLE + ":predict", WIRE, gemini.PREDICT),
    route(_GOOGLE + ":embedContent", WIRE, gemini.EMBED),
    route(_GOOGLE + ":batchEmbedContents", WIRE, gemini.BATCH_EMBED),
    route(_ANTHROPIC + ":rawPredict", _CLAUDE, _MESSAGES),
    route(_ANTHROPIC + ":streamRawPredict", _CLAUDE, messages.streamed(_MESSAGES)),
)
