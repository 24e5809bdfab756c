"""Raw HTTP to whatever speaks Langfuse's wire, so that nothing of ours stands between test and wire."""

import base64
import http.client
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode


class Reply:
    """A response read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def __repr__(self) -> str:
        return f"{self.status} {self.body[:500]!r}"

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(public_key: str, secret_key: str) -> str:
    return "Basic " + base64.b64encode(f"{public_key}:{secret_key}".encode()).decode()


class Langfuse:
    """A server's address, its project and key pair.

    Attributes:
        port: Where it answers, on 127.0.0.1.
        pair: The project's key pair.
        project_id: The project's id.
        is_recording: Whether it answers nothing but what was recorded.
    """

    def __init__(self, url: str, pair: tuple[str, str], project_id: str, *, is_recording: bool = False) -> None:
        self.port = int(url.rsplit(":", 1)[1])
        self.pair = pair
        self.project_id = project_id
        self.is_recording = is_recording

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        pair: tuple[str, str] | None = (),  # type: ignore[assignment]
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> Reply:
        """Send one request over a connection of its own; a path that does not begin with / follows /api/public/."""
        target = path if path.startswith("/") else f"/api/public/{path}"
        if query:
            target += "?" + urlencode({name.rstrip("_"): value for name, value in query.items()}, doseq=True)
        sent = dict(headers or {})
        pair = self.pair if pair == () else pair
        if pair is not None:
            sent.setdefault("authorization", basic(*pair))
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("content-type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, data, sent)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Any:
        """Ask for what must be there."""
        reply = self.ask("GET", path, **query)
        assert reply.status == 200, reply
        return reply.json

    def prompt(self, name: str, prompt: Any = "Hello!", **fields: Any) -> Any:
        """Write a version of a prompt."""
        kind = "text" if isinstance(prompt, str) else "chat"
        reply = self.ask("POST", "v2/prompts", {"name": name, "prompt": prompt, "type": kind, **fields})
        assert reply.status == 201, reply
        return reply.json

    def trace(self, *spans: dict[str, Any]) -> str:
        """Send the spans of one trace, made by `span`, and return its id."""
        trace_id = secrets.token_hex(16)
        whole = [{"traceId": trace_id, **each} for each in spans]
        reply = self.ask("POST", "otel/v1/traces", export(*whole))
        assert reply.status == 200, reply
        return trace_id


def export(*spans: dict[str, Any]) -> dict[str, Any]:
    """An OTLP export of spans."""
    return {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "test"}, "spans": list(spans)}]}]}


def span(
    name: str = "call",
    *,
    id: str | None = None,  # noqa: A002 - Langfuse's name
    parent: str | None = None,
    start: float | None = None,
    seconds: float = 1.0,
    **attributes: Any,
) -> dict[str, Any]:
    """A span; attributes are named as in Langfuse, with two underscores for each dot."""
    begun = int((time.time() if start is None else start) * 1e9)
    pairs = [{"key": key.replace("__", "."), "value": any_value(value)} for key, value in attributes.items()]
    return {
        "spanId": id or secrets.token_hex(8),
        **({"parentSpanId": parent} if parent else {}),
        "name": name,
        "startTimeUnixNano": str(begun),
        "endTimeUnixNano": str(begun + int(seconds * 1e9)),
        "attributes": pairs,
    }


def any_value(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"arrayValue": {"values": [any_value(each) for each in value]}}
    if isinstance(value, int) and not isinstance(value, bool):
        return {"intValue": str(value)}
    return {"stringValue": value if isinstance(value, str) else json.dumps(value)}


def generation(
    model: str = "gpt-4o-mini", *, tokens: tuple[int, int] = (3, 2), cost: float = 0.25, **rest: Any
) -> dict[str, Any]:
    """A generation's span."""
    return span(
        langfuse__observation__type="generation",
        langfuse__observation__model__name=model,
        langfuse__observation__usage_details={"input": tokens[0], "output": tokens[1]},
        langfuse__observation__cost_details={"total": cost},
        **rest,
    )
