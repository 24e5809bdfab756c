"""What the tests of the doubles share: raw HTTP, so that nothing of ours stands between test and wire."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from genai_sdk.testing import FakeProvider


class RawResponse:
    """A response read to its end."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The `data` of each server-sent event, decoded but for the end mark."""
        lines = [line[6:] for line in self.body.decode().splitlines() if line.startswith("data: ")]
        return [line if line == "[DONE]" else json.loads(line) for line in lines]


Ask = Callable[..., RawResponse]


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with FakeProvider("seoul", keys={"sk-good"}) as running:
        yield running


@pytest.fixture
def ask(fake: FakeProvider) -> Ask:
    """Send one request to the fake over a connection of its own."""

    def send(
        path: str, body: Any = None, *, key: str | None = "sk-good", method: str | None = None, **headers: str
    ) -> RawResponse:
        connection = http.client.HTTPConnection("127.0.0.1", int(fake.url.rsplit(":", 1)[1]), timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            named.setdefault("authorization", f"Bearer {key}")
        data = body if isinstance(body, bytes) or body is None else json.dumps(body)
        try:
            connection.request(method or ("GET" if body is None else "POST"), path, data, named)
            return RawResponse(connection.getresponse())
        finally:
            connection.close()

    return send


@pytest.fixture
def chat(ask: Ask) -> Ask:
    """Send one chat completion on OpenAI's wire."""

    def send(text: str = "Hello there!", *, key: str | None = "sk-good", **body: Any) -> RawResponse:
        whole = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], **body}
        return ask("/v1/chat/completions", whole, key=key)

    return send
