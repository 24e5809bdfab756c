"""From HTTP to a piece of work and back: who is let in, how much is read, and what is said when it goes wrong."""

import asyncio
import hmac
import json
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from genai_sdk.langfuse import api
from genai_sdk.langfuse.access import read_basic
from genai_sdk.langfuse.entity_tag import entity_tag, is_current
from genai_sdk.langfuse.errors import WRONG_KEYS, ApiError
from genai_sdk.langfuse.otlp import unpacked_bound
from genai_sdk.local.addresses import Addresses
from genai_sdk.local.api.allowance import Allowance
from genai_sdk.local.api.store import CheckedStore
from genai_sdk.local.home import PlatformCredentials
from genai_sdk.local.store import Store
from genai_sdk.local.store.database import DatabaseClosed, TooSlow
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.local")

_READS = frozenset({"GET", "HEAD"})
_BINDABLE = (OverflowError, UnicodeEncodeError, sqlite3.ProgrammingError)
"""What SQLite's driver raises of values that no column can hold."""


class BodyLimits(msgspec.Struct, frozen=True):
    """How much is read of a request's body.

    Attributes:
        bytes: The most bytes.
        seconds: How long it may take to arrive.
    """

    bytes: int = 16 * 1024 * 1024
    seconds: float = 30.0


class Context(msgspec.Struct, frozen=True):
    """What a piece of work may use.

    Attributes:
        store: What the platform keeps.
        credentials: The project and its key pair.
        limits: How much is read of a request's body.
        addresses: Where connections may lead.
        mode: Which of Langfuse's endpoints answer.
    """

    store: Store
    credentials: PlatformCredentials
    limits: BodyLimits = BodyLimits()
    addresses: Addresses = Addresses()
    mode: api.Mode = "dual"

    def admit(self, public_key: str, secret_key: str) -> None:
        """Let nobody in but whoever has the key pair.

        Raises:
            ApiError: It is another one (401).
        """
        known = self.credentials
        # Both are compared, whatever the first one says, and in the same time.
        same = [
            hmac.compare_digest(shown.encode(), expected.encode())
            for shown, expected in ((public_key, known.public_key), (secret_key, known.secret_key))
        ]
        if not all(same):
            raise ApiError(401, WRONG_KEYS)


def endpoint(
    context: Context, path: str, route: api.ApiRoute, allowance: Allowance, *, open_to_all: bool = False
) -> Route:
    """Return a route that does a piece of the API's work on a thread, for whoever has the key pair.

    HEAD is answered as GET.

    Args:
        context: What the work may use.
        path: The path, with Starlette's placeholders.
        route: What is done on it.
        allowance: What all requests share of the memory for bodies.
        open_to_all: Whether no key pair is needed.
    """
    known = context.credentials
    work = api.Context(
        CheckedStore(context.store, context.addresses),
        api.Project(known.project_id, known.project_name, ("local", "Local")),
        context.mode,
    )

    async def respond(request: Request) -> Response:
        try:
            if not open_to_all:
                context.admit(*read_basic(request.headers.get("authorization")))
            method = "GET" if request.method == "HEAD" else request.method
            headers = {name.lower(): value for name, value in request.headers.items()}
            async with allowance.hold(_memory_bound(headers, context.limits)):
                body = await read_body(request, context.limits)
                api_request = api.ApiRequest(
                    path=request.path_params, query=_lists(request), headers=headers, body=body
                )
                return await run_in_threadpool(
                    lambda: _tagged(request, answer(api.respond(work, route, method, api_request)))
                )
        except ApiError as refusal:
            return answer(api.ApiResponse(refusal.body(), refusal.status))
        except ClientDisconnect:
            return Response(status_code=499)
        except _BINDABLE:
            return _refused(400, "Invalid request data: a value is too large, or no text")
        except TooSlow as error:
            return _refused(503, f"The local platform gave up: {error}")
        except DatabaseClosed:
            return _refused(503, "The local platform is stopping")
        except sqlite3.Error as error:
            logger.error("the store failed: %s", error)
            return _refused(503, f"The local platform's store failed: {error}")

    return Route(path, respond, methods=list(route.works))


def answer(response: api.ApiResponse) -> Response:
    """Return an answer as a response."""
    if response.status == 204:
        return Response(status_code=204)
    return Response(
        encode(response.body), response.status, {"cache-control": "no-store"}, "application/json; charset=utf-8"
    )


def _tagged(request: Request, response: Response) -> Response:
    """Put an entity tag on an answer to a read; a reader that has this very body gets 304 and none."""
    if request.method not in _READS or response.status_code != 200:
        return response
    tag = entity_tag(bytes(response.body))
    if is_current(request.headers.get("if-none-match"), tag):
        return Response(None, 304, {"cache-control": "no-store", "etag": tag}, response.media_type)
    response.headers["etag"] = tag
    return response


def encode(body: Any) -> bytes:
    """Encode a body; what others sent as JSON inside of JSON may hold what only JavaScript would write back."""
    try:
        return msgspec.json.encode(body)
    except (OverflowError, UnicodeEncodeError):
        # Whole numbers of any size, and lone surrogates, which JSON.stringify escapes; for NaN it writes null.
        text = json.dumps(msgspec.to_builtins(body))
        return json.dumps(json.loads(text, parse_constant=lambda constant: None)).encode()


async def read_body(request: Request, limits: BodyLimits) -> bytes:
    """Read a body that is not too large and does not take too long.

    Raises:
        ApiError: It is (413), or it does (408).
    """
    length = _declared_length(request.headers)
    if length is not None and length > limits.bytes:
        raise _too_large(limits)
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for piece in request.stream():
                size += len(piece)
                if size > limits.bytes:
                    raise _too_large(limits)
                pieces.append(piece)
    except TimeoutError:
        raise ApiError(
            408,
            Sentence.of("platform.body_late", "The body did not arrive within {seconds:g} s", seconds=limits.seconds),
        ) from None
    return b"".join(pieces)


def _declared_length(headers: Mapping[str, str]) -> int | None:
    length = headers.get("content-length", "")
    # More than twenty digits are no length either, and Python does not like to read thousands of them.
    return int(length[:20]) if length.isascii() and length.isdecimal() else None


def _memory_bound(headers: Mapping[str, str], limits: BodyLimits) -> int:
    """Return the most bytes that a body takes, as it comes and unpacked."""
    length = _declared_length(headers)
    if length is None:
        length = limits.bytes if "transfer-encoding" in headers else 0
    length = min(length, limits.bytes)
    return length + unpacked_bound(headers, length)


def _too_large(limits: BodyLimits) -> ApiError:
    return ApiError(
        413,
        Sentence.of(
            "platform.body_large",
            "The body has more than {bytes} bytes, the most that the local platform reads",
            bytes=limits.bytes,
        ),
    )


def _refused(status: int, message: str) -> Response:
    return answer(api.ApiResponse(ApiError(status, message).body(), status))


def _lists(request: Request) -> dict[str, list[str]]:
    query = request.query_params
    return {name: query.getlist(name) for name in query}
