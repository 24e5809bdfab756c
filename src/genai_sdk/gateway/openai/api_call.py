"""What a request of a vendor's API comes to, and what is read alike from the bodies of all. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.catalogue import REFUSED_PARAMETERS
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import LABELS

BLOCK = "genai"
"""The field of a request, and of its answer, that is this package's."""

PROMPTING = ("prompt", "variables")
OWN = frozenset({*CALL_OPTIONS, *LABELS})
"""This package's keywords that every call takes."""
_SHARED = frozenset({"metadata"})
"""What OpenAI's API and this package both call so, and which is recorded."""

Method = Literal[
    "completion",
    "responses",
    "messages",
    "embedding",
    "models",
    "explain",
    "text_completion",
    "moderation",
    "image_generation",
    "image_edit",
    "speech",
    "transcription",
    "create",
    "retrieve",
    "list",
    "delete",
    "content",
    "cancel",
    "upload",
    "start",
]


class UnsupportedPathError(InvalidRequestError):
    """The API has such a path, or not, but nothing here answers it."""


class HttpRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came.

    Attributes:
        method: `GET`, `POST` and the like.
        path: The path below the API's root, still encoded.
        body: The body, or nothing.
        headers: The headers that are meant for the provider.
        timeout: Seconds that were given for this request, or None.
        query: What stands behind the path's question mark, still encoded.
    """

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    timeout: float | None = None
    query: str = ""


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """What a request comes to.

    Attributes:
        method: The client's method; its twin is called `a…`.
        arguments: The keyword arguments.
        stream: Whether the answer is streamed.
        base64: Whether vectors are wanted in base64.
        form: The form that sound or its transcription is wanted in; `events` for a stream of events.
        owner: The client's object whose method it is, `files` or `batches`; empty for the client's own.
        limit: How many of a list are wanted.
    """

    method: Method
    arguments: dict[str, Any]
    stream: bool = False
    base64: bool = False
    form: str = ""
    owner: str = ""
    limit: int = 0


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that a body is.

    Raises:
        InvalidRequestError: It is none.
    """
    try:
        body = msgspec.json.decode(request.body)
    except msgspec.DecodeError as error:
        raise InvalidRequestError(Sentence.of("gateway.no_json", "the body is no JSON: {error}", error=error)) from None
    if not isinstance(body, dict):
        raise InvalidRequestError(
            Sentence.of("gateway.no_object", "the body must be an object, not {kind}", kind=type(body).__name__)
        )
    return body


def read_block(body: dict[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """Take this package's own keywords out of a body."""
    block = body.pop(BLOCK, None) or {}
    if not isinstance(block, dict):
        raise InvalidRequestError(
            Sentence.of(
                "gateway.block",
                'extra_body["{block}"] must be a dict of keywords, not {kind}',
                block=BLOCK,
                kind=type(block).__name__,
            )
        )
    if unknown := sorted(set(block) - set(known)):
        raise InvalidRequestError(
            Sentence.of(
                "gateway.unknown",
                'extra_body["{block}"] does not know {unknown}; known: {known}',
                block=BLOCK,
                unknown=repr(unknown),
                known=", ".join(known),
            )
        )
    return block


def read_keywords(
    request: HttpRequest, body: Mapping[str, Any], known: Mapping[str, str], *, stream: bool
) -> dict[str, Any]:
    """Return keywords by name; what no parameter is called goes on as it is, as OpenAI's SDK means `extra_body`."""
    keywords: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for name, item in body.items():
        # What the client refuses by name, it refuses here too, and says what to do instead.
        is_keyword = name in known or name in REFUSED_PARAMETERS or name in _SHARED
        (keywords if is_keyword else extra)[name] = item
    if extra:
        keywords["extra_body"] = {**(keywords.get("extra_body") or {}), **extra}
    if request.headers:
        keywords["extra_headers"] = dict(request.headers)
    if request.timeout is not None:
        keywords["timeout"] = request.timeout
        if stream:
            keywords["stream_timeout"] = request.timeout
    return keywords
