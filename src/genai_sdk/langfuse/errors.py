"""How Langfuse says no."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.sentence import Sentence

WRONG_KEYS = "Invalid credentials. Confirm that you've configured the correct host."

# The names Langfuse's web server gives the errors of its public API:
# https://github.com/langfuse/langfuse/tree/main/packages/shared/src/errors
_NAMES: Mapping[int, str] = {
    400: "InvalidRequestError",
    401: "UnauthorizedError",
    403: "ForbiddenError",
    404: "LangfuseNotFoundError",
    405: "MethodNotAllowedError",
}


class ApiError(Exception):
    """A request that Langfuse refuses.

    Args:
        status: The HTTP status.
        message: Langfuse's words.
        error: What the body's `error` holds: a name, or what is wrong with each field; None leaves it out.
        is_bare: Whether the body holds the message as its `error` and nothing else, as of an ingestion version too new.
    """

    def __init__(self, status: int, message: str, error: Any = ..., *, is_bare: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.is_bare = is_bare
        self.error = _NAMES.get(status, "BaseError") if error is ... else error

    def body(self) -> dict[str, Any]:
        """Return the body of the response that says it."""
        text = str(self.message)
        if self.is_bare:
            return {"error": text}
        return {"message": text} | ({} if self.error is None else {"error": _plain(self.error)})


def invalid(path: str, message: str) -> ApiError:
    """Return the refusal of a field of the wrong form."""
    return ApiError(400, invalid_data(), [{"code": "custom", "path": [path], "message": message}])


def invalid_data() -> Sentence:
    """Return what Langfuse says of a body that is wrong, before it says what is."""
    return Sentence.of("body.invalid", "Invalid request data")


def _plain(error: Any) -> Any:
    """Return an error without the keys and fields of our sentences, which no encoder knows."""
    if isinstance(error, list):
        return [{name: str(it) if isinstance(it, str) else it for name, it in each.items()} for each in error]
    return str(error) if isinstance(error, str) else error
