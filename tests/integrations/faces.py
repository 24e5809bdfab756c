"""The two sides of a framework that is sync and async, under the same words."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Face:
    """LangChain's methods, called through the sync ones, or through their twins."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self._runner = runner

    def invoke(self, runnable: Any, item: Any, **options: Any) -> Any:
        if self._runner is None:
            return runnable.invoke(item, **options)
        return self._run(runnable.ainvoke(item, **options))

    def batch(self, runnable: Any, items: list[Any], **options: Any) -> list[Any]:
        if self._runner is None:
            made: list[Any] = runnable.batch(items, **options)
            return made
        return self._run(runnable.abatch(items, **options))

    def stream(self, runnable: Any, item: Any, **options: Any) -> list[Any]:
        if self._runner is None:
            return list(runnable.stream(item, **options))

        async def collect() -> list[Any]:
            return [chunk async for chunk in runnable.astream(item, **options)]

        return self._run(collect())

    def first_of_stream(self, runnable: Any, item: Any) -> Any:
        """Return the first chunk of a stream that is then closed."""
        if self._runner is None:
            stream = runnable.stream(item)
            chunk = next(stream)
            stream.close()
            return chunk

        async def first() -> Any:
            stream = runnable.astream(item)
            chunk = await anext(stream)
            await stream.aclose()
            return chunk

        return self._run(first())

    def embed(self, embeddings: Any, texts: list[str]) -> list[list[float]]:
        if self._runner is None:
            assert embeddings.embed_query(texts[0]) == embeddings.embed_documents(texts)[0]
            made: list[list[float]] = embeddings.embed_documents(texts)
            return made
        return self._run(embeddings.aembed_documents(texts))

    def _run(self, made: Coroutine[Any, Any, T]) -> T:
        assert self._runner is not None
        return self._runner.run(made, context=contextvars.copy_context())
