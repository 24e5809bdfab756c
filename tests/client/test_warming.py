"""What is done before the first call: the way to the providers is open by then."""

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from genai_sdk import GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing.langfuse import FakeLangfuse

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOUND = 20.0
HELLO = [{"role": "user", "content": "Hello!"}]


class House(http.server.ThreadingHTTPServer):
    """A provider on OpenAI's wire that counts who came in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Host)
        self.came = 0
        self.bell = threading.Semaphore(0)
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class Host(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.came += 1
        self.server.bell.release()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        choice = {"index": 0, "message": {"role": "assistant", "content": "Welcome."}, "finish_reason": "stop"}
        body = json.dumps({"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def houses() -> Iterator[list[House]]:
    built = [House(), House()]
    for house in built:
        threading.Thread(target=house.serve_forever, daemon=True).start()
    yield built
    for house in built:
        house.shutdown()
        house.server_close()


@pytest.fixture
def client(houses: list[House]) -> Iterator[GenAIClient]:
    with FakeLangfuse() as langfuse:
        # Two connections lead to one house, one to the other, and one to a port where nobody lives.
        places = [houses[0].url, houses[0].url, houses[1].url, "http://127.0.0.1:9/v1"]
        for number, url in enumerate(places):
            langfuse.connections.put(
                ConnectionRecord(
                    name=f"house{number}",
                    adapter="openai",
                    secret="sk-lab",
                    base_url=url,
                    custom_models=("m",),
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        with GenAIClient(host=langfuse.url, router_args={"num_retries": 0}, **pair) as client:
            yield client


def test_warming_up_connects_to_each_host_once_and_calls_use_that(client: GenAIClient, houses: list[House]) -> None:
    client.warm_up().join(60)
    assert all(house.bell.acquire(timeout=BOUND) for house in houses)
    assert [client.completion(f"house{number}/m", HELLO).text for number in range(3)] == ["Welcome."] * 3
    assert [house.came for house in houses] == [1, 1]


def test_warming_up_a_loop_connects_on_that_loop(client: GenAIClient, houses: list[House]) -> None:
    async def run() -> None:
        await client.awarm_up()
        assert all([await asyncio.to_thread(house.bell.acquire, timeout=BOUND) for house in houses])
        for number in range(3):
            assert (await client.acompletion(f"house{number}/m", HELLO)).text == "Welcome."

    asyncio.run(run())
    assert [house.came for house in houses] == [1, 1]


def test_what_goes_wrong_while_warming_up_is_said_by_the_call(client: GenAIClient) -> None:
    client.warm_up().join(60)
    with pytest.raises(Exception, match=r"cannot connect to 127\.0\.0\.1:9"):
        client.completion("house3/m", HELLO)
