"""Answers from bytes, without a connection."""

import pytest

from genai_sdk.http.errors import ConnectionCut
from genai_sdk.http.parser import ResponseParser

WHOLE = (
    b"HTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 200 Fine by me\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3\r\none\r\n4;ext=1\r\n two\r\n0\r\nTrailer: late\r\n\r\n"
)


def test_an_answer_is_the_same_however_its_bytes_are_cut() -> None:
    for size in range(1, len(WHOLE) + 1):
        reader = ResponseParser()
        answer = reader.begin("POST")
        for start in range(0, len(WHOLE), size):
            assert not answer.complete
            reader.feed(WHOLE[start : start + size])
        assert (answer.status, answer.reason, answer.take(), answer.complete, answer.keep_alive) == (
            200,
            "Fine by me",
            b"one two",
            True,
            True,
        )
        assert answer.fields == [("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked")]


def test_answers_follow_each_other_on_one_reader_and_an_old_one_stays_as_it_was() -> None:
    reader = ResponseParser()
    first = reader.begin("GET")
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst")
    head = reader.begin("HEAD")
    reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
    assert (head.complete, head.keep_alive, head.take()) == (True, True, b"")
    second = reader.begin("GET")
    reader.feed(b"HTTP/1.1 404 No\r\nContent-Length: 6\r\n\r\nsecond")
    assert (first.status, first.take()) == (200, b"first")
    assert (second.status, second.take(), first.take()) == (404, b"second", b"")


@pytest.mark.parametrize("after", [b"HTTP/1.1 200 OK\r\n", b"garbage", b"\x00"])
def test_what_comes_behind_an_answer_leaves_it_whole_and_its_connection_unfit(after: bytes) -> None:
    for together in (True, False):
        reader = ResponseParser()
        answer = reader.begin("GET")
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        for data in [whole + after] if together else [whole, after]:
            reader.feed(data)
        assert (answer.take(), answer.complete, answer.keep_alive) == (b"ok", True, False)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay",
        b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
    ],
    ids=["bare line feeds", "two framings", "a chunk longer than it says", "an upgrade", "another version"],
)
def test_what_could_be_read_in_two_ways_is_not_read(data: bytes) -> None:
    reader = ResponseParser()
    reader.begin("GET")
    with pytest.raises(ConnectionCut):
        reader.feed(data)


def test_ctrl_c_inside_the_parser_is_ctrl_c() -> None:
    class Interrupted(ResponseParser):
        def on_body(self, data: bytes) -> None:
            raise KeyboardInterrupt

    reader = Interrupted()
    reader.begin("GET")
    with pytest.raises(KeyboardInterrupt):
        reader.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
