"""A service's calls through openai's SDK, observed by Langfuse's; runs in an environment that has both."""

import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from langfuse import Langfuse
from openai import AsyncOpenAI, OpenAI, OpenAIError

from chaos.answers import messages, text_is_right
from chaos.regions import read_regions

ATTEMPTS = 5


class Official:
    """As `chaos.ours`. Neither SDK knows of a second region, so this tries one after the other by hand.

    Args:
        timeout: Seconds that an attempt may take, and each gap of a stream.
    """

    def __init__(self, timeout: float) -> None:
        self._langfuse = Langfuse()
        options: dict[str, Any] = {"timeout": timeout, "max_retries": 0}
        regions = read_regions().values()
        self._clients = [OpenAI(base_url=url, api_key=key, **options) for url, key in regions]
        self._async_clients = [AsyncOpenAI(base_url=url, api_key=key, **options) for url, key in regions]

    def whole(self, call: str) -> tuple[bool, int]:
        def ask(client: OpenAI) -> bool:
            answer = client.chat.completions.create(model="m", messages=messages(call))
            return text_is_right(call, answer.choices[0].message.content or "")

        return self._call(call, ask)

    async def awhole(self, call: str) -> tuple[bool, int]:
        async def ask(client: AsyncOpenAI) -> bool:
            answer = await client.chat.completions.create(model="m", messages=messages(call))
            return text_is_right(call, answer.choices[0].message.content or "")

        return await self._acall(call, ask)

    def stream(self, call: str) -> tuple[bool, int]:
        def ask(client: OpenAI) -> bool:
            with client.chat.completions.create(model="m", messages=messages(call), stream=True) as stream:
                return text_is_right(call, "".join([_text(chunk) for chunk in stream]))

        return self._call(call, ask)

    async def astream(self, call: str) -> tuple[bool, int]:
        async def ask(client: AsyncOpenAI) -> bool:
            async with await client.chat.completions.create(model="m", messages=messages(call), stream=True) as stream:
                return text_is_right(call, "".join([_text(chunk) async for chunk in stream]))

        return await self._acall(call, ask)

    def embedding(self, call: str) -> tuple[bool, int]:
        return self._call(call, lambda client: len(client.embeddings.create(model="m", input=call).data) == 1)

    async def aembedding(self, call: str) -> tuple[bool, int]:
        async def ask(client: AsyncOpenAI) -> bool:
            return len((await client.embeddings.create(model="m", input=call)).data) == 1

        return await self._acall(call, ask)

    async def settle(self) -> None:
        """Do nothing: no record waits for the loop."""

    def flush(self, seconds: float) -> dict[str, Any]:
        """Deliver the traces, for as long as the SDK itself takes for it."""
        del seconds  # `Langfuse.flush` knows no bound
        self._langfuse.flush()
        return {}

    def _call(self, call: str, ask: Callable[[OpenAI], bool]) -> tuple[bool, int]:
        with self._langfuse.start_as_current_observation(name=call, as_type="generation", input=call):
            for attempt, client in enumerate(_turns(self._clients), 1):
                try:
                    return ask(client), attempt
                except (OpenAIError, OSError, ValueError) as error:
                    last = error
            raise last

    async def _acall(self, call: str, ask: Callable[[AsyncOpenAI], Awaitable[bool]]) -> tuple[bool, int]:
        with self._langfuse.start_as_current_observation(name=call, as_type="generation", input=call):
            for attempt, client in enumerate(_turns(self._async_clients), 1):
                try:
                    return await ask(client), attempt
                except (OpenAIError, OSError, ValueError) as error:
                    last = error
            raise last


def _turns(clients: list[Any]) -> Iterator[Any]:
    first = random.randrange(len(clients))
    return (clients[(first + number) % len(clients)] for number in range(ATTEMPTS))


def _text(chunk: Any) -> str:
    return chunk.choices[0].delta.content or "" if chunk.choices else ""
