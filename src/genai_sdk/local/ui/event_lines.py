"""What happens in the lanes of the playground, told to a browser in its language."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from genai_sdk.local.ui.filters import count, dollars, duration
from genai_sdk.local.ui.lanes import Event, LaneResult, LaneStart, TextPiece, play
from genai_sdk.local.ui.language import Words
from genai_sdk.local.ui.play import Play
from genai_sdk.local.ui.player import Player

logger = logging.getLogger("genai_sdk.local")

_GRACE = 5.0  # seconds that calls are given to end once nobody listens


class Lines(StreamingResponse):
    """What happens in the lanes, as it happens, a line of JSON for each; once nobody listens, the calls end.

    Args:
        player: Lends the client.
        what: What the models are asked.
        words: The phrases of the browser's language.
    """

    def __init__(self, player: Player, what: Play, words: Words) -> None:
        self._player, self._what, self._words = player, what, words
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        # Nothing between here and the browser may gather what is to be seen at once.
        super().__init__(self._lines(), media_type="application/x-ndjson", headers={"x-accel-buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Play while the browser listens."""
        playing = asyncio.create_task(self._play())
        try:
            await super().__call__(scope, receive, send)
        finally:
            playing.cancel()
            await asyncio.wait([playing], timeout=_GRACE)
            if playing.done() and not playing.cancelled() and (error := playing.exception()) is not None:
                logger.error("the playground failed", exc_info=error)

    async def _play(self) -> None:
        try:
            await play(self._player, self._what, self._put)
        finally:
            self._waiting.put_nowait(None)

    def _put(self, lane: int, event: Event) -> None:
        if isinstance(event, TextPiece):
            fields: dict[str, Any] = {"text": event.text}
        elif isinstance(event, LaneStart):
            fields = {"trace": _trace(event.trace)}
        else:
            fields = {**ending(event, self._words), "done": True}
        self._waiting.put_nowait(msgspec.json.encode({"lane": lane, **fields}) + b"\n")

    async def _lines(self) -> AsyncIterator[bytes]:
        while (line := await self._waiting.get()) is not None:
            yield line


def ending(outcome: LaneResult, words: Words) -> dict[str, Any]:
    """Return how a lane ended, in words."""
    return {
        "error": words("playground.late") if outcome.late else outcome.error and words.translate(outcome.error),
        "facts": list(_facts(outcome, words)),
        "trace": _trace(outcome.trace),
    }


def _facts(outcome: LaneResult, words: Words) -> Iterator[tuple[str, str]]:
    if outcome.connection:
        key = "playground.served" if outcome.error is None else "playground.asked"
        yield words(key), f"{outcome.connection} · {outcome.model}"
    if outcome.status is not None:
        yield words("playground.status"), str(outcome.status)
    if outcome.error is None:
        went, came = outcome.tokens or (None, None)
        yield words("playground.tokens"), f"{count(went)} → {count(came)}"
        yield words("playground.cost"), dollars(outcome.cost)
        yield words("playground.first"), duration(None if outcome.first is None else outcome.first * 1e9)
    if outcome.latency is not None:
        yield words("playground.latency"), duration(outcome.latency * 1e9)
    if outcome.ended not in (None, "stop"):
        yield words("playground.ended"), str(outcome.ended)


def _trace(id: str | None) -> str | None:  # noqa: A002 - Langfuse's name
    return None if id is None else f"/traces/{id}"
