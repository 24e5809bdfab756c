"""Sending an answer over ASGI, frame by frame, for as long as the client is there."""

import asyncio

from starlette.types import Receive, Send

from genai_sdk.local.simulated.answering import BODY_SECONDS, SimulatedResult
from genai_sdk.testing.answer import Answer


class TooLateError(Exception):
    """A body that did not arrive within `BODY_SECONDS`."""


class TooLargeError(Exception):
    """A body of more bytes than are taken."""


async def read_body(receive: Receive, largest: int) -> bytes | None:
    """Return a request's body, or None where the client left before it was whole.

    Raises:
        TooLargeError: There are more bytes than `largest`.
        TooLateError: They did not arrive in time.
    """
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _read(receive, largest)
    except TimeoutError:
        raise TooLateError from None


async def _read(receive: Receive, largest: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLargeError
        if not message.get("more_body", False):
            return bytes(body)


async def deliver(outcome: SimulatedResult, receive: Receive, send: Send) -> None:
    """Send an answer; ends as soon as the client leaves.

    A cut is an application that returns before its response is complete: the server then closes the connection, as
    uvicorn does (and writes a line about it in its log).
    """
    gone = asyncio.ensure_future(_left(receive))
    try:
        if await _pause(gone, outcome.latency):
            return
        await send_head(outcome.answer, send)
        body = outcome.answer.body
        if body is not None:
            await _part(send, body[: len(body) // 2] if outcome.cut else body, more=outcome.cut)
            return
        for frame in outcome.answer.frames:
            if await _pause(gone, outcome.between if frame.content else 0):
                return
            await _part(send, frame.data, more=True)
        if not outcome.cut:
            await _part(send, b"", more=False)
    finally:
        gone.cancel()


async def send_whole(answer: Answer, send: Send) -> None:
    """Send an answer that has a body in one piece."""
    await send_head(answer, send)
    await _part(send, answer.body or b"", more=False)


async def send_head(answer: Answer, send: Send) -> None:
    """Send status and headers, marked as simulated."""
    headers = {**answer.headers, "x-simulated": "true"}
    if answer.body is not None:
        headers["content-length"] = str(len(answer.body))
    lines = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": lines})


async def _part(send: Send, data: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": more})


async def _left(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _pause(gone: "asyncio.Future[None]", seconds: float) -> bool:
    """Wait, even if only for one turn of the loop, and return whether the client has left."""
    if seconds:
        await asyncio.wait({gone}, timeout=seconds)
    else:
        await asyncio.sleep(0)
    return gone.done()
