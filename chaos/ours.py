"""A service's calls through this SDK."""

from typing import Any

from chaos.answers import messages, text_is_right
from genai_sdk import GenAIClient
from genai_sdk.types import ChatCompletion

OPTIONS: dict[str, Any] = {"num_retries": 4, "routing_strategy": "simple-shuffle", "cooldown_time": 1.0}
"""Both regions serve, and one that failed is soon tried again: so more calls meet a fault."""


class Ours:
    """Each method makes a call, and returns whether the answer is right and how many attempts it took.

    Args:
        timeout: Seconds that an attempt may take, and each gap of a stream.
    """

    def __init__(self, timeout: float) -> None:
        options = {**OPTIONS, "timeout": timeout, "stream_timeout": timeout}
        self._client = GenAIClient(stream_fallback="restart", deadline=60, router_args=options)

    def whole(self, call: str) -> tuple[bool, int]:
        return _judge(call, self._client.completion("m", messages(call), trace_name=call))

    async def awhole(self, call: str) -> tuple[bool, int]:
        return _judge(call, await self._client.acompletion("m", messages(call), trace_name=call))

    def stream(self, call: str) -> tuple[bool, int]:
        text = ""
        with self._client.completion("m", messages(call), trace_name=call, stream=True) as stream:
            for chunk in stream:
                text = "" if chunk.restart else text
                text += chunk.choices[0].delta.content or "" if chunk.choices else ""
        return text_is_right(call, text), len(stream.genai.attempts)

    async def astream(self, call: str) -> tuple[bool, int]:
        text = ""
        async with await self._client.acompletion("m", messages(call), trace_name=call, stream=True) as stream:
            async for chunk in stream:
                text = "" if chunk.restart else text
                text += chunk.choices[0].delta.content or "" if chunk.choices else ""
        return text_is_right(call, text), len(stream.genai.attempts)

    def embedding(self, call: str) -> tuple[bool, int]:
        response = self._client.embedding("m", call, trace_name=call)
        return len(response.data) == 1, len(response.genai.attempts)

    async def aembedding(self, call: str) -> tuple[bool, int]:
        response = await self._client.aembedding("m", call, trace_name=call)
        return len(response.data) == 1, len(response.genai.attempts)

    async def settle(self) -> None:
        """Do nothing: no record waits for the loop."""

    def flush(self, seconds: float) -> dict[str, Any]:
        """Deliver the traces, and return what the client counted."""
        self._client.flush(timeout=seconds)
        stats = self._client.stats()
        return {
            "recorded": stats.recorded,
            "sent": stats.sent,
            "dropped": dict(stats.dropped),
            "queued": stats.queued,
            "last_error": stats.last_error,
            "heard": 0 if stats.fleet is None else stats.fleet.received,
        }


def _judge(call: str, response: ChatCompletion) -> tuple[bool, int]:
    return text_is_right(call, response.text or ""), len(response.genai.attempts)
