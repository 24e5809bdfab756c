"""Claude through a client, over our own wire: what Anthropic's servers really send, byte by byte."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.client.conftest import Face
from tests.wires.anthropic.cases import MESSAGES, events_of, found, message, read_whole, sse, text, thinking, use

from genai_sdk import GenAIClient, errors
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing.langfuse import FakeLangfuse

MODEL = "claude-opus-5-5"
KEY = "sk-ant-canary-7777"
HELLO = [{"role": "user", "content": "Hello!"}]
BIRTH = datetime(2026, 1, 1, tzinfo=UTC)

Answer = tuple[int, bytes, str, bool]
"""Status, body, media type, and whether the socket stays open behind the body."""


def whole(body: dict[str, Any], status: int = 200) -> Answer:
    return status, json.dumps(body).encode(), "application/json", False


def streamed(data: bytes, *, lingers: bool = False) -> Answer:
    return 200, data, "text/event-stream", lingers


def refusal(kind: str, text: str, status: int, **more: Any) -> Answer:
    return whole({"type": "error", "error": {"type": kind, "message": text, **more}}, status)


class Server:
    """A server that gives its answers in order, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.bodies: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            if self._ended.is_set():
                line.close()
                return
            thread = threading.Thread(target=self._serve, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as lines:
            head = b"".join(iter(lines.readline, b"\r\n")).decode()
            length = next(int(row.split(":")[1]) for row in head.splitlines() if row.lower().startswith("content-le"))
            self.heads.append(head)
            self.bodies.append(json.loads(lines.read(length)))
            status, body, media, lingers = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            length_line = "" if lingers or media == "text/event-stream" else f"content-length: {len(body)}\r\n"
            line.sendall(f"HTTP/1.1 {status} X\r\ncontent-type: {media}\r\n{length_line}".encode())
            line.sendall(b"connection: close\r\n\r\n" + body)
            if lingers:
                self._ended.wait(20)

    def close(self) -> None:
        """Stop serving."""
        self._ended.set()
        with socket.create_connection(self._socket.getsockname()):
            pass
        for thread in self._threads:
            thread.join()
        self._socket.close()


class Scene:
    """Two connections of Anthropic's, each with a server of its own, and a client of both."""

    def __init__(self, langfuse: FakeLangfuse) -> None:
        self.one, self.two = Server(), Server()
        for number, server in enumerate((self.one, self.two)):
            then = BIRTH + timedelta(seconds=number)
            langfuse.connections.put(
                ConnectionRecord(
                    name=("one", "two")[number], adapter="anthropic", secret=KEY, base_url=server.url,
                    custom_models=(MODEL,), created_at=then, updated_at=then,
                )
            )  # fmt: skip
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        self.client = GenAIClient(
            **pair, host=langfuse.url, broker_url=langfuse.url, driver="direct", router_args={"num_retries": 0}
        )

    def close(self) -> None:
        self.client.close()
        self.one.close()
        self.two.close()


@pytest.fixture
def scene() -> Iterator[Scene]:
    """The scene; two answers `from two` to whatever comes."""
    with FakeLangfuse() as langfuse:
        made = Scene(langfuse)
        made.two.answers = [whole(message(text("from two")))]
        yield made
        made.close()


def test_a_call_is_answered_by_our_own_wire(scene: Scene, face: Face) -> None:
    scene.one.answers = [whole(MESSAGES["the tokens"])]
    response = face.ask(scene.client, MODEL)
    assert (response.text, response.genai.connection) == ("four", "one")
    assert response.usage.prompt_tokens == 17
    head = scene.one.heads[0].lower()
    assert f"x-api-key: {KEY}" in head
    assert "anthropic-version: 2026-10-21" in head
    assert scene.one.bodies[0]["max_tokens"] == 128_000


ACCOUNT = {
    "billing_error": refusal("billing_error", "m", 402),
    "no credit": refusal("invalid_request_error", "Your credit balance is too low to access the Anthropic API.", 400),
    "on hold": refusal(
        "invalid_request_error", "This organization has been disabled.", 400,
        details={"error_code": "organization_on_hold"},
    ),
    "spend limit": refusal(
        "rate_limit_error", "m", 429, details={"error_code": "enforced_spend_limit_reached"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(ACCOUNT))
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_trouble_with_an_account_is_the_connection_s(scene: Scene, face: Face, name: str, stream: bool) -> None:
    scene.one.answers = [ACCOUNT[name]]
    if stream:
        scene.two.answers = [streamed(sse(events_of(message(text("from two")))))]
        answer = face.ask(scene.client, MODEL, stream=True)
        assert "".join(chunk.text for chunk in face.read(answer)) == "from two"
    else:
        answer = face.ask(scene.client, MODEL)
        assert answer.text == "from two"
    assert [row.connection for row in answer.genai.attempts] == ["one", "two"]
    assert len(scene.one.bodies) == 1


IN_STREAM = {
    "billing_error": errors.PermissionDeniedError,
    "overloaded_error": errors.ProviderUnavailableError,
    "rate_limit_error": errors.RateLimitError,
    "authentication_error": errors.AuthenticationError,
    "invalid_request_error": errors.BadRequestError,
}


@pytest.mark.parametrize("kind", list(IN_STREAM))
def test_an_error_event_before_content_is_what_it_would_have_been_as_a_status(
    scene: Scene, face: Face, kind: str
) -> None:
    error = {"type": "error", "error": {"type": kind, "message": "m"}}
    scene.one.answers = [streamed(sse([next(events_of(message())), error]))]
    with pytest.raises(IN_STREAM[kind]):
        face.ask(scene.client, f"one/{MODEL}", stream=True)


def test_an_error_event_after_content_breaks_the_stream(scene: Scene, face: Face) -> None:
    begun = list(events_of(message(text("half an answer"))))[:3]
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    scene.one.answers = [streamed(sse([*begun, error]))]
    answer = face.ask(scene.client, MODEL, stream=True)
    with pytest.raises(errors.StreamInterruptedError, match="Overloaded"):
        face.read(answer)
    assert answer.text == "half an"


def test_a_full_window_goes_to_its_own_fallback(scene: Scene, face: Face) -> None:
    said = "prompt is too long: 1000001 tokens > 1000000 maximum"
    scene.one.answers = [refusal("invalid_request_error", said, 400)]
    answer = face.ask(scene.client, f"one/{MODEL}", context_window_fallbacks=f"two/{MODEL}")
    assert answer.text == "from two"
    with pytest.raises(errors.ContextWindowExceededError):
        face.ask(scene.client, f"one/{MODEL}")


def test_a_stream_ends_at_its_last_event_whatever_the_socket_does(scene: Scene, face: Face) -> None:
    scene.one.answers = [streamed(sse(events_of(MESSAGES["text"])), lingers=True)]
    begun = time.monotonic()
    answer = face.ask(scene.client, MODEL, stream=True)
    assert "".join(chunk.text for chunk in face.read(answer)) == "one two"
    assert time.monotonic() - begun < 15  # the server holds the socket for 20 s
    assert answer.usage.total_tokens == 12


@pytest.mark.parametrize("name", ["thinking before a call", "a search"])
def test_a_stream_cut_at_any_byte_is_cut_or_whole_and_never_wrong(scene: Scene, name: str) -> None:
    face = Face(None)
    data = sse(events_of(MESSAGES[name]))
    over = data.index(b"event: message_stop") - 2  # from here on the event that says why it ended is there
    for end in range(0, len(data) + 1, 7):
        scene.one.answers = [streamed(data[:end])]
        if end < over:
            with pytest.raises((errors.ProviderUnavailableError, errors.StreamInterruptedError)) as caught:
                face.read(face.ask(scene.client, f"one/{MODEL}", stream=True))
            assert caught.value.reason in ("empty stream", "stream ended early", "stream interrupted")
        else:
            answer = face.ask(scene.client, f"one/{MODEL}", stream=True)
            face.read(answer)
            assert (
                answer.response.choices[0].message.model_dump()
                == read_whole(MESSAGES[name]).choices[0].message.model_dump()
            )


ROUNDS = [
    message(thinking("a", "S1"), use("find", "t1", given={"q": 1}), stop="tool_use"),
    message(
        thinking("b", "S2"), text("so"), thinking("c", "S3"), use("find", "t2"), use("find", "t3"), stop="tool_use"
    ),
    message(
        {"type": "redacted_thinking", "data": "R"}, use("web_search", "srvtoolu_1", "server_tool_use", {"query": "q"}),
        found(), use("find", "t4"), stop="tool_use",
    ),
    message(thinking("d", "S4"), text("It is sunny.")),
]  # fmt: skip
TOOLS = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("dumped", [False, True], ids=["as it came", "as a dict"])
def test_three_rounds_of_tools_send_back_what_the_vendor_needs(
    scene: Scene, face: Face, stream: bool, dumped: bool
) -> None:
    scene.one.answers = [streamed(sse(events_of(each))) if stream else whole(each) for each in ROUNDS]
    history: list[Any] = list(HELLO)
    while True:
        answer = face.call(
            scene.client, "completion", MODEL, history, tools=TOOLS, reasoning_effort="low", stream=stream
        )
        if stream:
            face.read(answer)
            answer = answer.response
        said = answer.choices[0].message
        if not said.tool_calls:
            break
        results = [{"role": "tool", "tool_call_id": call.id, "content": "sunny"} for call in said.tool_calls]
        history = [*history, said.model_dump(exclude_none=True) if dumped else said, *results]
    assert answer.text == "It is sunny."
    last = scene.one.bodies[-1]["messages"]
    assert [turn["content"] for turn in last if turn["role"] == "assistant"] == [each["content"] for each in ROUNDS[:3]]
    assert [len(turn["content"]) for turn in last if turn["role"] == "user"][1:] == [1, 2, 1]


def test_a_pydantic_model_is_asked_for_and_read_back(scene: Scene, face: Face) -> None:
    pydantic = pytest.importorskip("pydantic")
    weather = pydantic.create_model("Weather", city=(str, pydantic.Field(description="where")))
    scene.one.answers = [whole(message(text('{"city":"Seoul"}')))]
    answer = face.ask(scene.client, MODEL, response_format=weather)
    assert answer.parsed.city == "Seoul"
    assert scene.one.bodies[0]["output_config"]["format"]["type"] == "json_schema"


BAD: dict[str, Callable[[], Answer]] = {
    "no JSON": lambda: (200, b"<html>", "text/html", False),
    "no content": lambda: whole({"id": "x"}),
    "a list": lambda: (200, b"[]", "application/json", False),
    "blocks of text": lambda: whole(message() | {"content": ["hi"]}),
    "an unknown stop and nothing said": lambda: whole(message(stop="tired")),
    "a usage of text": lambda: whole(message(text("x"), usage={"input_tokens": "many"})),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_is_no_answer_is_the_next_connection_s_to_give(scene: Scene, face: Face, name: str) -> None:
    scene.one.answers = [BAD[name]()]
    answer = face.ask(scene.client, MODEL)
    assert answer.text == "from two"
    assert answer.genai.attempts[0].reason == "malformed answer"


def test_no_secret_is_in_an_error(scene: Scene, face: Face) -> None:
    scene.one.answers = [refusal("authentication_error", f"invalid x-api-key {KEY}", 401)]
    with pytest.raises(errors.AuthenticationError) as caught:
        face.ask(scene.client, f"one/{MODEL}")
    assert KEY not in str(caught.value)
    assert KEY not in repr(caught.value.attempts)
