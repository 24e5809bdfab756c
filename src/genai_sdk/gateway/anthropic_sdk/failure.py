"""Our errors in the words of Anthropic's API. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from genai_sdk.errors import GenAIError
from genai_sdk.gateway.openai.api_call import BLOCK
from genai_sdk.gateway.openai.failure import Failure
from genai_sdk.gateway.openai.failure import failure_of as openai_failure_of

_TYPES: Mapping[int, str] = MappingProxyType(
    {
        401: "authentication_error",
        402: "billing_error",
        403: "permission_error",
        404: "not_found_error",
        409: "conflict_error",
        413: "request_too_large",
        429: "rate_limit_error",
        504: "timeout_error",
        529: "overloaded_error",
    }
)
"""https://docs.anthropic.com/en/api/errors; any other 4xx is an invalid request, any other 5xx an `api_error`."""


_REQUEST_ID = {"x-request-id": "request-id"}


class AnthropicFailure(Failure, frozen=True, kw_only=True):
    """What a call failed with, in Anthropic's shape."""

    @property
    def body(self) -> bytes:
        """The body of the response."""
        return msgspec.json.encode({"type": "error", "error": self.error})


def failure_of(error: GenAIError) -> AnthropicFailure:
    """Return an error as Anthropic's API would say it."""
    failure = openai_failure_of(error)
    kind = _TYPES.get(failure.status, "api_error" if failure.status >= 500 else "invalid_request_error")
    body = {"type": kind, "message": failure.error["message"], BLOCK: failure.error[BLOCK]}
    headers = {_REQUEST_ID.get(name, name): value for name, value in failure.headers.items()}
    return AnthropicFailure(kind=failure.kind, status=failure.status, error=body, headers=headers)
