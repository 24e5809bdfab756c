"""Raw HTTP to a fake Langfuse, so that nothing of ours stands between test and wire."""

import base64
import http.client
import json
from typing import Any

from genai_sdk.testing import FakeLangfuse


class Reply:
    """A response read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def basic(public_key: str, secret_key: str) -> str:
    return "Basic " + base64.b64encode(f"{public_key}:{secret_key}".encode()).decode()


def ask(
    fake: FakeLangfuse,
    target: str,
    body: Any = None,
    *,
    method: str | None = None,
    pair: tuple[str, str] | None = ("pk-lf-test", "sk-lf-test"),
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send one request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", int(fake.url.rsplit(":", 1)[1]), timeout=5)
    sent = dict(headers or {})
    if pair is not None:
        sent.setdefault("authorization", basic(*pair))
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    if data is not None:
        sent.setdefault("content-type", "application/json")
    try:
        connection.request(method or ("GET" if body is None else "POST"), target, data, sent)
        return Reply(connection.getresponse())
    finally:
        connection.close()
