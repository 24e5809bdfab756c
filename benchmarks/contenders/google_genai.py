"""Google's own SDK, on the Gemini API of AI Studio."""

from typing import Any

from google import genai
from google.genai import types

from benchmarks import canned
from benchmarks.contenders.contender import MESSAGES, Count, NoEmbeddings, Streamed, check_text

_ASKED: dict[str, Any] = {"model": canned.MODELS["gemini"], "contents": MESSAGES[0]["content"]}


class GoogleGenAI(NoEmbeddings):
    """One client for each speed, which has a sync and an async side.

    Args:
        url: The server's address.
    """

    def __init__(self, url: str) -> None:
        self._clients = {
            paced: genai.Client(
                api_key=canned.KEY, http_options=types.HttpOptions(base_url=f"{url}/{speed}", timeout=60_000)
            )
            for paced, speed in ((False, "burst"), (True, "paced"))
        }

    def chat(self) -> None:
        check_text(self._clients[False].models.generate_content(**_ASKED).text)

    async def achat(self) -> None:
        check_text((await self._clients[False].aio.models.generate_content(**_ASKED)).text)

    def stream(self, *, paced: bool) -> Streamed:
        count = Count()
        for chunk in self._clients[paced].models.generate_content_stream(**_ASKED):
            count.add(chunk.text)
        return count.result(paced=paced)

    async def astream(self, *, paced: bool) -> Streamed:
        count = Count()
        async for chunk in await self._clients[paced].aio.models.generate_content_stream(**_ASKED):
            count.add(chunk.text)
        return count.result(paced=paced)
