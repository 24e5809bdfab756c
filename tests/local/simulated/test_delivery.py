"""Streams leave frame by frame, and what the client no longer waits for ends."""

import http.client
import json
import time

import pytest
from starlette.applications import Starlette
from tests.local.clock import PIECES, arriving, run_on_moved_clock
from tests.local.simulated.conftest import KEY

from genai_sdk.local.simulated import Regions, control_routes, wire_routes
from genai_sdk.local.simulated.delivery import TooLateError, read_body

CHAT = "/simulated/seoul/v1/chat/completions"
BODY = {"model": "simulated-small", "messages": [{"role": "user", "content": "Hello there!"}]}
PATIENCE = 10.0


def send(connection, **more):
    connection.request("POST", CHAT, json.dumps({**BODY, **more}), {"authorization": f"Bearer {KEY}"})


def wait_until_idle(regions):
    ends = time.monotonic() + PATIENCE
    while regions.state("seoul").under_way:
        assert time.monotonic() < ends, "the call is still under way though its client has left"
        time.sleep(0.01)


def test_a_frame_arrives_while_the_next_is_still_a_minute_away(connect, behave, regions):
    behave({"between": 60})
    with connect() as connection:
        send(connection, stream=True)
        response = connection.getresponse()
        assert json.loads(response.readline().removeprefix(b"data: "))["choices"][0]["delta"]["role"] == "assistant"
        assert regions.state("seoul").under_way == 1
        response.close()
    wait_until_idle(regions)


def test_a_latency_ends_when_the_client_leaves(connect, behave, regions):
    behave({"latency": 60})
    with connect() as connection:
        connection.timeout = 0.2
        send(connection)
        with pytest.raises(TimeoutError):
            connection.getresponse()
        assert regions.state("seoul").under_way == 1
    wait_until_idle(regions)


def test_a_cut_stream_has_so_many_chunks_with_content_and_no_end(connect, behave):
    behave({"cut_after": 3})
    with connect() as connection:
        send(connection, stream=True)
        response = connection.getresponse()
        with pytest.raises(http.client.IncompleteRead) as caught:
            response.read()
    events = [json.loads(line[6:]) for line in caught.value.partial.split(b"\n\n") if line]
    deltas = [event["choices"][0]["delta"] for event in events]
    assert [bool(delta.get("content")) for delta in deltas] == [False, True, True, True]


def test_a_cut_answer_ends_in_its_middle(connect, behave):
    behave({"cut_after": 0})
    with connect() as connection:
        send(connection)
        with pytest.raises(http.client.IncompleteRead):
            connection.getresponse().read()


def test_a_connection_is_used_again_after_a_whole_answer_and_after_an_error(connect, behave):
    behave({"status": 503, "failures": 1})
    with connect() as connection:
        statuses, ports = [], set()
        for stream in (False, True, False):
            send(connection, stream=stream)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
            ports.add(connection.sock.getsockname())
    assert statuses == [503, 200, 200]
    assert len(ports) == 1


@pytest.mark.parametrize(
    ("kind", "stream", "starts"),
    [
        ("html", False, b"<html>"),
        ("html", True, b"<html>"),
        ("truncated", False, b'{"id"'),
        ("truncated", True, b'data: {"id"'),
        ("empty", False, b""),
    ],
)
def test_a_malformed_answer_is_a_200_that_holds_no_answer(chat, behave, kind, stream, starts):
    behave({"malformed": kind})
    answer = chat(stream=stream)
    assert answer.status == 200
    assert answer.body.startswith(starts)
    broken = answer.body.split(b"\n\n")[-2].removeprefix(b"data: ") if b"data: " in answer.body else answer.body
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)


def test_a_body_that_takes_too_long_is_given_up():
    assert run_on_moved_clock(read_body(arriving(*PIECES), 10)) == b"abc"
    for late in (arriving(*PIECES, (0.2, b"d")), arriving((1.0, b"{"), ends=False)):
        with pytest.raises(TooLateError):
            run_on_moved_clock(read_body(late, 10))


@pytest.mark.parametrize(("path", "method"), [(CHAT, "POST"), ("/simulated/seoul/behaviour", "PUT")])
def test_a_late_body_is_answered_with_408(path, method):
    app = Starlette(routes=[*wire_routes(Regions()), *control_routes(Regions(), middleware=[])])
    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b"", "root_path": ""}
    sent = []

    async def send(message):
        sent.append(message)

    run_on_moved_clock(app(scope, arriving((0.0, b"{"), ends=False), send))
    assert sent[0]["status"] == 408
    assert b"did not arrive within 30 s" in b"".join(message.get("body", b"") for message in sent)
