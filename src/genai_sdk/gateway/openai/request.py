"""A request of OpenAI's API, read as a call of the client. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote

import msgspec

from genai_sdk.catalogue import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import CALL_OPTIONS
from genai_sdk.tracing import LABELS

ANSWERED = (
    "POST /chat/completions (whole and streamed)",
    "POST /embeddings",
    "POST /completions (whole and streamed)",
    "POST /moderations",
    "POST /images/generations and /images/edits (whole and streamed)",
    "POST /audio/speech and /audio/transcriptions (whole and streamed)",
    "GET /models",
    "GET /models/{model}",
)
"""The paths there are."""

BLOCK = "genai"
"""The field of a request, and of its answer, that is this package's."""

PROMPTING = ("prompt", "variables")
OWN = frozenset({*CALL_OPTIONS, *LABELS})
"""This package's keywords that every call takes."""
_SHARED = frozenset({"metadata"})
"""What OpenAI's API and this package both call so, and which is recorded."""

Method = Literal[
    "completion",
    "embedding",
    "models",
    "explain",
    "text_completion",
    "moderation",
    "image_generation",
    "image_edit",
    "speech",
    "transcription",
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
    """

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    timeout: float | None = None


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """What a request comes to.

    Attributes:
        method: The client's method; its twin is called `a…`.
        arguments: The keyword arguments.
        stream: Whether the answer is streamed.
        base64: Whether vectors are wanted in base64.
        form: The form that sound or its transcription is wanted in; `events` for a stream of events.
    """

    method: Method
    arguments: dict[str, Any]
    stream: bool = False
    base64: bool = False
    form: str = ""


def read_request(request: HttpRequest) -> ApiCall:
    """Read a request.

    Raises:
        UnsupportedPathError: Nothing answers its path.
        InvalidRequestError: Its body is not what the path takes.
    """
    match request.method, request.path.strip("/").split("/"):
        case "POST", ["chat", "completions"]:
            return _chat(request, read_body(request))
        case "POST", ["embeddings"]:
            return _embedding(request, read_body(request))
        case "GET", ["models"]:
            return ApiCall(method="models", arguments={})
        case "GET", ["models", *name]:  # openai 2.0.0 leaves the slashes of a name as they are
            return ApiCall(method="explain", arguments={"model": unquote("/".join(name))})
    raise UnsupportedPathError(
        f"{request.method} {request.path} is not supported by as_openai(); there are {', '.join(ANSWERED)}"
    )


def _chat(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, (*PROMPTING, *sorted(OWN)))
    stream = bool(body.pop("stream", None))
    arguments = {"model": body.pop("model", None) or None, "messages": body.pop("messages", None)}
    if "prompt" in own and not arguments["messages"]:
        arguments["messages"] = None
    arguments |= read_keywords(request, body, CHAT_PARAMETERS, stream=stream)
    return ApiCall(method="completion", arguments={**arguments, **own, "stream": stream}, stream=stream)


def _embedding(request: HttpRequest, body: dict[str, Any]) -> ApiCall:
    own = read_block(body, sorted(OWN))
    # OpenAI's SDK asks for base64 by itself, which only some providers have: they are asked for numbers.
    encoding = body.pop("encoding_format", None) or "float"
    if encoding not in ("float", "base64"):
        raise InvalidRequestError(f'encoding_format must be "float" or "base64", not {encoding!r}')
    arguments = {"model": body.pop("model", None), "input": body.pop("input", None)}
    arguments |= read_keywords(request, body, EMBEDDING_PARAMETERS, stream=False)
    return ApiCall(method="embedding", arguments={**arguments, **own}, base64=encoding == "base64")


def read_body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that a body is.

    Raises:
        InvalidRequestError: It is none.
    """
    try:
        body = msgspec.json.decode(request.body)
    except msgspec.DecodeError as error:
        raise InvalidRequestError(f"the body is no JSON: {error}") from None
    if not isinstance(body, dict):
        raise InvalidRequestError(f"the body must be an object, not {type(body).__name__}")
    return body


def read_block(body: dict[str, Any], known: Sequence[str]) -> dict[str, Any]:
    """Take this package's own keywords out of a body."""
    block = body.pop(BLOCK, None) or {}
    if not isinstance(block, dict):
        raise InvalidRequestError(f'extra_body["{BLOCK}"] must be a dict of keywords, not {type(block).__name__}')
    if unknown := sorted(set(block) - set(known)):
        raise InvalidRequestError(f'extra_body["{BLOCK}"] does not know {unknown}; known: {", ".join(known)}')
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
