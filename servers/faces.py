"""The client's two faces, with the same moves: sync, and async on a loop of its own."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from genai_sdk import GenAIClient


class Face:
    """Calls a client by its sync or its async methods.

    Args:
        client: The client.
        runner: The loop of the async face; None for the sync one.
    """

    def __init__(self, client: GenAIClient, runner: asyncio.Runner | None) -> None:
        self._client = client
        self._runner = runner
        self.calls = 0

    def call(self, method: str, *args: Any, **options: Any) -> Any:
        self.calls += 1
        if self._runner is None:
            return getattr(self._client, method)(*args, **options)
        return self._runner.run(getattr(self._client, f"a{method}")(*args, **options))

    def read(self, stream: Any, most: int | None = None) -> list[Any]:
        """Return the chunks of a stream, or the first few of them."""
        if self._runner is None:
            return [chunk for _, chunk in zip(range(most or 1_000_000), stream, strict=False)]
        return self._runner.run(_read(stream, most or 1_000_000))

    def close(self, stream: Any) -> None:
        if self._runner is None:
            stream.close()
        else:
            self._runner.run(stream.aclose())


async def _read(stream: Any, most: int) -> list[Any]:
    chunks: list[Any] = []
    async for chunk in stream:
        chunks.append(chunk)
        if len(chunks) == most:
            break
    return chunks


@contextlib.contextmanager
def face(client: GenAIClient, name: str) -> Iterator[Face]:
    """Give the face called `"sync"` or `"async"`, and close the client after it."""
    if name == "sync":
        with client:
            yield Face(client, None)
        return
    with asyncio.Runner() as runner:
        yield Face(client, runner)
        runner.run(client.aclose())
