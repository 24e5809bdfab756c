"""Plays a scenario through a genuine `litellm.Router`, which is left as it is and only watched."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
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


SHORT = 0.01
"""Seconds that a noted sleep really takes."""


class WatchedLoop(asyncio.SelectorEventLoop):
    """An event loop that notes the sleeps of one task, so that Router's waits are known without touching it."""

    def __init__(self) -> None:
        super().__init__()
        self.watched: asyncio.Task[Any] | None = None
        self.waits: list[Heard] = []

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        """Call back later; `asyncio.sleep` is known by the callback it uses."""
        sleeps = getattr(callback, "__name__", "") == "_set_result_unless_cancelled"
        if sleeps and self.watched is not None and asyncio.current_task(self) is self.watched:
            noted = wait(time.monotonic(), delay)
            self.waits += [noted] if noted else []
            delay = min(delay, SHORT)
        return super().call_later(delay, callback, *args, context=context)


@contextmanager
def unhooked(litellm: Any) -> Iterator[None]:
    """Put litellm's process-wide lists of hooks back as they were: `discard` is not enough (facts-litellm 1)."""
    before = {name: list(getattr(litellm, name)) for name in _LISTS}
    try:
        yield
    finally:
        for name, hooks in before.items():
            getattr(litellm, name)[:] = hooks


def play_router(scenario: Scenario, litellm: Any, loop: WatchedLoop) -> tuple[str, ...]:
    """Play a scenario; returns what came of each call."""
    routers: dict[int, Any] = {}
    told = []
    with staged(scenario) as stage, unhooked(litellm):
        try:
            for client in {ask.client for ask in scenario.calls}:
                routers[client] = litellm.Router(model_list(scenario, stage), **scenario.args)
        except ValueError:
            return ("nobody: the options are refused",) * len(scenario.calls)
        try:
            for ask in scenario.calls:
                end = loop.run_until_complete(_call(litellm, routers[ask.client], loop, ask))
                told.append(describe([*stage.heard(), *loop.waits], end, stage.whole))
        finally:
            for router in routers.values():
                router.discard()
            # Router leaves its clients in a process-wide cache, which drops the oldest without closing them.
            loop.run_until_complete(litellm.close_litellm_async_clients())
            litellm.in_memory_llm_clients_cache.flush_cache()
    return tuple(told)


def model_list(scenario: Scenario, stage: Stage) -> list[dict[str, Any]]:
    """Return the deployments, each under its model's name and under `connection/model`, the names that we know."""
    rows = []
    for place, provider in enumerate(scenario.providers):
        rank: dict[str, Any] = {"order": {"order": place + 1}, "weight": {"weight": 1e9 if place == 0 else 1e-9}}.get(
            scenario.prefer, {}
        )
        for model in provider.models or ("*",):
            bare = model if provider.models else "openai/*"
            facts = _facts(provider, model, stage)
            rows.append({"model_name": bare, "litellm_params": {**facts, **rank}})
            rows.append({"model_name": f"{provider.name}/{model}", "litellm_params": facts})
    return rows


def _facts(provider: Provider, model: str, stage: Stage) -> dict[str, Any]:
    facts = {"model": f"{provider.adapter}/{model}", "api_key": key(provider), "api_base": stage.base_url(provider)}
    if provider.adapter == "azure":  # Router wants the resource, Langfuse has it with the deployments' path
        facts |= {"api_base": stage.fakes[provider.name].url, "api_version": "2025-02-01-preview"}
    return facts


async def _call(litellm: Any, router: Any, loop: WatchedLoop, ask: Ask) -> End:
    await asyncio.sleep(ask.after)
    loop.waits.clear()
    loop.watched = asyncio.current_task()
    text = ""
    try:
        answer = await router.acompletion(
            model=ask.model, messages=[dict(one) for one in MESSAGES], stream=ask.stream, **ask.options
        )
        if not ask.stream:
            return End(answer.choices[0].message.content)
        async for chunk in answer:
            text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        return End(text)
    except Exception as error:  # whatever Router raises is what is looked at
        return End(text, _family(litellm, error), getattr(error, "status_code", None))
    finally:
        loop.watched = None


def _family(litellm: Any, error: Exception) -> str:
    families = (
        (litellm.ContextWindowExceededError, "context window"),
        (litellm.ContentPolicyViolationError, "content filter"),
        (litellm.RateLimitError, "rate limit"),
        (litellm.AuthenticationError, "authentication"),
        (litellm.PermissionDeniedError, "permission"),
        (litellm.NotFoundError, "not found"),
        (litellm.Timeout, "timeout"),
        ((litellm.BadRequestError, litellm.UnprocessableEntityError), "bad request"),
        ((litellm.APIConnectionError, litellm.InternalServerError, litellm.ServiceUnavailableError), "unavailable"),
        (litellm.BadGatewayError, "unavailable"),
    )
    by_status = {403: "permission", 413: "bad request"}
    if type(error).__name__ == "RouterRateLimitError":  # "No deployments available", whatever took them away
        return "nobody left"
    found = next((family for kind, family in families if isinstance(error, kind)), None)
    if found is None and isinstance(error, litellm.APIError):
        found = by_status.get(error.status_code, "unavailable")
    return found or ("unavailable" if isinstance(error, httpx.HTTPError) else type(error).__name__)
