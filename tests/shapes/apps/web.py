"""An ASGI and a WSGI application, each of which makes one call for each request."""

import asyncio
import itertools
from typing import Any

import shape

numbers = itertools.count()


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the model's words."""
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    else:
        text = await shape.acall(next(numbers))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": text.encode()})


async def closing(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Do the same, and close the client at the end of the lifespan."""

    async def last(message: dict[str, Any]) -> None:
        if message["type"] == "lifespan.shutdown.complete":
            await shape.client.aclose()
        await send(message)

    await asgi(scope, receive, last)


async def threaded(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Do the same with calls on threads, as frameworks run functions that are not async."""
    if scope["type"] == "lifespan":
        await asgi(scope, receive, send)
    else:
        text = await asyncio.to_thread(shape.call, next(numbers))
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": text.encode()})


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the model's words."""
    text = shape.call(next(numbers))
    start_response("200 OK", [("content-type", "text/plain")])
    return [text.encode()]
