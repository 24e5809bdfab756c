"""A service's calls through `litellm.Router` with its Langfuse callback; runs in an environment that has both."""

import asyncio
import os
from typing import Any

import litellm
from litellm.integrations.langfuse.langfuse_sdk import flush_langfuse_tracing
from litellm.litellm_core_utils.logging_worker import GLOBAL_LOGGING_WORKER

from chaos.answers import messages, text_is_right
from chaos.regions import read_regions

SETTLED = 30.0
"""Seconds that the callbacks of the last calls may take."""


class Routed:
    """As `chaos.ours`; a Router does not say how many attempts a call took, so each counts as one.

    Args:
        timeout: Seconds that an attempt may take, and each gap of a stream.
    """

    def __init__(self, timeout: float) -> None:
        os.environ["LANGFUSE_HOST"] = os.environ["LANGFUSE_BASE_URL"]
        litellm.success_callback = ["langfuse"]
        litellm.failure_callback = ["langfuse"]
        deployments = [
            {
                "model_name": "m",
                "litellm_params": {"model": "openai/m", "api_base": url, "api_key": key, "max_retries": 0},
            }
            for url, key in read_regions().values()
        ]
        self._router = litellm.Router(
            model_list=deployments,
            num_retries=4,
            routing_strategy="simple-shuffle",
            cooldown_time=1.0,
            timeout=timeout,
            stream_timeout=timeout,
        )

    def whole(self, call: str) -> tuple[bool, int]:
        answer = self._router.completion("m", messages(call), metadata=_named(call))
        return text_is_right(call, answer.choices[0].message.content), 1

    async def awhole(self, call: str) -> tuple[bool, int]:
        answer = await self._router.acompletion("m", messages(call), metadata=_named(call))
        return text_is_right(call, answer.choices[0].message.content), 1

    def stream(self, call: str) -> tuple[bool, int]:
        stream = self._router.completion("m", messages(call), stream=True, metadata=_named(call))
        return text_is_right(call, "".join(_text(chunk) for chunk in stream)), 1

    async def astream(self, call: str) -> tuple[bool, int]:
        stream = await self._router.acompletion("m", messages(call), stream=True, metadata=_named(call))
        return text_is_right(call, "".join([_text(chunk) async for chunk in stream])), 1

    def embedding(self, call: str) -> tuple[bool, int]:
        return len(self._router.embedding("m", call, metadata=_named(call)).data) == 1, 1

    async def aembedding(self, call: str) -> tuple[bool, int]:
        return len((await self._router.aembedding("m", call, metadata=_named(call))).data) == 1, 1

    async def settle(self) -> None:
        """Let the loop carry out the callbacks that wait on it."""
        async with asyncio.timeout(SETTLED):
            await GLOBAL_LOGGING_WORKER.flush()

    def flush(self, seconds: float) -> dict[str, Any]:
        """Deliver the traces."""
        flush_langfuse_tracing(int(seconds * 1000))
        return {}


def _named(call: str) -> dict[str, str]:
    return {"trace_name": call, "generation_name": call}


def _text(chunk: Any) -> str:
    return chunk.choices[0].delta.content or "" if chunk.choices else ""
