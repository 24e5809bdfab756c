"""Simulated regions to play with, and a way to the playground that needs no browser."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
import msgspec

from genai_sdk.langfuse.new_connection import read_connection
from genai_sdk.langfuse.new_prompt import NewPrompt
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.trace import Trace
from genai_sdk.local.platform import Platform
from genai_sdk.local.simulated import ready_connection
from genai_sdk.local.store.traces import TraceQuery
from genai_sdk.testing import FakeProvider

MODEL = "gpt-6-luna"
CHAT = [
    {"role": "system", "content": "You know all about {{product}}."},
    {"type": "placeholder", "name": "history"},
    {"role": "user", "content": "{{question}}"},
]


def register(platform: Platform, name: str, models: Sequence[str] = (MODEL,)) -> None:
    """Register a connection to the simulated region of its name, which serves one model unless more are named."""
    ready = ready_connection(platform.url, name, "azure")
    body = {**ready.body(), "provider": name, "customModels": list(models)}
    platform.store.connections.put(read_connection(msgspec.json.encode(body)))


def attach(platform: Platform, fake: FakeProvider) -> None:
    """Register a connection to a fake provider under its name, which says what a test has it say."""
    body = {
        "provider": fake.name,
        "adapter": "openai",
        "secretKey": "sk-anything",
        "baseURL": fake.base_url("openai"),
        "customModels": [MODEL],
    }
    platform.store.connections.put(read_connection(msgspec.json.encode(body)))


def behave(platform: Platform, region: str, **behaviour: Any) -> None:
    """Have a region behave in some way from now on."""
    keys = platform.credentials
    url, auth = f"{platform.url}/simulated/{region}/behaviour", (keys.public_key, keys.secret_key)
    httpx.put(url, json=behaviour, auth=auth).raise_for_status()


def written(platform: Platform, name: str, prompt: Any, **more: Any) -> None:
    """Write a prompt's next version."""
    kind = "text" if isinstance(prompt, str) else "chat"
    platform.store.prompts.create(NewPrompt(name=name, prompt=prompt, type=kind, **more), author="jane")


def traces(platform: Platform, count: int) -> list[Trace]:
    """Return the traces once there are so many, newest first."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        found, total = platform.store.traces.page(TraceQuery(), 10, 0)
        if total >= count:
            return [whole for each in found if (whole := platform.store.traces.find(each.id)) is not None]
        time.sleep(0.05)
    raise AssertionError(f"there are no {count} traces after half a minute")


def generation_of(trace: Trace) -> Observation:
    """Return the call that a trace is of."""
    return next(each for each in trace.observations if each.type == "GENERATION")


@contextmanager
def logged_in(platform: Platform) -> Iterator[httpx.Client]:
    """Yield a client that is logged in and carries the token of the forms."""
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        client.get(platform.login_url)
        found = re.search(r'name="form-token" content="([^"]+)"', client.get("/playground").text)
        assert found is not None
        client.headers["x-form-token"] = found[1]
        yield client


def setup(**more: Any) -> dict[str, Any]:
    """Return what the page sends."""
    lines = [{"kind": "message", "role": "user", "content": "Hello"}]
    return {"draft": {"lines": lines}, "models": [MODEL], "session": "here", **more}


def events(response: httpx.Response) -> list[dict[str, Any]]:
    """Return what happened in the lanes."""
    assert (response.status_code, response.headers["content-type"]) == (200, "application/x-ndjson"), response.text
    return [msgspec.json.decode(line) for line in response.text.splitlines()]
