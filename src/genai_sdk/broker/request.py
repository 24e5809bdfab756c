"""A request as an ASGI server hands it over, and the response that goes back."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from genai_sdk.broker.wire import BrokerAnswer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BrokerRequest:
    """What the broker reads of a request; the headers are Latin-1 as they came.

    Args:
        scope: ASGI's.
    """

    __slots__ = ("_headers", "_query", "address", "method", "path")

    def __init__(self, scope: Scope) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        client = scope.get("client")
        self.address: str = client[0] if client else ""
        self._headers: dict[bytes, bytes] = dict(scope["headers"])
        self._query: bytes = scope["query_string"]

    def header(self, name: bytes) -> str | None:
        """Return a header by its name in lower case."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    def names(self) -> tuple[str, ...] | None:
        """Return the connections that are asked for, sorted; None for all."""
        if not self._query:
            return None
        pairs = parse_qsl(self._query.decode("latin-1"), keep_blank_values=True)
        return tuple(sorted({value for name, value in pairs if name == "name"})) or None


def as_json(status: int, content: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> BrokerAnswer:
    """Return a response of JSON that nobody keeps."""
    fixed = {"content-type": "application/json", "cache-control": "no-store"}
    return BrokerAnswer(status, {**fixed, **(headers or {})}, msgspec.json.encode(content))


async def respond(response: BrokerAnswer, send: Send, *, head: bool = False) -> None:
    """Send a response; to a HEAD request without its body."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 304:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else response.body})
