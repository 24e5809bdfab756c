"""litellm, by its function and by its Router, the latter also with the Langfuse callback."""

import os
from typing import Any

import litellm

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors

_USAGE = {"include_usage": True}


def _trust(ca: str | None) -> None:
    if ca:
        os.environ["SSL_CERT_FILE"] = ca


class _Asked:
    """Asks through `_complete` and its like, which the two below fill in."""

    _complete: Any
    _acomplete: Any
    _vectors: Any

    def chat(self) -> None:
        check_text(self._complete(False, messages=MESSAGES).choices[0].message.content)

    async def achat(self) -> None:
        check_text((await self._acomplete(False, messages=MESSAGES)).choices[0].message.content)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for chunk in self._complete(paced, messages=MESSAGES, stream=True, stream_options=_USAGE):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for chunk in await self._acomplete(paced, messages=MESSAGES, stream=True, stream_options=_USAGE):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    def embed(self) -> None:
        data = self._vectors(input=TEXTS).data
        check_vectors(len(data), len(data[-1]["embedding"]))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""


class Completion(_Asked):
    """`litellm.completion` and its twins.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        _trust(ca)
        self._url = url

    def _given(self, paced: bool) -> dict[str, Any]:
        base = f"{self._url}/{'paced' if paced else 'burst'}/v1"
        return {"model": f"openai/{canned.MODEL}", "api_base": base, "api_key": canned.KEY, "max_retries": 0}

    def _complete(self, paced: bool, **options: Any) -> Any:
        return litellm.completion(**self._given(paced), **options)

    async def _acomplete(self, paced: bool, **options: Any) -> Any:
        return await litellm.acompletion(**self._given(paced), **options)

    def _vectors(self, **options: Any) -> Any:
        return litellm.embedding(**{**self._given(False), "model": "openai/text-embedding-3-small"}, **options)


class Routed(_Asked):
    """A `litellm.Router`.

    Args:
        url: The server's address.
        callback: Whether its Langfuse callback records the calls.
        connections: How many deployments it has, each under a name of its own.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, callback: bool = False, connections: int = 1, ca: str | None = None) -> None:
        _trust(ca)
        if callback:
            os.environ.update(
                LANGFUSE_PUBLIC_KEY=canned.PUBLIC_KEY, LANGFUSE_SECRET_KEY=canned.SECRET_KEY, LANGFUSE_HOST=url
            )
            litellm.success_callback = ["langfuse"]
        self._callback = callback
        names = [(f"other-{number}", "burst", canned.MODEL) for number in range(1, connections)]
        names += [("burst", "burst", canned.MODEL), ("paced", "paced", canned.MODEL)]
        names += [("embed", "burst", "text-embedding-3-small")]
        self._router = litellm.Router(model_list=[_deployment(url, *name) for name in names], num_retries=0)

    def _complete(self, paced: bool, **options: Any) -> Any:
        return self._router.completion("paced" if paced else "burst", **options)

    async def _acomplete(self, paced: bool, **options: Any) -> Any:
        return await self._router.acompletion("paced" if paced else "burst", **options)

    def _vectors(self, **options: Any) -> Any:
        return self._router.embedding("embed", **options)

    def flush(self) -> None:
        """Wait until the callback has sent what it recorded."""
        if self._callback:
            from litellm.integrations.langfuse.langfuse_sdk import flush_langfuse_tracing

            flush_langfuse_tracing()


def _deployment(url: str, name: str, speed: str, model: str) -> dict[str, Any]:
    given = {"model": f"openai/{model}", "api_base": f"{url}/{speed}/v1", "api_key": canned.KEY, "max_retries": 0}
    return {"model_name": name, "litellm_params": given}
