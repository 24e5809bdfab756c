"""What was recorded answers in place of the provider, as it did."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.testing.cassettes.conftest import MODEL, Face, say

from genai_sdk import AsyncCompletionStream, BadRequestError, CompletionStream, ContentFilterError, GenAIClient
from genai_sdk.errors import ClientClosedError, RateLimitError
from genai_sdk.testing import (
    BadRequest,
    Cassette,
    CassetteError,
    CassetteMissError,
    ContentFilter,
    FakeProvider,
    Reply,
    Status,
)
from genai_sdk.testing.formats.audio import pcm, wav

WAV = wav(pcm("Good morning"))
OPERATIONS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "completion": ((MODEL, say("Hello!")), {"temperature": 0.5}),
    "embedding": (("text-embedding-3-small", ["one", "two"]), {"dimensions": 4}),
    "speech": (("tts-1", "Good morning"), {"voice": "alloy"}),
    "transcription": (("gpt-4o-transcribe", ("hello.wav", WAV)), {}),
    "image_generation": (("gpt-image-1", "a cat"), {}),
    "moderation": (("omni-moderation-latest", "a text"), {}),
    "text_completion": (("gpt-3.5-turbo-instruct", "Once upon"), {}),
    "rerank": (("rerank-v3.5", "cats", ["a cat", "a dog"]), {}),
}
OPERATIONS["responses"] = ((MODEL, "Hello!"), {"instructions": "Be kind."})
OPERATIONS["messages"] = ((MODEL, say("Hello!"), 64), {"system": "Be kind."})
STREAMED = ("completion", "responses", "messages", "speech", "transcription", "image_generation", "text_completion")


@pytest.mark.parametrize("method", OPERATIONS)
def test_an_answer_is_the_one_that_was_recorded(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path, method: str
) -> None:
    arguments, options = OPERATIONS[method]
    with Cassette(path):
        first = face.call(client, method, *arguments, **options)
    asked = len(fake.journal)
    with Cassette(path, "replay") as cassette:
        again = face.call(stranger, method, *arguments, **options)
    assert again.model_dump() == first.model_dump()
    assert type(again) is type(first)
    assert again.usage == first.usage
    assert (again.genai.connection, again.genai.model) == ("seoul", first.genai.model)
    assert again.genai.cost == first.genai.cost
    assert [row.reason for row in again.genai.attempts] == ["ok"]
    assert len(fake.journal) == asked
    assert (cassette.misses, cassette.unused) == ([], [])


@pytest.mark.parametrize("method", STREAMED)
def test_a_stream_brings_what_was_recorded(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path, method: str
) -> None:
    arguments, options = OPERATIONS[method]
    with Cassette(path):
        first = face.call(client, method, *arguments, **options, stream=True)
        items = face.read(first)
    asked = len(fake.journal)
    with Cassette(path, "replay"):
        again = face.call(stranger, method, *arguments, **options, stream=True)
        replayed = face.read(again)
    assert [item.model_dump() for item in replayed] == [item.model_dump() for item in items]
    assert again.response.model_dump() == first.response.model_dump()
    assert again.usage == first.usage
    assert again.genai.connection == "seoul"
    assert len(fake.journal) == asked


def test_a_replayed_stream_is_the_object_that_a_stream_is(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path
) -> None:
    with Cassette(path):
        recorded = face.ask(client, stream=True)
        face.read(recorded)
    with Cassette(path):
        stream = face.ask(stranger, stream=True)
        face.read(stream)
    kind = CompletionStream if face.runner is None else AsyncCompletionStream
    assert isinstance(recorded, kind)
    assert isinstance(stream, kind)
    assert stream.text == recorded.text == "seoul: Hello!"


def test_an_answer_is_read_as_the_type_that_is_asked_for(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    fake.script(Reply(text="[1, 2]"))
    with Cassette(path):
        assert face.ask(client, response_format=list[int]).parsed == [1, 2]
    with Cassette(path):
        assert face.ask(stranger, response_format=list[int]).parsed == [1, 2]


def test_the_same_call_gets_its_answers_in_order_and_then_the_last(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    fake.script(Reply(text="first"), Reply(text="second"))
    with Cassette(path):
        assert [face.ask(client).text for _ in range(2)] == ["first", "second"]
    with Cassette(path):
        assert [face.ask(stranger).text for _ in range(3)] == ["first", "second", "second"]


def test_a_refusal_that_would_come_again_is_recorded(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    fake.script(ContentFilter(), BadRequest())
    with Cassette(path):
        with pytest.raises(ContentFilterError) as first:
            face.ask(client)
        with pytest.raises(BadRequestError):
            face.ask(client, "streamed", stream=True)
    with Cassette(path):
        with pytest.raises(ContentFilterError) as again:
            face.ask(stranger)
        with pytest.raises(BadRequestError):
            face.ask(stranger, "streamed", stream=True)
    assert str(again.value) == str(first.value)
    assert again.value.status_code == first.value.status_code
    assert again.value.connection == "seoul"
    assert [row.status for row in again.value.attempts] == [row.status for row in first.value.attempts]


def test_a_failure_that_passes_is_not_recorded(face: Face, client: GenAIClient, fake: FakeProvider, path: Path) -> None:
    fake.always(Status(429))
    with Cassette(path), pytest.raises(RateLimitError):
        face.ask(client, num_retries=0)
    assert not path.exists()


def test_a_stream_that_was_closed_early_says_where_its_recording_ends(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path
) -> None:
    with Cassette(path):
        stream = face.ask(client, "one two three four", stream=True)
        first = [face.next(stream) for _ in range(2)]
        face.close(stream)
    with Cassette(path):
        stream = face.ask(stranger, "one two three four", stream=True)
        assert [face.next(stream) for _ in range(2)] == first
        with pytest.raises(CassetteError, match="closed it here"):
            face.read(stream)


@pytest.mark.parametrize("method", ["responses", "messages", "speech"])
def test_every_stream_may_be_closed_early(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path, method: str
) -> None:
    arguments, options = OPERATIONS[method]
    with Cassette(path):
        stream = face.call(client, method, *arguments, **options, stream=True)
        face.close(stream)
    with Cassette(path):
        stream = face.call(stranger, method, *arguments, **options, stream=True)
        with pytest.raises(CassetteError, match="closed it here"):
            face.read(stream)


def test_a_closed_client_is_closed_with_a_cassette_too(face: Face, client: GenAIClient, path: Path) -> None:
    with Cassette(path):
        face.ask(client)
    client.close()
    with Cassette(path), pytest.raises(ClientClosedError):
        face.ask(client)


def test_tools_run_between_recorded_answers(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    def weather(city: str) -> str:
        """Tell the weather of a city."""
        return f"sunny in {city}"

    ran = []
    for who in (client, stranger):
        fake.script(Reply(tool_calls=[("weather", {"city": "Seoul"})]), Reply(text="Sunny."))
        with Cassette(path):
            ran.append(face.call(who, "run_tools", say("How is it?"), model=MODEL, tools=[weather]))
    assert [run.text for run in ran] == ["Sunny.", "Sunny."]
    assert len(json.loads(path.read_text())["recordings"]) == 2


def test_a_miss_reaches_nobody(face: Face, client: GenAIClient, fake: FakeProvider, path: Path) -> None:
    with Cassette(path):
        face.ask(client)
    asked = len(fake.journal)
    with Cassette(path) as cassette:
        for options in ({}, {"stream": True}):
            with pytest.raises(CassetteMissError):
                face.ask(client, "Something else", **options)
        with pytest.raises(CassetteMissError):
            face.call(client, "embedding", "text-embedding-3-small", "one")
    assert len(cassette.misses) == 3
    assert len(fake.journal) == asked
