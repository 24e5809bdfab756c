"""Our errors in the words of OpenAI's API: a status, a type, a code, and a block of this package's own. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from genai_sdk import errors
from genai_sdk.gateway.openai.api_call import BLOCK, UnsupportedPathError
from genai_sdk.types import Record

Kind = Literal["status", "timeout", "connection"]

_INVALID = "invalid_request_error"
_SERVER = "server_error"

_ROWS: Mapping[type[errors.GenAIError], tuple[int, str, str]] = MappingProxyType(
    {
        UnsupportedPathError: (404, _INVALID, "not_supported"),
        errors.UnknownModelError: (404, _INVALID, "model_not_found"),
        errors.PromptNotFoundError: (404, _INVALID, "prompt_not_found"),
        errors.UsageError: (400, _INVALID, "invalid_request"),
        errors.ConnectionNotFoundError: (404, _INVALID, "connection_not_found"),
        errors.MissingCredentialsError: (401, "authentication_error", "missing_credentials"),
        errors.AccessDeniedError: (403, "permission_error", "access_denied"),
        # Not 500: whoever retries that on its own account would wait for nothing.
        errors.ConfigurationError: (400, _INVALID, "configuration_error"),
        errors.SourceUnavailableError: (503, _SERVER, "source_unavailable"),
        errors.AuthenticationError: (401, "authentication_error", "invalid_api_key"),
        errors.PermissionDeniedError: (403, "permission_error", "permission_denied"),
        errors.ModelNotFoundError: (404, _INVALID, "model_not_found"),
        errors.RateLimitError: (429, "rate_limit_error", "rate_limit_exceeded"),
        errors.ContextWindowExceededError: (400, _INVALID, "context_length_exceeded"),
        errors.ContentFilterError: (400, _INVALID, "content_filter"),
        errors.BadRequestError: (400, _INVALID, "bad_request"),
        errors.StreamInterruptedError: (502, _SERVER, "stream_interrupted"),
        errors.ProviderTimeoutError: (504, "timeout_error", "timeout"),
        errors.ProviderError: (502, _SERVER, "provider_error"),
        errors.GenAIError: (500, _SERVER, "error"),
    }
)
"""By class, the nearest one counts; the words are those of https://platform.openai.com/docs/guides/error-codes."""

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after", "reason")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What a call failed with.

    Attributes:
        kind: Whether there is a status to raise, or the SDK has a class of its own for what happened.
        status: The HTTP status.
        error: The `error` of the body.
        headers: The response's headers.
    """

    kind: Kind
    status: int
    error: dict[str, Any]
    headers: dict[str, str]

    @property
    def body(self) -> bytes:
        """The body of the response."""
        return msgspec.json.encode({"error": self.error})


def failure_of(error: errors.GenAIError) -> Failure:
    """Return an error as OpenAI's API would say it."""
    means = error.last if isinstance(error, errors.RouteExhaustedError) else type(error)
    status, word, code = next(_ROWS[kind] for kind in means.__mro__ if kind in _ROWS)
    own = getattr(error, "status_code", None)
    kind: Kind = "status"
    if means is errors.ClientClosedError:
        kind, code = "connection", "client_closed"
    elif means is errors.ProviderTimeoutError:
        kind = "timeout"
    elif means is errors.ProviderUnavailableError and own is None:
        kind = "connection"
    if own is not None and status in (400, 502) and own // 100 == status // 100:
        status = own  # the provider's own is more exact, such as 413 or 529
    body = {"message": str(error), "type": word, "param": None, "code": code, BLOCK: _block(error)}
    return Failure(kind=kind, status=status, error=body, headers=_headers(error))


def _headers(error: errors.GenAIError) -> dict[str, str]:
    # The SDK obeys x-should-retry before all else (openai 2.0.0 and 3.57.0, `_should_retry`): retries are ours alone.
    headers = {"content-type": "application/json", "x-should-retry": "false"}
    if isinstance(error, errors.ProviderError):
        if error.request_id:
            headers["x-request-id"] = error.request_id
        if error.retry_after is not None:
            headers["retry-after"] = f"{error.retry_after:g}"
    return headers


def _block(error: errors.GenAIError) -> dict[str, Any]:
    block: dict[str, Any] = {"error": type(error).__name__, "trace_id": error.trace_id, "trace_url": error.trace_url}
    if isinstance(error, errors.ProviderError):
        block |= {name: getattr(error, name) for name in _FACTS}
        block["attempts"] = [row.model_dump() for row in error.attempts if isinstance(row, Record)]
    return block
