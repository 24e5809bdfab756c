"""What comes in another wrapping than it should: media types that are wrong, bodies packed unasked, empty streams."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.drivers.stage import Face
from tests.drivers.test_sloppy_servers import USAGE, Server, body, event, sse

from genai_sdk.drivers.decompression import DecompressionError, unpacked
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.engine import Engine
from genai_sdk.errors import BadRequestError, ProviderUnavailableError, RateLimitError
from genai_sdk.http import AsyncTransport, SyncTransport

STREAM = sse(event("안녕 "), event("☃"), event(None, "stop"), USAGE, "data: [DONE]")
WHOLE = json.dumps(body({"role": "assistant", "content": "안녕 ☃"}, usage=USAGE["usage"])).encode()
LINES = b"\n".join(json.dumps(item).encode() for item in (event("안녕 "), event("☃"), event(None, "stop"), USAGE))
LIST = b"[" + LINES.replace(b"\n", b",") + b"]"
MEDIA = [
    "text/event-stream",
    "application/json",
    "text/plain; charset=utf-8",
    "application/octet-stream",
    "text/html",
    "",
]


@pytest.fixture
def make_driver() -> Callable[[SyncTransport, AsyncTransport], Driver]:
    """The driver of our own wires: the one over litellm believes the media type."""
    return Engine


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def text_of(chunks: list[Any]) -> str:
    return "".join(chunk.text for chunk in chunks)


@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("sent", [STREAM, WHOLE, LINES, LIST, b"\xef\xbb\xbf" + STREAM, b"\n\n" + WHOLE],
                         ids=["events", "whole", "lines", "list", "marked", "blank first"])  # fmt: skip
def test_a_stream_is_read_whatever_it_is_called_and_whatever_it_is(
    server: Server, face: Face, media: str, sent: bytes
) -> None:
    server.say(sent, media=media)
    chunks, _ = face.stream(server.deployment())
    assert text_of(chunks) == "안녕 ☃"
    assert [chunk.usage.total_tokens for chunk in chunks if chunk.usage] == [3]
    assert any(choice.finish_reason == "stop" for chunk in chunks for choice in chunk.choices)


@pytest.mark.parametrize("media", MEDIA)
def test_an_error_in_place_of_a_stream_is_the_error(server: Server, face: Face, media: str) -> None:
    server.say({"error": {"message": "No.", "code": 429}}, media=media)
    with pytest.raises(RateLimitError, match=r"No\."):
        face.stream(server.deployment())
    server.say(b"<html>Please log in</html>", media=media)
    with pytest.raises(ProviderUnavailableError) as caught:
        face.stream(server.deployment())
    assert caught.value.reason == "malformed answer"


@pytest.mark.parametrize("media", ["text/event-stream", "application/json"])
def test_a_whole_answer_may_be_called_anything(server: Server, face: Face, media: str) -> None:
    server.say(WHOLE, media=media)
    assert face.complete(server.deployment()).value.text == "안녕 ☃"


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKED = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress, "Deflate": raw_deflate}


@pytest.mark.parametrize("coding", list(PACKED))
def test_a_body_that_is_packed_unasked_is_unpacked(server: Server, face: Face, coding: str) -> None:
    pack = PACKED[coding]
    with server.packed(coding):
        server.say(pack(WHOLE))
        assert face.complete(server.deployment()).value.text == "안녕 ☃"
        server.say(pack(json.dumps({"error": {"message": "No."}}).encode()), 400)
        with pytest.raises(BadRequestError, match=r"No\."):
            face.complete(server.deployment())
        packed = pack(STREAM)
        server.stream(*(packed[at : at + 9] for at in range(0, len(packed), 9)))
        assert text_of(face.stream(server.deployment())[0]) == "안녕 ☃"


def test_a_body_packed_in_an_unknown_way_says_so(server: Server, face: Face) -> None:
    with server.packed("br"):
        server.say(WHOLE)
        for call in (face.complete, face.stream):
            with pytest.raises(ProviderUnavailableError, match="'br'"):
                call(server.deployment())
    with server.packed("gzip"):
        server.say(WHOLE)
        for call in (face.complete, face.stream):
            with pytest.raises(ProviderUnavailableError, match="not packed with gzip"):
                call(server.deployment())


def test_a_small_body_that_unpacks_to_a_large_one_is_refused() -> None:
    bomb = gzip.compress(b"\0" * (65 * 1024 * 1024))
    with pytest.raises(DecompressionError, match="more than"):
        unpacked({"content-encoding": "gzip"}, bomb, 64 * 1024 * 1024)


def test_vectors_of_tokens_are_the_caller_s_to_mend(server: Server, face: Face) -> None:
    server.say({"data": [{"index": 0, "embedding": [[0.0], [1.0]]}]})
    with pytest.raises(BadRequestError, match="per token"):
        face.embed(server.deployment(), "one")


def test_a_stream_without_one_event_says_who_may_know_why(server: Server, face: Face) -> None:
    server.stream(b"")
    with pytest.raises(ProviderUnavailableError, match="stream=True") as caught:
        face.stream(server.deployment())
    assert caught.value.reason == "empty stream"
