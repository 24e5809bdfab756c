"""What the SDK costs, as ratios in one run: `make bench`.

Times here are CPU seconds of the whole process where a process is measured, else of the calling thread; every figure
is the median of interleaved rounds, so that a machine whose speed drifts slows both sides alike.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from genai_sdk.connections import Connection, ConnectionSet, Credentials, Secret
from genai_sdk.http import AsyncTransport, SyncTransport, TransportSettings
from genai_sdk.models import ModelIndex
from genai_sdk.routing import ChatRequest, Clock, Planner, Router, RoutingOptions
from genai_sdk.routing.drivers.litellm import LiteLLMDriver
from genai_sdk.testing import FakeLangfuse, FakeProvider
from genai_sdk.tracing import Tracer, TracingSettings
from genai_sdk.types import ChatCompletion, ConnectionView

HELLO = [{"role": "user", "content": "Hello from GenAI SDK!"}]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def process_cpu(code: str) -> float:
    """Return the CPU seconds of a fresh interpreter that runs `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environ = {key: item for key, item in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def thread_cpu(work: Callable[[], object], times: int) -> float:
    """Return the CPU seconds of one `work` on this thread, over `times` of them."""
    begun = time.thread_time()
    for _ in range(times):
        work()
    return (time.thread_time() - begun) / times


def compare(rounds: int, sides: Sequence[Callable[[], float]]) -> list[float]:
    """Measure all sides in turn and return their medians; the first round warms up."""
    figures = [[side() for side in sides] for _ in range(rounds + 1)][1:]
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def view(name: str, **facts: Any) -> ConnectionView:
    """Return a connection's view."""
    return ConnectionView(name=name, adapter="openai", created_at=NOW, updated_at=NOW, **facts)


def imports() -> None:
    """Compare the imports with an empty interpreter taken off."""
    empty, ours, httpx = compare(
        7, [lambda: process_cpu("pass"), lambda: process_cpu("import genai_sdk"), lambda: process_cpu("import httpx")]
    )
    row("import genai_sdk / import httpx", (ours - empty) / (httpx - empty), f"{(ours - empty) * 1000:.0f} ms CPU")


def overhead() -> None:
    """Compare one sync call through our loop and litellm driver with `litellm.completion`."""
    with FakeProvider() as fake:
        connection = Connection(
            view("bench", base_url=fake.base_url("openai"), custom_models=("gpt-4o-mini",)),
            Credentials("api_key", {"key": Secret("sk-bench")}),
        )
        settings = TransportSettings()
        transports = SyncTransport(settings), AsyncTransport(settings)
        driver = LiteLLMDriver(*transports)
        driver.warm_up()
        import litellm

        planner = Planner(ConnectionSet(None, (connection,)), None)
        router = Router(driver, NoOtherKey(), Clock())

        def ours() -> None:
            call = router.begin(planner, "gpt-4o-mini", RoutingOptions(), time.monotonic())
            router.complete(call, ChatRequest(HELLO))

        def theirs() -> None:
            litellm.completion(
                "openai/gpt-4o-mini", HELLO, api_base=fake.base_url("openai"), api_key="sk-bench", max_retries=0
            )

        mine, others = compare(7, [lambda: thread_cpu(ours, 50), lambda: thread_cpu(theirs, 50)])
        row("a call through our loop and litellm / litellm.completion", mine / others, f"{mine * 1e3:.2f} ms CPU")
        for transport in transports:
            transport.close()


class NoOtherKey:
    """A source that never has another key."""

    def refetch(self, failed: Connection) -> None:
        """Return None."""

    async def arefetch(self, failed: Connection) -> None:
        """Return None."""


def resolving() -> None:
    """Compare resolving a name among 1,000 connections with doing so among 10."""
    few, many = (
        ModelIndex([view(f"c{number}", custom_models=(f"m{number}",)) for number in range(size)])
        for size in (10, 1_000)
    )
    small, large = compare(
        7,
        [lambda: thread_cpu(lambda: few.resolve("m7"), 20_000), lambda: thread_cpu(lambda: many.resolve("m7"), 20_000)],
    )
    row("resolving a name, 1,000 connections / 10", large / small, f"{large * 1e6:.2f} µs")


def tracing() -> None:
    """Compare what recording a call costs its thread, while Langfuse is down, with encoding its messages as JSON."""
    with FakeLangfuse() as langfuse:
        langfuse.down()
        tracer = Tracer(
            TracingSettings(host=langfuse.url, public_key=langfuse.public_key),
            transport=SyncTransport(TransportSettings()),
            secret_key=lambda: langfuse.secret_key,
            project_id=lambda: None,
            exit_timeout=0.0,
        )
        answer = ChatCompletion.from_dict(
            {"choices": [{"message": {"content": "Hi there"}}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}
        )

        def record() -> None:
            call = tracer.begin("generation", model="gpt-4o-mini", input=HELLO, options={"temperature": 0.2})
            call.answered(answer)

        ours, encoding = compare(
            7, [lambda: thread_cpu(record, 2_000), lambda: thread_cpu(lambda: json.dumps(HELLO), 2_000)]
        )
        row("recording a call, Langfuse down / json.dumps of its messages", ours / encoding, f"{ours * 1e6:.0f} µs CPU")
        tracer.close(0.0)


def row(what: str, ratio: float, absolute: str) -> None:
    """Print a figure."""
    print(f"{what:60} {ratio:6.2f} x   ({absolute})")


if __name__ == "__main__":
    for measure in (imports, resolving, tracing, overhead):
        measure()
