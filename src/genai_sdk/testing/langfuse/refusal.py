"""How Langfuse says no."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from genai_sdk.testing.answer import Answer, json_answer
from genai_sdk.testing.steps import Status

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
_WORDS: Mapping[int, str] = {
    401: WRONG_KEYS,
    413: "Body exceeded 4.5mb limit",
    429: "Rate limit exceeded",
    500: "Internal Server Error",
}
_NO_PAGE = b"<!DOCTYPE html><html><head><title>404: This page could not be found</title></head><body></body></html>"


class RefusalError(Exception):
    """A request that Langfuse refuses.

    Args:
        status: The HTTP status.
        message: Langfuse's words.
        error: What the body's `error` holds: a name, or what is wrong with each field; None leaves it out.
    """

    def __init__(self, status: int, message: str, error: Any = ...) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.error = _NAMES.get(status, "BaseError") if error is ... else error

    def answer(self) -> Answer:
        """Return it as a response."""
        said = {"message": self.message} | ({} if self.error is None else {"error": self.error})
        return json_answer(said, self.status)


def invalid(path: str, message: str) -> RefusalError:
    """Return the refusal of a field of the wrong form."""
    return RefusalError(400, "Invalid request data", [{"code": "custom", "path": [path], "message": message}])


def outage(step: Status) -> Answer:
    """Answer with a status that was ordered, in Langfuse's words where it has some."""
    phrase = next((known.phrase for known in HTTPStatus if known == step.code), "Unknown error")
    message = step.message or _WORDS.get(step.code, phrase)
    wait = {} if step.retry_after is None else {"retry-after": f"{step.retry_after:g}"}
    return RefusalError(step.code, message).answer().with_headers(wait)


def no_page() -> Answer:
    """Answer as Langfuse's web server does on a path that it does not know."""
    return Answer(404, {"content-type": "text/html; charset=utf-8"}, _NO_PAGE)
