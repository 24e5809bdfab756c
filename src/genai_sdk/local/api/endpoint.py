"""From HTTP to a piece of work and back: who is let in, how much is read, and what is said when it goes wrong."""

import asyncio
import hmac
import logging
import sqlite3
from collections.abc import Callable

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from genai_sdk.langfuse.access import read_basic
from genai_sdk.langfuse.refusal import WRONG_KEYS, RefusalError
from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.home import Credentials
from genai_sdk.local.store import Store
from genai_sdk.local.store.database import DatabaseClosed, TooSlow

logger = logging.getLogger("genai_sdk.local")

LARGEST_BODY = 16 * 1024 * 1024
"""The most bytes of a request's body."""

BODY_SECONDS = 30.0
"""How long a body may take to arrive."""

_BINDABLE = (OverflowError, UnicodeEncodeError, sqlite3.ProgrammingError)
"""What SQLite's driver raises of values that no column can hold."""


class Context(msgspec.Struct, frozen=True):
    """What a piece of work may use.

    Attributes:
        store: What the platform keeps.
        credentials: The project and its key pair.
    """

    store: Store
    credentials: Credentials

    def admit(self, public_key: str, secret_key: str) -> None:
        """Let nobody in but whoever has the key pair.

        Raises:
            RefusalError: It is another one (401).
        """
        known = self.credentials
        # Both are compared, whatever the first one says, and in the same time.
        same = [
            hmac.compare_digest(given.encode(), expected.encode())
            for given, expected in ((public_key, known.public_key), (secret_key, known.secret_key))
        ]
        if not all(same):
            raise RefusalError(401, WRONG_KEYS)


Work = Callable[[Context, Asked], Said]


def endpoint(context: Context, method: str, path: str, work: Work, *, open_to_all: bool = False) -> Route:
    """Return a route that does a piece of work on a thread, for whoever has the key pair.

    Args:
        context: What the work may use.
        method: The HTTP method.
        path: The path, with Starlette's placeholders.
        work: What is done.
        open_to_all: Whether no key pair is needed.
    """

    async def respond(request: Request) -> Response:
        try:
            if not open_to_all:
                context.admit(*read_basic(request.headers.get("authorization")))
            asked = Asked(
                path=request.path_params,
                query=_lists(request),
                headers={name.lower(): value for name, value in request.headers.items()},
                body=await read_body(request),
            )
            return answer(await run_in_threadpool(work, context, asked))
        except RefusalError as refusal:
            return answer(Said(refusal.body(), refusal.status))
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

    return Route(path, respond, methods=[method])


def answer(said: Said) -> Response:
    """Return an answer as a response."""
    if said.status == 204:
        return Response(status_code=204)
    return Response(
        msgspec.json.encode(said.body), said.status, {"cache-control": "no-store"}, "application/json; charset=utf-8"
    )


async def read_body(request: Request) -> bytes:
    """Read a body that is not too large and does not take too long.

    Raises:
        RefusalError: It is (413), or it does (408).
    """
    length = request.headers.get("content-length", "")
    pieces: list[bytes] = []
    size = int(length) if length.isdecimal() else 0
    if size > LARGEST_BODY:
        raise _too_large()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            size = 0
            async for piece in request.stream():
                size += len(piece)
                if size > LARGEST_BODY:
                    raise _too_large()
                pieces.append(piece)
    except TimeoutError:
        raise RefusalError(408, f"The body did not arrive within {BODY_SECONDS:g} s") from None
    return b"".join(pieces)


def _too_large() -> RefusalError:
    return RefusalError(413, f"Body exceeded {LARGEST_BODY // 1024 // 1024} MiB limit")


def _refused(status: int, message: str) -> Response:
    return answer(Said(RefusalError(status, message).body(), status))


def _lists(request: Request) -> dict[str, list[str]]:
    query = request.query_params
    return {name: query.getlist(name) for name in query}
