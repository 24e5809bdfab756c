"""AWS's binary event stream: every byte counts."""

import json
import struct
import zlib

import pytest

from genai_sdk.testing import eventstream
from genai_sdk.wires.eventstream import EventStream
from genai_sdk.wires.framing import BrokenFramingError

ONE = eventstream.event("contentBlockDelta", json.dumps({"delta": {"text": "안녕"}, "p": "abc"}).encode())
TWO = eventstream.event("messageStop", b'{"stopReason":"end_turn"}')
READ = [{"contentBlockDelta": {"delta": {"text": "안녕"}, "p": "abc"}}, {"messageStop": {"stopReason": "end_turn"}}]


def test_events_are_the_same_however_the_bytes_are_cut() -> None:
    data = ONE + TWO
    for cut in range(len(data) + 1):
        stream = EventStream()
        assert [*stream.feed(data[:cut]), *stream.feed(data[cut:]), *stream.end()] == READ
    stream = EventStream()
    assert [event for byte in data for event in stream.feed(bytes([byte]))] == READ


def test_a_single_wrong_bit_is_noticed_wherever_it_is() -> None:
    for place in range(len(ONE)):
        broken = bytearray(ONE)
        broken[place] ^= 1
        with pytest.raises(BrokenFramingError):
            list(EventStream().feed(bytes(broken)))


def test_events_before_a_broken_one_are_read() -> None:
    events = EventStream().feed(TWO + b"\0" * 16)
    assert next(events) == READ[1]
    with pytest.raises(BrokenFramingError, match="wrong checksum"):
        next(events)


def test_impossible_lengths_are_refused_before_anything_is_waited_for() -> None:
    for total, headers in ((15, 0), (1 << 30, 0), (20, 9)):
        prelude = struct.pack(">II", total, headers)
        with pytest.raises(BrokenFramingError, match="impossible length"):
            list(EventStream().feed(prelude + struct.pack(">I", zlib.crc32(prelude))))


def test_exceptions_and_errors_are_errors_with_their_words() -> None:
    exception = eventstream.exception("modelStreamErrorException", b'{"message":"m","originalStatusCode":424}')
    headers = {":message-type": "error", ":error-code": "500", ":error-message": "oh"}
    assert list(EventStream().feed(exception + eventstream.encode(headers, b""))) == [
        {"error": {"type": "modelStreamErrorException", "message": "m", "originalStatusCode": 424}},
        {"error": {"type": "500", "message": "oh"}},
    ]


def test_headers_of_every_type_are_passed_over() -> None:
    kinds = {0: b"", 1: b"", 2: b"a", 3: b"ab", 4: b"abcd", 5: b"abcdefgh", 6: b"\0\1a", 8: b"abcdefgh", 9: b"a" * 16}
    packed = b"".join(bytes([1]) + b"x" + bytes([kind]) + value for kind, value in kinds.items())
    packed += bytes([11]) + b":event-type" + b"\7\0\1e"
    prelude = struct.pack(">II", 16 + len(packed) + 2, len(packed))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + b"{}"
    assert list(EventStream().feed(message + struct.pack(">I", zlib.crc32(message)))) == [{"e": {}}]


@pytest.mark.parametrize("packed", [b"\5ab", b"\1x\7\0\5ab", b"\1x\x63", b"\1x\7\0\1\xff"])
def test_broken_headers_are_refused(packed: bytes) -> None:
    prelude = struct.pack(">II", 16 + len(packed), len(packed))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed
    with pytest.raises(BrokenFramingError, match="header"):
        list(EventStream().feed(message + struct.pack(">I", zlib.crc32(message))))


def test_a_payload_that_is_no_json_is_refused() -> None:
    with pytest.raises(BrokenFramingError, match="not JSON"):
        list(EventStream().feed(eventstream.event("x", b"{")))
