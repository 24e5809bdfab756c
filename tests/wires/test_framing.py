"""Streams are cut into events wherever their bytes are cut."""

import pytest
from botocore.eventstream import EventStreamBuffer

from genai_sdk.wires.eventstream import EventStream
from genai_sdk.wires.framing import BrokenFramingError, ServerSentEvents

EVENTS = b'event: a\r\ndata: {"n":1}\r\n\r\n: comment\n\ndata: {"n":\ndata: 2}\n\ndata:{"n":3}\n\ndata: [DONE]\n\n'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_events_are_found_however_the_bytes_are_cut(size: int) -> None:
    framing = ServerSentEvents()
    found = [event for at in range(0, len(EVENTS), size) for event in framing.feed(EVENTS[at : at + size])]
    assert found == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert framing.done


WHOLE = [
    b'data: {"n":1}\n\ndata: {"n":2}\n\n',
    b'data: {"n":1}\r\n\r\ndata: {"n":2}\r\n\r\n',
    b'event: a\ndata: {"n":1}\n\nevent: b\ndata: {"n":2}\n\n',
    b'event: a\r\ndata: {"n":1}\r\n\r\nevent: b\r\ndata: {"n":2}\r\n\r\n',
    b'event: a\nid: 7\ndata: {"n":1}\n\nid: 8\ndata: {"n":2}\n\n',
    b'data: {"n":1}\ndata:\n\n:\n\ndata: {"n":\ndata: 2}\n\n',
    b'data: {"n":1}\r\r\n\r\ndata: {"n":2}\r\n\r\n',
    b'data: {"n":1}\n\ndata: {"n":2}\nevent: a\n\n',
]


@pytest.mark.parametrize("data", WHOLE)
def test_events_that_come_whole_are_read_as_those_that_are_cut(data: bytes) -> None:
    framing, cut = ServerSentEvents(), ServerSentEvents()
    found = [event for _ in range(3) for event in framing.feed(data)]
    assert found == [{"n": 1}, {"n": 2}] * 3
    assert [event for byte in data * 3 for event in cut.feed(bytes([byte]))] == found
    for size in range(2, len(data)):
        cut, pieces = ServerSentEvents(), (data[at : at + size] for _ in range(3) for at in range(0, len(data), size))
        assert [event for piece in pieces for event in cut.feed(piece)] == found


def test_an_event_that_is_no_json_or_never_ends_is_refused() -> None:
    with pytest.raises(BrokenFramingError, match="not JSON"):
        list(ServerSentEvents().feed(b"data: {\n\n"))
    with pytest.raises(BrokenFramingError, match="more than"):
        list(ServerSentEvents().feed(b"x" * 9 * 1024 * 1024))


def frame(headers: dict[str, str], payload: bytes) -> bytes:
    """Encode an event as AWS does; checked against botocore's decoder below."""
    import struct
    import zlib

    head = b"".join(
        bytes([len(name)]) + name.encode() + b"\7" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


AWS_EVENTS = frame({":message-type": "event", ":event-type": "a"}, b'{"n":1}') + frame(
    {":message-type": "exception", ":exception-type": "throttlingException"}, b'{"message":"Slow down."}'
)


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_aws_events_and_exceptions_are_found_however_the_bytes_are_cut(size: int) -> None:
    framing = EventStream()
    found = [event for at in range(0, len(AWS_EVENTS), size) for event in framing.feed(AWS_EVENTS[at : at + size])]
    assert found == [{"a": {"n": 1}}, {"error": {"type": "throttlingException", "message": "Slow down."}}]
    buffer = EventStreamBuffer()
    buffer.add_data(AWS_EVENTS)
    assert [message.payload for message in buffer] == [b'{"n":1}', b'{"message":"Slow down."}']
