"""An ASGI and a WSGI application, each of which makes one call for each request."""

import itertools
from typing import Any

import shape

numbers = itertools.count()


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the model's words."""
    if scope["type"] == "lifespan":
        while True:
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
    text = await shape.acall(next(numbers))
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": text.encode()})


def wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the model's words."""
    text = shape.call(next(numbers))
    start_response("200 OK", [("content-type", "text/plain")])
    return [text.encode()]


async def closing(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Do the same, and close the client at the end of the lifespan."""
    await asgi(scope, receive, send)
    if scope["type"] == "lifespan":
        await shape.client.aclose()
