"""any-llm-sdk, over its OpenAI-compatible provider."""

import os
from typing import Any

from any_llm import AnyLLM

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, TEXTS, Count, Streamed, check_text, check_vectors

_USAGE = {"include_usage": True}


class AnyLLMSDK:
    """One sync and one async provider for each speed: a provider's connections belong to the loop they were made on.

    Args:
        url: The server's address.
        ca: A file of what to trust over TLS, or None where there is no TLS.
    """

    def __init__(self, url: str, ca: str | None = None) -> None:
        if ca:
            os.environ["SSL_CERT_FILE"] = ca
        self._providers, self._asyncs = _providers(url), _providers(url)

    def chat(self) -> None:
        answer = self._providers[False].completion(model=canned.MODEL, messages=MESSAGES)
        check_text(answer.choices[0].message.content)

    async def achat(self) -> None:
        answer = await self._asyncs[False].acompletion(model=canned.MODEL, messages=MESSAGES)
        check_text(answer.choices[0].message.content)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for chunk in self._providers[paced].completion(
            model=canned.MODEL, messages=MESSAGES, stream=True, stream_options=_USAGE
        ):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for chunk in await self._asyncs[paced].acompletion(
            model=canned.MODEL, messages=MESSAGES, stream=True, stream_options=_USAGE
        ):
            if chunk.choices:
                count.add(chunk.choices[0].delta.content)
        return count.result(paced=paced)

    def embed(self) -> None:
        answer = self._providers[False]._embedding("text-embedding-3-small", TEXTS)
        check_vectors(len(answer.data), len(answer.data[-1].embedding))

    def flush(self) -> None:
        """Do nothing: nothing is recorded."""


def _providers(url: str) -> dict[bool, Any]:
    return {
        paced: AnyLLM.create("openai", api_key=canned.KEY, api_base=f"{url}/{speed}/v1")
        for paced, speed in ((False, "burst"), (True, "paced"))
    }
