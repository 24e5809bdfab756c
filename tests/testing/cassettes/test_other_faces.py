"""Whatever stands on a client is answered from the same cassette."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.testing.cassettes.conftest import MODEL, Face, say

from genai_sdk import GenAIClient
from genai_sdk.testing import Cassette, CassetteMissError, FakeProvider


def openai_of(face: Face, client: GenAIClient) -> Any:
    return client.as_openai() if face.runner is None else client.as_async_openai()


def do(face: Face, made: Any) -> Any:
    if face.runner is None:
        return made

    async def wait() -> Any:
        return await made

    return face.runner.run(wait())


def test_openai_s_own_client_is_answered_and_streams(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    answers: list[list[Any]] = []
    for who in (client, stranger):
        sdk = openai_of(face, who)
        with Cassette(path):
            whole = do(face, sdk.chat.completions.create(model=MODEL, messages=say("Hello!"), temperature=0.2))
            stream = do(face, sdk.chat.completions.create(model=MODEL, messages=say("Hello!"), stream=True))
            chunks = face.read(stream)
            vectors = do(face, sdk.embeddings.create(model="text-embedding-3-small", input="one", dimensions=3))
            response = do(face, sdk.responses.create(model=MODEL, input="Hello!"))
        told = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
        answers.append([whole.model_dump(), told, vectors.data[0].embedding, response.output_text])
    for answer in answers:
        answer[0].pop("genai", None)  # the facts of the call, whose trace is not another's
    assert answers[0] == answers[1]
    assert len(fake.journal) == 4
    assert len(json.loads(path.read_text())["recordings"]) == 4


def test_what_one_face_recorded_answers_the_other(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path
) -> None:
    with Cassette(path):
        told = face.ask(client, temperature=0.2).text
    with Cassette(path):
        sdk = openai_of(face, stranger)
        made = sdk.chat.completions.create(model=MODEL, messages=say("Hello!"), temperature=0.2)
        assert do(face, made).choices[0].message.content == told


def test_a_call_that_openai_s_client_has_no_recording_of_is_a_miss(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path
) -> None:
    with Cassette(path):
        face.ask(client)
    with Cassette(path) as cassette, pytest.raises(CassetteMissError, match="has no recording of this chat"):
        do(face, openai_of(face, stranger).chat.completions.create(model=MODEL, messages=say("Bye!")))
    assert len(cassette.misses) == 1
