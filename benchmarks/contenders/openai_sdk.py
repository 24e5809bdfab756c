"""The openai SDK, which most other clients are built on."""

from typing import Any

import openai

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors, trusting

_USAGE = {"include_usage": True}


class OpenAISDK:
    """One sync and one async client for each speed.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        given: dict[str, Any] = {"api_key": canned.KEY, "max_retries": 0, "timeout": 60}
        # Both are the SDK's own HTTP clients, in what they keep and how long they wait.
        own: dict[str, Any] = {"http_client": openai.DefaultHttpxClient(verify=trusting(ca))} if ca else {}
        own_async: dict[str, Any] = {"http_client": openai.DefaultAsyncHttpxClient(verify=trusting(ca))} if ca else {}
        self._clients = {
            paced: openai.OpenAI(base_url=f"{url}/{speed}/v1", **given, **own)
            for paced, speed in ((False, "burst"), (True, "paced"))
        }
        self._asyncs = {
            paced: openai.AsyncOpenAI(base_url=f"{url}/{speed}/v1", **given, **own_async)
            for paced, speed in ((False, "burst"), (True, "paced"))
        }

    def chat(self) -> None:
        answer = self._clients[False].chat.completions.create(model=canned.MODEL, messages=MESSAGES)
        check_text(answer.choices[0].message.content)

    async def achat(self) -> None:
        answer = await self._asyncs[False].chat.completions.create(model=canned.MODEL, messages=MESSAGES)
        check_text(answer.choices[0].message.content)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for chunk in self._clients[paced].chat.completions.create(
            model=canned.MODEL, messages=MESSAGES, stream=True, stream_options=_USAGE
        ):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for chunk in await self._asyncs[paced].chat.completions.create(
            model=canned.MODEL, messages=MESSAGES, stream=True, stream_options=_USAGE
        ):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    def embed(self) -> None:
        answer = self._clients[False].embeddings.create(model="text-embedding-3-small", input=TEXTS)
        check_vectors(len(answer.data), len(answer.data[-1].embedding))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""
