"""What makes a wire: how it is authenticated, its error words, and what runs on its paths."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

import msgspec

from genai_sdk.testing.answer import Answer
from genai_sdk.testing.call import Call, Request, WrongRequestError
from genai_sdk.testing.formats.codec import Codec, Words
from genai_sdk.testing.keyring import Keyring
from genai_sdk.testing.steps import BadRequest, ContentFilter, ContextWindow, ErrorInStream, NotFound, Status, Step


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


ANY_METHOD = "*"


class Route(msgspec.Struct, frozen=True):
    """A path of a wire: the pattern (searched in the path as sent), the wire, and the format spoken there.

    With a `header` it is the wire of those alone that send one: two vendors may have the same path.
    """

    pattern: re.Pattern[str]
    wire: Wire
    codec: Codec
    method: str = "POST"
    header: str = ""


def route(pattern: str, wire: Wire, codec: Codec, method: str = "POST", header: str = "") -> Route:
    """Return the route for paths that end as `pattern` says."""
    return Route(re.compile(pattern + "$"), wire, codec, method, header)


def find(routes: Sequence[Route], request: Request) -> tuple[Route, re.Match[str]]:
    """Return the first route that a request fits; the last one fits any."""
    for item in routes:
        matched = item.pattern.search(request.path)
        if matched is not None and item.method in (request.method, ANY_METHOD):
            if item.header and item.header not in request.headers:
                continue
            return item, matched
    raise LookupError(request.path)


UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
"""What reading and answering JSON of an unexpected shape raises."""


def read_call(route: Route, request: Request, matched: re.Match[str]) -> tuple[Call, Failure | None]:
    """Read a call; what cannot be read is a bad request."""
    try:
        return route.codec.read(request, matched), None
    except WrongRequestError as error:
        return Call(operation="unknown"), Failure(error.kind, message=error.message)
    except UNREADABLE:
        return Call(operation="unknown"), Failure("bad_request")
