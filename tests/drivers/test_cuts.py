"""A stream cut at every byte, on every wire: in pieces it is the same, and a piece is never taken for the whole."""

import pytest
from tests.drivers.recording import WIRES, record, shown

from genai_sdk.drivers.stream_reader import StreamReader
from genai_sdk.errors import ProviderUnavailableError
from genai_sdk.types import ChatCompletionChunk

Reader = StreamReader[ChatCompletionChunk]
EVERY = pytest.mark.parametrize("name", WIRES)


def read(reader: Reader, data: bytes) -> tuple[list[ChatCompletionChunk], ProviderUnavailableError | None]:
    """Return the chunks in a body that ends behind these bytes, and what it ends with."""
    chunks: list[ChatCompletionChunk] = []
    try:
        chunks.extend(reader.feed(data))
        chunks.extend(reader.end())
    except ProviderUnavailableError as error:
        return chunks, error
    return chunks, None


@EVERY
def test_the_recorded_stream_holds_everything(name: str) -> None:
    text, reasoning, arguments, finish = shown(record(name).decoded(record(name).data))
    assert text == "one two 안녕 ☃"
    assert reasoning in ("hm, hm", "" if name == "openai" else "hm, hm")
    assert arguments.replace(" ", "") == '{"city":"서울"}'
    assert finish == ["tool_calls"]


@EVERY
def test_a_stream_is_the_same_wherever_it_is_cut_into_pieces(name: str) -> None:
    stream = record(name)
    whole = shown(stream.decoded(stream.data))
    for size in range(1, 24):  # the first one cuts it at every byte
        pieces = [stream.data[at : at + size] for at in range(0, len(stream.data), size)]
        assert shown(stream.decoded(*pieces)) == whole, size


@EVERY
def test_a_stream_that_ends_at_any_byte_is_whole_or_a_failure(name: str) -> None:
    stream = record(name)
    whole = shown(stream.decoded(stream.data))
    was_whole = False
    for at in range(len(stream.data)):
        chunks, error = read(stream.reader(), stream.data[:at])
        if error is None:
            assert shown(chunks) == whole, at
            was_whole = True
            continue
        assert not was_whole, f"it was whole before byte {at}"
        assert error.reason in ("empty stream", "stream ended early", "malformed answer"), at
        *parts, finish = shown(chunks)
        assert finish == [], at
        assert all(all_of.startswith(part) for part, all_of in zip(parts, whole, strict=False)), at
