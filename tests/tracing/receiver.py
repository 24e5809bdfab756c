"""An HTTP server that takes traces as Langfuse does, and fails as it is told."""

import base64
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PUBLIC_KEY, SECRET_KEY = "pk-lf-test", "sk-lf-test"
PAIR = "Basic " + base64.b64encode(f"{PUBLIC_KEY}:{SECRET_KEY}".encode()).decode()


class Answer:
    """What a request is answered with.

    Args:
        status: The status.
        headers: Headers beside the content type.
        body: The body; JSON by default.
        kind: The content type.
        hold: An event to wait for before answering.
        raw: Bytes to send in place of an answer, after which the connection is cut.
    """

    def __init__(
        self,
        status: int = 200,
        headers: dict[str, str] | None = None,
        body: bytes = b"{}",
        kind: str = "application/json; charset=utf-8",
        hold: threading.Event | None = None,
        raw: bytes | None = None,
    ) -> None:
        self.status, self.headers, self.body, self.kind, self.hold, self.raw = status, headers, body, kind, hold, raw


OK = Answer()


class Received:
    """A request as it came."""

    def __init__(self, path: str, headers: dict[str, str], body: bytes) -> None:
        self.path, self.headers, self.raw = path, headers, body
        self.text = zlib.decompress(body, 31) if headers.get("content-encoding") == "gzip" else body
        self.json: Any = json.loads(self.text)

    @property
    def spans(self) -> list[dict[str, Any]]:
        return [
            span
            for resource in self.json.get("resourceSpans", ())
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Keep quiet about clients that went away."""


class Receiver:
    """The server, its script, and what came in.

    Attributes:
        url: Its address.
        requests: Every request, in order of arrival.
        script: What the next requests are answered with, then `OK`.
        limit: The most bytes a body may have unpacked; above it the answer is 413.
        poison: Bytes that it fails on (500) in any body, or None.
    """

    def __init__(self, port: int = 0) -> None:
        self.requests: list[Received] = []
        self.script: list[Answer] = []
        self.limit: int | None = None
        self.poison: bytes | None = None
        self._arrived = threading.Condition()
        receiver = self

        class Exchange(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver._answer(self, Received(self.path, headers, body))

            def log_message(self, *_: object) -> None:
                pass

        self._server = Server(("127.0.0.1", port), Exchange)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def _answer(self, exchange: BaseHTTPRequestHandler, received: Received) -> None:
        with self._arrived:
            answer = self.script.pop(0) if self.script else OK
            if self.limit is not None and len(received.text) > self.limit:
                answer = Answer(413, body=b"too large", kind="text/plain")
            if self.poison is not None and self.poison in received.text:
                answer = Answer(500, body=b"internal error", kind="text/plain")
            self.requests.append(received)
            self._arrived.notify_all()
        if answer.hold is not None:
            answer.hold.wait(120)
        if answer.raw is not None:
            exchange.wfile.write(answer.raw)
            exchange.close_connection = True
            exchange.connection.shutdown(socket.SHUT_RDWR)
            return
        exchange.send_response(answer.status)
        for name, value in {"content-type": answer.kind, **(answer.headers or {})}.items():
            exchange.send_header(name, value)
        exchange.send_header("content-length", str(len(answer.body)))
        exchange.end_headers()
        exchange.wfile.write(answer.body)

    def wait_for(self, count: int) -> None:
        """Wait until so many requests have arrived."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.requests) >= count, 20), f"{len(self.requests)} arrived"

    @property
    def spans(self) -> list[dict[str, Any]]:
        """Every span that arrived, its attributes as a dict."""
        return [{**span, "attributes": attributes_of(span)} for one in list(self.requests) for span in one.spans]

    def span(self, name: str) -> dict[str, Any]:
        """The only span called `name`."""
        (span,) = [span for span in self.spans if span["name"] == name]
        return span

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


METADATA = "langfuse.observation.metadata"


def attributes_of(span: dict[str, Any]) -> dict[str, Any]:
    """The attributes, metadata spread as Langfuse spreads it: what is named one by one wins."""
    attributes = {item["key"]: _plain(item["value"]) for item in span["attributes"]}
    spread = json.loads(attributes.pop(METADATA, "{}"))
    return {**{f"{METADATA}.{key}": item for key, item in spread.items()}, **attributes}


def _plain(value: dict[str, Any]) -> Any:
    if "arrayValue" in value:
        return [_plain(item) for item in value["arrayValue"]["values"]]
    return int(value["intValue"]) if "intValue" in value else value["stringValue"]


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(port)
    try:
        yield receiver
    finally:
        receiver.close()


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
