"""What makes a wire: how it is authenticated, its error words, and what runs on its paths."""

import re
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

import msgspec

from genai_sdk.testing.answer import Answer, Frame
from genai_sdk.testing.call import Call, Request
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.steps import BadRequest, ContentFilter, ContextWindow, ErrorInStream, NotFound, Status, Step
from genai_sdk.testing.turn import Turn

CREATED = 1_700_000_000
"""When every answer was made (Unix time): the same call gets the same answer."""


class DeniedError(Exception):
    """The caller has not proved itself.

    Args:
        kind: The row of the wire's errors: `no_key`, `unauthorized` or another of its own.
        key: What was offered, for the vendors that quote it.
    """

    def __init__(self, kind: str, key: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.key = key


class Words(msgspec.Struct, frozen=True):
    """A vendor's words for one kind of error.

    Attributes:
        status: The HTTP status.
        message: The text; `{model}`, `{key}`, `{limit}`, `{tokens}` and `{seconds}` are filled in.
        code: The vendor's code, type or status word.
        kind: OpenAI's `type`.
        param: OpenAI's `param`.
    """

    status: int
    message: str
    code: str | None = None
    kind: str | None = None
    param: str | None = None


class Failure(msgspec.Struct, frozen=True):
    """An error to be said.

    Attributes:
        kind: Its row in the wire's table: unauthorized, forbidden, not_found, bad_request, context_window,
            content_filter, rate_limit, server_error, overloaded, no_key, and a few of one wire alone.
        status: The HTTP status, or None for the row's.
        message: The text, or None for the vendor's.
        retry_after: Seconds to wait.
        key: The key that was offered.
        limit: The tokens a model takes.
    """

    kind: str
    status: int | None = None
    message: str | None = None
    retry_after: float | None = None
    key: str = ""
    limit: int = 8192


_KINDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    408: "timeout",
    413: "too_large",
    429: "rate_limit",
    500: "server_error",
    503: "overloaded",
    529: "overloaded",
}


def failure_of(step: Step) -> Failure | None:
    """Return the error that a step stands for, or None if it is none."""
    match step:
        case Status():
            return Failure(_KINDS.get(step.code, "other"), step.code, step.message, step.retry_after)
        case ErrorInStream():
            return Failure(_KINDS.get(step.code, "other"), step.code)
        case BadRequest():
            return Failure("bad_request", message=step.message)
        case NotFound():
            return Failure("not_found", message=step.message)
        case ContextWindow():
            return Failure("context_window", limit=step.limit)
        case ContentFilter(at="request"):
            return Failure("content_filter")
        case _:
            return None


def retry_after(failure: Failure) -> dict[str, str]:
    """Return the header that asks to wait, if the failure does."""
    return {} if failure.retry_after is None else {"retry-after": f"{failure.retry_after:g}"}


class Wire:
    """One adapter's wire; stateless.

    Attributes:
        name: The adapter's name in Langfuse.
        id_headers: The headers that carry the request's id.
        errors: The vendor's words by kind of failure.
    """

    name: ClassVar[str]
    id_headers: ClassVar[tuple[str, ...]] = ("x-request-id",)
    errors: ClassVar[Mapping[str, Words]] = {}

    def authenticate(self, request: Request, keyring: Keyring) -> tuple[str, str]:
        """Return how the caller proved itself, and as whom.

        Raises:
            DeniedError: It did not.
        """
        raise NotImplementedError

    def error(self, failure: Failure, call: Call) -> Answer:
        """Say an error in the vendor's shape."""
        raise NotImplementedError

    def words(self, failure: Failure, call: Call) -> Words:
        """Find the vendor's words for a failure and fill them in."""
        row = self.errors.get(failure.kind)
        if row is None:
            status = failure.status or 500
            known = next((item.phrase for item in HTTPStatus if item == status), "Unknown error")
            row = msgspec.structs.replace(self.errors["bad_request" if status < 500 else "server_error"], message=known)
        facts = {
            "model": call.model,
            "key": failure.key,
            "limit": failure.limit,
            "tokens": failure.limit + 100,
            "seconds": f"{failure.retry_after or 1:g}",
        }
        message = failure.message or row.message.format_map(facts)
        return msgspec.structs.replace(row, status=failure.status or row.status, message=message)


class Codec(msgspec.Struct, frozen=True):
    """A vendor's format of calls and answers.

    Attributes:
        read: Reads the call; raises `WrongRequestError` where the vendor would.
        write: Writes the model's turn, in one piece or as a stream, as the call wants it.
        error: Writes an error in the middle of a stream; None where nothing is streamed.
    """

    read: Callable[[Request, re.Match[str]], Call]
    write: Callable[[Call, Turn], Answer]
    error: Callable[[Words], Frame] | None = None


class Route(msgspec.Struct, frozen=True):
    """A path of a wire: the pattern (searched in the path as sent), the wire, and the format spoken there."""

    pattern: re.Pattern[str]
    wire: Wire
    codec: Codec
    method: str = "POST"


def route(pattern: str, wire: Wire, codec: Codec, method: str = "POST") -> Route:
    """Return the route for paths that end as `pattern` says."""
    return Route(re.compile(pattern + "$"), wire, codec, method)


def find(routes: Sequence[Route], request: Request) -> tuple[Route, re.Match[str]] | None:
    """Return the first route that a request fits."""
    for item in routes:
        matched = item.pattern.search(request.path)
        if matched is not None and item.method == request.method:
            return item, matched
    return None
