"""Traces to look at: calls of our own client over a simulated provider, and spans of every other kind by OTLP."""

import json
import time
import urllib.request
from base64 import b64encode
from typing import Any

from tests.langfuse.exports import pairs

from genai_sdk import GenAIClient
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.local.platform import Platform
from genai_sdk.local.simulated import ready_connection
from genai_sdk.secret import Secret

MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello there!"}]
HTML = "<script>window.ran = true</script><img src=x onerror='window.ran = true'>"
SECOND = 10**9


def connect(platform: Platform) -> None:
    """Register a region of the simulated provider on each of its wires."""
    for region, adapter in (("usa", "openai"), ("seoul", "openai"), ("busan", "azure")):
        ready = ready_connection(platform.url, region, adapter)
        platform.store.connections.put(
            NewConnection(
                ready.name,
                ready.adapter,
                Secret(ready.secret),
                ready.base_url,
                list(ready.custom_models),
                with_default_models=False,
            )
        )


def client_of(platform: Platform) -> GenAIClient:
    """Return a client of the platform."""
    known = platform.credentials
    return GenAIClient(public_key=known.public_key, secret_key=known.secret_key, host=platform.url)


def send(platform: Platform, path: str, body: Any, method: str = "POST") -> None:
    """Send something to the platform as the project does."""
    known = platform.credentials
    pair = b64encode(f"{known.public_key}:{known.secret_key}".encode()).decode()
    headers = {"authorization": f"Basic {pair}", "content-type": "application/json"}
    request = urllib.request.Request(f"{platform.url}{path}", json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        answer.read()


def export(platform: Platform, spans: list[dict[str, Any]]) -> None:
    """Send spans in as any program does."""
    send(platform, "/api/public/otel/v1/traces", {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})


def span(
    trace: int, number: int = 1, parent: int | None = None, *, start: int | None = None, took: int = SECOND, **more: Any
) -> dict[str, Any]:
    """Return a span of a trace; what is said beside is Langfuse's attributes, dots as double underscores."""
    begun = time.time_ns() - 60 * SECOND if start is None else start
    attributes = {key.replace("__", "."): value for key, value in more.items() if key != "name"}
    return {
        "traceId": f"{trace:032x}",
        "spanId": f"{number:016x}",
        **({} if parent is None else {"parentSpanId": f"{parent:016x}"}),
        "name": more.get("name", f"trace {trace}"),
        "startTimeUnixNano": str(begun),
        "endTimeUnixNano": str(begun + took),
        "attributes": pairs(attributes),
    }
