"""Responses that OpenAI makes in the background: handed out at once, waited for within bounds, read again, given up."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.native.conftest import CLAUDE, Face

from genai_sdk import GenAIClient, InvalidRequestError, ProviderUnavailableError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.routing import background
from genai_sdk.testing.langfuse import FakeLangfuse

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "Done.", "annotations": []}],
}
USAGE = {"input_tokens": 9, "output_tokens": 2, "total_tokens": 11}


class Vendor:
    """Makes one response, which goes through `states`, one each time that it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.states: list[dict[str, Any]] = []
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                vendor.asked.append(f"{self.command} {self.path}")
                state = vendor.states.pop(0) if len(vendor.states) > 1 else vendor.states[0]
                body = json.dumps({"id": "resp_1", "object": "response", "output": [], **state}).encode()
                self.send_response(state.get("http", 200))
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 - the standard library's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the standard library's name
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    vendor = Vendor()
    yield vendor
    vendor.close()


@pytest.fixture
def langfuse(vendor: Vendor) -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as langfuse:
        for name, adapter, model in (("here", "openai", "gpt-6-sol"), ("claude", "anthropic", CLAUDE)):
            made = datetime(2026, 1, 1, tzinfo=UTC)
            record = ConnectionRecord(
                name=name,
                adapter=adapter,
                secret="sk-fake",
                base_url=vendor.url,
                custom_models=(model,),
                config={"useResponsesApi": True} if adapter == "openai" else {},
                created_at=made,
                updated_at=made,
            )
            langfuse.projects[0].connections.put(record)
        yield langfuse


@pytest.fixture
def client(langfuse: FakeLangfuse, monkeypatch: pytest.MonkeyPatch) -> Iterator[GenAIClient]:
    monkeypatch.setattr(background, "FIRST", 0.001)
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key, "host": langfuse.url}
    with GenAIClient(**pair, router_args={"num_retries": 0}) as client:
        yield client


def test_it_comes_back_as_it_is_at_once(face: Face, client: GenAIClient, vendor: Vendor) -> None:
    vendor.states = [{"status": "queued"}]
    response = face.call(client, "responses", "gpt-6-sol", "Think!", background=True)
    assert (response.status, response.is_over, response.output) == ("queued", False, ())
    assert len(vendor.asked) == 1


def test_it_is_waited_for_and_recorded_once(
    face: Face, client: GenAIClient, vendor: Vendor, langfuse: FakeLangfuse
) -> None:
    end = {"status": "completed", "output": [MESSAGE], "usage": USAGE}
    vendor.states = [{"status": "queued"}, {"status": "in_progress"}, end]
    response = face.call(client, "responses", "gpt-6-sol", "Think!", background=True, wait=30)
    assert (response.output_text, response.usage.total_tokens) == ("Done.", 11)
    assert vendor.asked == ["POST /v1/responses", *["GET /v1/responses/resp_1"] * 2]
    assert [row.connection for row in response.genai.attempts] == ["here"] * 3
    assert client.flush(20)
    (trace,) = langfuse.traces.all
    assert (trace.root.usage["input"], trace.root.output[0]["id"]) == (9, "msg_1")


def test_waiting_ends_with_its_time_and_the_response_as_it_is(
    face: Face, client: GenAIClient, vendor: Vendor, langfuse: FakeLangfuse
) -> None:
    vendor.states = [{"status": "in_progress"}]
    response = face.call(client, "responses", "gpt-6-sol", "Think!", background=True, wait=0.05)
    assert response.status == "in_progress"
    assert client.flush(20)
    assert len(langfuse.traces.all) == 1


def test_an_end_in_failure_is_an_error_that_names_the_response(
    face: Face, client: GenAIClient, vendor: Vendor, langfuse: FakeLangfuse
) -> None:
    failed = {"status": "failed", "error": {"code": "server_error", "message": "It broke."}}
    vendor.states = [{"status": "queued"}, failed]
    with pytest.raises(ProviderUnavailableError, match="It broke") as caught:
        face.call(client, "responses", "gpt-6-sol", "Think!", background=True, wait=30)
    assert "resp_1 of here/gpt-6-sol" in caught.value.__notes__[0]
    assert client.flush(20)
    (trace,) = langfuse.traces.all
    assert trace.root.level == "ERROR"


def test_it_is_read_again_and_given_up(face: Face, client: GenAIClient, vendor: Vendor, langfuse: FakeLangfuse) -> None:
    vendor.states = [{"status": "queued"}, {"status": "in_progress"}, {"status": "cancelled"}, {"status": "cancelled"}]
    response = face.call(client, "responses", "gpt-6-sol", "Think!", background=True)
    assert face.call(client, "retrieve_response", response).status == "in_progress"
    assert face.call(client, "cancel_response", response).status == "cancelled"
    assert face.call(client, "retrieve_response", "resp_1", model="here/gpt-6-sol").status == "cancelled"
    assert vendor.asked[1:] == [
        "GET /v1/responses/resp_1",
        "POST /v1/responses/resp_1/cancel",
        "GET /v1/responses/resp_1",
    ]
    assert client.flush(20)
    assert len(langfuse.traces.all) == 1


@pytest.mark.parametrize(
    ("method", "arguments", "options", "text"),
    [
        ("responses", ("gpt-6-sol", "Hi!"), {"wait": 5}, "wait is for background=True"),
        ("responses", ("gpt-6-sol", "Hi!"), {"wait": 5, "background": True, "stream": True}, "not for a stream"),
        ("responses", ("gpt-6-sol", "Hi!"), {"wait": -1, "background": True}, "wait must be a number of seconds"),
        ("retrieve_response", ("resp_1",), {}, "does not say who keeps"),
        ("cancel_response", (7,), {}, "not int"),
        ("retrieve_response", ("resp_1",), {"model": f"claude/{CLAUDE}"}, "has no responses.retrieve"),
    ],
)
def test_bad_input_is_refused(
    face: Face,
    client: GenAIClient,
    vendor: Vendor,
    method: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    text: str,
) -> None:
    with pytest.raises(InvalidRequestError, match=text):
        face.call(client, method, *arguments, **options)
    assert vendor.asked == []
