"""Every step does on the wire what it says, seen through a bare socket."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from genai_sdk.testing import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    CutBeforeHeaders,
    CutBody,
    CutStream,
    EndWithoutFinish,
    ErrorInStream,
    FakeProvider,
    Malformed,
    NotFound,
    Redirect,
    Reply,
    Slow,
    StallBeforeHeaders,
    StallStream,
    Status,
    Step,
    WrongLength,
)

Ask = Callable[..., Any]


class Line:
    """A bare connection to the fake."""

    def __init__(self, fake: FakeProvider) -> None:
        host, port = fake.url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5)

    def send(self, *, stream: bool = False, text: str = "one two three") -> None:
        body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}], "stream": stream}).encode()
        head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sk-good\r\n"
        self.socket.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def read(self) -> tuple[bytes, str]:
        """Read to the end: what came, and whether the end was "fin" or "reset"."""
        received = b""
        while True:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return received, "reset"
            if not data:
                return received, "fin"
            received += data

    def read_until(self, mark: bytes) -> bytes:
        received = b""
        while mark not in received:
            data = self.socket.recv(65536)
            assert data, f"ended before {mark!r}: {received!r}"
            received += data
        return received

    def is_silent(self) -> bool:
        self.socket.settimeout(0.05)
        try:
            return self.socket.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(5)


@pytest.fixture
def line(fake: FakeProvider) -> Iterator[Line]:
    opened = Line(fake)
    yield opened
    opened.socket.close()


def contents(stream: bytes) -> list[str]:
    """The text pieces in a stream's bytes."""
    found = [json.loads(part[6:]) for part in stream.split(b"\r\n") if part.startswith(b"data: {")]
    choices = [event["choices"][0] for event in found if event.get("choices")]
    return [choice["delta"]["content"] for choice in choices if choice["delta"].get("content")]


def test_steps_are_used_in_order_and_then_the_usual_answers_follow(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Status(500), Reply("scripted"), Status(503))
    assert [chat().status for _ in range(4)] == [500, 200, 503, 200]
    assert fake.steps_left == 0


def test_a_step_for_a_model_waits_for_that_model(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Status(500), model="bad").script(Status(503))
    assert chat(model="good").status == 503
    assert chat(model="good").status == 200
    assert chat(model="bad").status == 500


def test_a_step_for_an_operation_waits_for_that_operation(ask: Ask, chat: Ask, fake: FakeProvider) -> None:
    fake.script(Status(500), operation="embedding").script(Status(502), operation="models")
    assert chat().status == 200
    assert ask("/v1/embeddings", {"model": "m", "input": "x"}).status == 500
    assert ask("/v1/models").status == 502


def test_a_lasting_step_holds_until_cleared_and_the_one_for_a_model_comes_first(chat: Ask, fake: FakeProvider) -> None:
    fake.always(Status(503)).always(Status(429), model="busy").script(Reply("queued"))
    assert [chat().status for _ in range(3)] == [200, 503, 503]
    assert chat(model="busy").status == 429
    fake.clear()
    assert chat().status == 200
    assert len(fake.journal) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 504, 529])
def test_a_status_comes_with_an_error_of_the_vendors_shape(chat: Ask, fake: FakeProvider, code: int) -> None:
    fake.script(Status(code, retry_after=2))
    response = chat()
    assert response.status == code
    assert response.headers["retry-after"] == "2"
    assert set(response.json["error"]) == {"message", "type", "param", "code"}
    assert fake.journal[0].status == code


def test_a_status_can_say_what_it_is_told(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Status(500, message="out of {cheese}"), BadRequest("no"), NotFound("gone"))
    assert [chat().json["error"]["message"] for _ in range(3)] == ["out of {cheese}", "no", "gone"]


def test_context_window_and_content_filter_speak_openais_words(chat: Ask, fake: FakeProvider) -> None:
    fake.script(ContextWindow(limit=4096), ContentFilter(), NotFound())
    error = chat().json["error"]
    assert error["code"] == "context_length_exceeded"
    assert error["message"].startswith("This model's maximum context length is 4096 tokens.")
    assert chat().json["error"]["code"] == "invalid_prompt"
    assert chat().json["error"]["message"] == (
        "The model `gpt-4o-mini` does not exist or you do not have access to it."
    )


@pytest.mark.parametrize("stream", [False, True])
def test_a_filtered_answer_says_so_in_its_finish_reason(chat: Ask, fake: FakeProvider, stream: bool) -> None:
    fake.script(ContentFilter(at="answer"))
    response = chat(stream=stream)
    choice = response.events[-2]["choices"][0] if stream else response.json["choices"][0]
    assert response.status == 200
    assert choice["finish_reason"] == "content_filter"


def test_a_redirect_names_its_place(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Redirect("http://127.0.0.1:1/elsewhere"), Redirect("/moved", code=302))
    first, second = chat(), chat()
    assert (first.status, first.headers["location"]) == (307, "http://127.0.0.1:1/elsewhere")
    assert (second.status, second.headers["location"]) == (302, "/moved")


def test_a_cut_before_headers_sends_nothing(fake: FakeProvider, line: Line) -> None:
    fake.script(CutBeforeHeaders())
    line.send()
    assert line.read() == (b"", "fin")
    assert fake.journal.wait_ended()[0].status is None


def test_a_cut_before_headers_can_be_a_reset(fake: FakeProvider, line: Line) -> None:
    fake.script(CutBeforeHeaders(reset=True))
    line.send()
    assert line.read() == (b"", "reset")


@pytest.mark.parametrize(("step", "end"), [(CutBody(), "fin"), (CutBody(reset=True), "reset")])
def test_a_cut_body_is_shorter_than_declared(fake: FakeProvider, line: Line, step: Step, end: str) -> None:
    fake.script(step)
    line.send()
    received, how = line.read()
    head, _, body = received.partition(b"\r\n\r\n")
    declared = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert len(body) == declared // 2
    assert how == end


def test_a_body_is_cut_at_the_byte_asked_for(fake: FakeProvider, line: Line) -> None:
    fake.script(CutBody(after_bytes=7))
    line.send()
    assert len(line.read()[0].partition(b"\r\n\r\n")[2]) == 7


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_cut_stream_ends_after_that_many_chunks_of_content(
    fake: FakeProvider, line: Line, after: int, reset: bool
) -> None:
    fake.script(CutStream(after_chunks=after, reset=reset, reply=Reply("a b c d")))
    line.send(stream=True)
    received, how = line.read()
    assert contents(received) == ["a", " b"][:after]
    assert b'"role":"assistant"' in received
    assert not received.endswith(b"0\r\n\r\n")
    assert b"[DONE]" not in received
    assert how == ("reset" if reset else "fin")


def test_a_cut_stream_cuts_a_plain_answer_in_its_body(fake: FakeProvider, line: Line) -> None:
    fake.script(CutStream(after_chunks=2))
    line.send()
    head, _, body = line.read()[0].partition(b"\r\n\r\n")
    assert b"content-length" in head
    assert body.startswith(b'{"id"')
    assert not body.endswith(b"}")


def test_a_stall_before_headers_says_nothing_and_ends_with_the_fake(fake: FakeProvider, line: Line) -> None:
    fake.script(StallBeforeHeaders())
    line.send()
    fake.journal.wait_for()
    assert line.is_silent()
    fake.stop()
    assert line.read() == (b"", "fin")
    assert fake.journal[0].ended
    assert not fake.journal[0].aborted


def test_a_stalled_stream_says_what_it_says_and_falls_silent(fake: FakeProvider, line: Line) -> None:
    fake.script(StallStream(after_chunks=2, reply=Reply("a b c")))
    line.send(stream=True)
    assert contents(line.read_until(b'" b"')) == ["a", " b"]
    assert line.is_silent()
    fake.stop()
    assert line.read()[1] == "fin"


def test_a_stream_can_end_in_good_order_without_a_finish(chat: Ask, fake: FakeProvider) -> None:
    fake.script(EndWithoutFinish(reply=Reply("a b c")), EndWithoutFinish(after_chunks=1, reply=Reply("a b c")))
    whole, part = chat(stream=True).events, chat(stream=True).events
    assert [event["choices"][0]["delta"].get("content") for event in whole] == ["", "a", " b", " c"]
    assert [event["choices"][0]["delta"].get("content") for event in part] == ["", "a"]


def test_an_error_can_come_in_the_middle_of_a_stream(chat: Ask, fake: FakeProvider) -> None:
    fake.script(ErrorInStream(code=429, after_chunks=1), ErrorInStream(code=429))
    response = chat(stream=True)
    assert response.status == 200
    assert response.events[-2]["choices"][0]["delta"] == {"content": "seoul:"}
    assert response.events[-1]["error"]["code"] == "rate_limit_exceeded"
    assert chat().status == 429


def test_malformed_answers_are_200_with_something_else(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Malformed("html"), Malformed("truncated"), Malformed("empty"))
    page, truncated, empty = chat(), chat(), chat()
    assert (page.status, page.headers["content-type"]) == (200, "text/html")
    assert page.body.startswith(b"<html>")
    assert truncated.headers["content-type"] == "application/json"
    assert truncated.body.startswith(b'{"id"')
    with pytest.raises(json.JSONDecodeError):
        json.loads(truncated.body)
    assert (empty.status, empty.body) == (200, b"")


def test_a_malformed_stream_has_a_broken_event(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Malformed("truncated"))
    *good, broken = chat(stream=True).body.decode().strip().split("\n\n")
    assert [json.loads(event[6:])["object"] for event in good] == ["chat.completion.chunk"]
    assert broken.startswith('data: {"id"')
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken[6:])


def test_bytes_that_are_not_http_can_come(fake: FakeProvider, line: Line) -> None:
    fake.script(Malformed("http"))
    line.send()
    received, how = line.read()
    assert received
    assert not received.startswith(b"HTTP/")
    assert how == "fin"


def test_a_length_can_be_declared_too_long(fake: FakeProvider, line: Line) -> None:
    fake.script(WrongLength(by=10))
    line.send()
    received, how = line.read()
    head, _, body = received.partition(b"\r\n\r\n")
    assert int(head.split(b"content-length: ")[1]) == len(body) + 10
    assert how == "fin"


def test_a_length_can_be_declared_too_short(fake: FakeProvider, line: Line) -> None:
    fake.script(WrongLength(by=-10))
    line.send()
    head, _, body = line.read_until(b"}}}").partition(b"\r\n\r\n")
    assert int(head.split(b"content-length: ")[1]) == len(body) - 10
    line.send()
    assert line.read_until(b"HTTP/1.1 200")


def test_slow_waits_before_the_status_line_and_between_chunks(chat: Ask, fake: FakeProvider) -> None:
    fake.script(Slow(0.1), Slow(0, between=0.05, then=Reply("a b c")), Slow(0.1, then=Status(503)))
    for options, status in (({}, 200), ({"stream": True}, 200), ({}, 503)):
        started = time.monotonic()
        assert chat(**options).status == status
        assert time.monotonic() - started >= 0.1


def test_slow_ends_when_the_fake_stops(fake: FakeProvider, line: Line) -> None:
    fake.script(Slow(600))
    line.send()
    fake.journal.wait_for()
    fake.stop()
    assert line.read() == (b"", "fin")


def test_down_refuses_connections_and_up_takes_them_on_the_same_port(chat: Ask, fake: FakeProvider, line: Line) -> None:
    fake.down()
    assert line.read()[1] == "fin"
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            chat()
    fake.down()
    fake.up()
    fake.up()
    assert chat().status == 200


def test_down_cuts_what_is_under_way(fake: FakeProvider, line: Line) -> None:
    fake.script(StallStream())
    line.send(stream=True)
    line.read_until(b"content")
    fake.down()
    line.read()
    assert fake.journal[0].ended


def test_steps_from_many_threads_are_each_used_once(chat: Ask, fake: FakeProvider) -> None:
    fake.script(*[Status(500)] * 20)
    seen: list[int] = []
    threads = [threading.Thread(target=lambda: seen.append(chat().status)) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(seen) == [200] * 20 + [500] * 20
