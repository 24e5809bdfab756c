"""Anthropic's own SDK."""

from collections.abc import Iterable
from typing import Any

import anthropic

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, Count, NoEmbeddings, Streamed, check_text

_ASKED: dict[str, Any] = {"model": canned.MODELS["anthropic"], "messages": MESSAGES, "max_tokens": 1_024}


class AnthropicSDK(NoEmbeddings):
    """One sync and one async client for each speed.

    Args:
        url: The server's address.
    """

    def __init__(self, url: str) -> None:
        given: dict[str, Any] = {"api_key": canned.KEY, "max_retries": 0, "timeout": 60}
        speeds = ((False, "burst"), (True, "paced"))
        self._clients = {paced: anthropic.Anthropic(base_url=f"{url}/{speed}", **given) for paced, speed in speeds}
        self._asyncs = {paced: anthropic.AsyncAnthropic(base_url=f"{url}/{speed}", **given) for paced, speed in speeds}

    def chat(self) -> None:
        _check(self._clients[False].messages.create(**_ASKED).content)

    async def achat(self) -> None:
        _check((await self._asyncs[False].messages.create(**_ASKED)).content)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for event in self._clients[paced].messages.create(**_ASKED, stream=True):
            if event.type == "content_block_delta":
                count.add(event.delta.text)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for event in await self._asyncs[paced].messages.create(**_ASKED, stream=True):
            if event.type == "content_block_delta":
                count.add(event.delta.text)
        return count.result(paced=paced)


def _check(content: Iterable[Any]) -> None:
    check_text("".join(block.text for block in content))
