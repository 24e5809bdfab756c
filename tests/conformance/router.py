"""Plays a scenario through a genuine `litellm.Router`, which is left as it is and only watched."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conformance.outcome import End, Heard, describe, wait
from tests.conformance.scenario import Ask, Provider, Scenario
from tests.conformance.stage import MESSAGES, Stage, key, staged

_LISTS = (
    "callbacks",
    "input_callback",
    "success_callback",
    "failure_callback",
    "_async_success_callback",
    "_async_failure_callback",
    "service_callback",
)
"""litellm's process-wide lists of hooks, which every Router adds itself to."""

_FAMILIES = {
    "APIConnectionError": "unavailable",
    "AuthenticationError": "authentication",
    "BadGatewayError": "unavailable",
    "BadRequestError": "bad request",
    "ContentPolicyViolationError": "content filter",
    "ContextWindowExceededError": "context window",
    "InternalServerError": "unavailable",
    "NotFoundError": "not found",
    "RateLimitError": "rate limit",
    "RouterRateLimitError": "nobody left",  # "No deployments available", whatever took them away
    "ServiceUnavailableError": "unavailable",
    "Timeout": "timeout",
}

SHORT = 0.01
"""Seconds that a noted sleep really takes."""


class WatchedLoop(asyncio.SelectorEventLoop):
    """An event loop that notes the sleeps of one task and cuts them short: Router itself is left as it is.

    Attributes:
        waits: The sleeps noted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[Heard] = []
        self._watched: asyncio.Task[Any] | None = None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the sleeps of the running task."""
        self.waits.clear()
        self._watched = asyncio.current_task(self)
        try:
            yield
        finally:
            self._watched = None

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        """Call back later; `asyncio.sleep` is known by the callback it uses."""
        sleeps = getattr(callback, "__name__", "") == "_set_result_unless_cancelled"
        if sleeps and self._watched is not None and asyncio.current_task(self) is self._watched:
            noted = wait(time.monotonic(), delay)
            self.waits += [noted] if noted else []
            delay = min(delay, SHORT)
        return super().call_later(delay, callback, *args, context=context)


@contextmanager
def unhooked(litellm: Any) -> Iterator[None]:
    """Put litellm's process-wide lists of hooks back as they were, also where a Router was refused half-made."""
    before = {name: list(getattr(litellm, name)) for name in _LISTS}
    try:
        yield
    finally:
        for name, hooks in before.items():
            getattr(litellm, name)[:] = hooks


def play_router(scenario: Scenario, litellm: Any, loop: WatchedLoop) -> tuple[str, ...]:
    """Play a scenario; returns what came of each call.

    On the async face alone: Router's sync methods run the same coroutines on a loop of their own, and leave sockets
    open.
    """
    with staged(scenario) as stage, unhooked(litellm):
        try:
            routers = [litellm.Router(model_list(scenario, stage), **scenario.args) for _ in range(scenario.clients)]
        except (TypeError, ValueError):
            return ("nobody: the options are refused",) * len(scenario.calls)
        told = []
        for ask in scenario.calls:
            end = loop.run_until_complete(_call(routers[ask.client], loop, ask))
            told.append(describe([*stage.heard(), *loop.waits], end, stage.whole))
        for router in routers:
            router.retire()
        loop.run_until_complete(_hang_up(litellm))
    return tuple(told)


async def _hang_up(litellm: Any) -> None:
    """Close the clients that litellm keeps for the whole process; those it drops itself it leaves open."""
    await litellm.close_litellm_async_clients()
    litellm.in_memory_llm_clients_cache.flush_cache()
    await litellm.module_level_aclient.client._transport.aclose()  # it opens anew when it is used


def model_list(scenario: Scenario, stage: Stage) -> list[dict[str, Any]]:
    """Return the deployments, each under its model's name and under `connection/model`, the names that we know."""
    rows = []
    for place, provider in enumerate(scenario.providers):
        rank = place + 1 if scenario.prefer == "order" else 1e-9**place
        for model in provider.models or ("*",):
            bare = model if provider.models else "openai/*"
            facts = _facts(provider, model, stage)
            rows.append({"model_name": bare, "litellm_params": {**facts, scenario.prefer: rank}})
            rows.append({"model_name": f"{provider.name}/{model}", "litellm_params": facts})
    return rows


def _facts(provider: Provider, model: str, stage: Stage) -> dict[str, Any]:
    facts = {"model": f"{provider.adapter}/{model}", "api_key": key(provider), "api_base": stage.base_url(provider)}
    if provider.adapter == "azure":  # Router wants the resource, Langfuse has it with the deployments' path
        facts |= {"api_base": stage.fakes[provider.name].url, "api_version": "2025-02-01-preview"}
    return facts


async def _call(router: Any, loop: WatchedLoop, ask: Ask) -> End:
    await asyncio.sleep(ask.after)
    text = ""
    with loop.watching():
        try:
            answer = await router.acompletion(
                ask.model, [dict(one) for one in MESSAGES], stream=ask.stream, **ask.options
            )
            if not ask.stream:
                return End(answer.choices[0].message.content)
            async for chunk in answer:
                text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
            return End(text)
        except Exception as error:  # whatever Router raises is what is looked at
            return End(
                text, _FAMILIES.get(type(error).__name__, type(error).__name__), getattr(error, "status_code", None)
            )
