"""What is written: in which form, without which secrets, and what becomes of calls that differ."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.testing.cassettes.conftest import KEY, MODEL, Face, say

from genai_sdk import GenAIClient
from genai_sdk.routing import Clock
from genai_sdk.testing import Cassette, CassetteError, CassetteMissError, FakeProvider, Reply
from genai_sdk.testing.cassettes.document import layout


def recordings(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text())["recordings"]
    return found


EQUAL: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"temperature": 1, "n": 1, "top_p": 1.0}, {}),
    ({"stop": "END"}, {"stop": ["END"]}),
    ({"temperature": 0.5, "seed": 7}, {"seed": 7, "temperature": 0.5}),
    ({"max_tokens": 5}, {"max_tokens": 5.0}),
    ({"user": None, "response_format": {"type": "text"}}, {"stream_options": {"include_usage": False}}),
    ({"extra_body": {"a": 1, "b": {"c": 2, "d": 3}}}, {"extra_body": {"b": {"d": 3, "c": 2}, "a": 1}}),
    ({"timeout": 3, "num_retries": 1, "user_id": "mina"}, {"tags": ["x"]}),
]


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_what_means_the_same_is_the_same_call(
    face: Face, client: GenAIClient, path: Path, first: dict[str, Any], second: dict[str, Any]
) -> None:
    with Cassette(path):
        face.ask(client, **first)
    with Cassette(path, "replay"):
        face.ask(client, **second)


def test_messages_are_compared_by_what_they_say(face: Face, client: GenAIClient, path: Path) -> None:
    with Cassette(path):
        face.call(client, "completion", MODEL, say("Hello!"))
    with Cassette(path, "replay"):
        parts = [{"type": "text", "text": "Hello!"}]
        face.call(client, "completion", MODEL, [{"content": parts, "name": None, "role": "user"}])


@pytest.mark.parametrize("options", [{"temperature": 0.2}, {"seed": 1}, {"stream": True}, {"max_tokens": 9}])
def test_what_means_something_else_is_another_call(
    face: Face, client: GenAIClient, path: Path, options: dict[str, Any]
) -> None:
    with Cassette(path):
        face.ask(client)
    with Cassette(path, "replay"), pytest.raises(CassetteMissError):
        face.ask(client, **options)


def test_the_model_counts_as_it_was_asked_for(face: Face, client: GenAIClient, path: Path) -> None:
    with Cassette(path):
        face.ask(client)
    with Cassette(path, "replay"), pytest.raises(CassetteMissError, match=r'\+  "model": "seoul/gpt-4o-mini"'):
        face.call(client, "completion", f"seoul/{MODEL}", say("Hello!"))


def test_a_miss_shows_the_nearest_recording_and_what_differs(face: Face, client: GenAIClient, path: Path) -> None:
    with Cassette(path):
        face.ask(client, "What is the capital of France?", temperature=0.2)
        face.ask(client, "Write a poem on autumn.")
        face.call(client, "embedding", "text-embedding-3-small", "What is the capital of Spain?")
    with Cassette(path) as cassette, pytest.raises(CassetteMissError) as missed:
        face.ask(client, "What is the capital of Spain?", temperature=0.2)
    message = str(missed.value)
    assert '-    {"role": "user", "content": "What is the capital of France?"}' in message
    assert '+    {"role": "user", "content": "What is the capital of Spain?"}' in message
    assert "autumn" not in message
    assert "--genai-cassette=new" in message
    assert str(path) in message
    assert cassette.misses == [message]


def test_new_calls_are_recorded_behind_those_there_are(
    face: Face, client: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    with Cassette(path):
        face.ask(client, "first")
    before = recordings(path)
    with Cassette(path, "new"):
        face.ask(client, "second")
        asked = len(fake.journal)
        face.ask(client, "first")
        assert len(fake.journal) == asked
    assert recordings(path)[:1] == before
    assert recordings(path)[1]["request"]["messages"] == say("second")


def test_recording_the_same_calls_again_changes_no_request(face: Face, client: GenAIClient, path: Path) -> None:
    texts: list[list[dict[str, Any]]] = []
    for _ in range(2):
        path.unlink(missing_ok=True)
        with Cassette(path):
            for text in ("zebra", "apple", "moon"):
                face.ask(client, text)
        texts.append([each["request"] for each in recordings(path)])
    assert texts[0] == texts[1]
    assert [each["messages"][0]["content"] for each in texts[0]] == ["zebra", "apple", "moon"]


def test_unused_recordings_are_named(face: Face, client: GenAIClient, path: Path) -> None:
    with Cassette(path):
        face.ask(client, "kept")
        face.ask(client, "gone")
    with Cassette(path) as cassette:
        face.ask(client, "kept")
    assert [each["messages"] for each in cassette.unused] == [say("gone")]


SECRETS = (
    "sk-" + "ant-api03-abcdefghijkl",
    "AKIA" + "ABCDEFGHIJKLMNOP",
    "AIza" + "S" * 35,
    "gh" + "p_" + "a1" * 18,
    "xox" + "b-1234567890-abcdef",
    "eyJ" + "hbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written(
    face: Face, client: GenAIClient, stranger: GenAIClient, fake: FakeProvider, path: Path, secret: str
) -> None:
    text = f"my key is {secret}, keep it"
    fake.script(Reply(text=f"it was {secret}"))
    with Cassette(path):
        face.ask(client, text, extra_headers={"X-Api-Key": "plain-words", "X-Team": "blue"})
    written = path.read_text()
    assert secret not in written
    assert "plain-words" not in written
    assert '"x-team": "blue"' in written
    with Cassette(path):
        assert face.ask(stranger, text, extra_headers={"x-api-key": "others", "x-team": "blue"}).text == "it was ***"


def test_a_provider_that_echoes_its_key_is_scrubbed(
    face: Face, client: GenAIClient, fake: FakeProvider, path: Path
) -> None:
    fake.script(Reply(text=f"your key is {KEY}"))
    with Cassette(path):
        assert face.ask(client).text == f"your key is {KEY}"
    assert KEY not in path.read_text()


def test_the_caller_may_scrub_more(face: Face, client: GenAIClient, stranger: GenAIClient, path: Path) -> None:
    def scrub(text: str) -> str:
        return text.replace("Mina", "NAME").replace("Theo", "NAME")

    with Cassette(path, scrub=scrub):
        face.ask(client, "I am Mina.")
    assert "Mina" not in path.read_text()
    with Cassette(path, scrub=scrub):
        assert face.ask(stranger, "I am Theo.").text == "seoul: I am NAME."


def test_files_are_known_by_their_digest(face: Face, client: GenAIClient, path: Path) -> None:
    import base64

    def picture(byte: bytes) -> list[dict[str, Any]]:
        url = "data:image/png;base64," + base64.b64encode(byte * 9_000).decode()
        return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}]

    with Cassette(path):
        face.call(client, "completion", MODEL, picture(b"a"))
    (request,) = (each["request"] for each in recordings(path))
    assert request["messages"][0]["content"][0]["image_url"]["url"].startswith("data:image/png;base64,<9000 bytes, sha")
    with Cassette(path):
        face.call(client, "completion", MODEL, picture(b"a"))
        with pytest.raises(CassetteMissError):
            face.call(client, "completion", MODEL, picture(b"b"))


def test_what_fails_leaves_no_half_cassette(face: Face, client: GenAIClient, path: Path) -> None:
    def fail() -> None:
        with Cassette(path):
            face.ask(client)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not path.exists()


def test_a_second_cassette_is_refused(path: Path) -> None:
    with Cassette(path), pytest.raises(CassetteError, match="is in use"), Cassette(path.with_name("other.json")):
        pass
    with Cassette(path):
        pass


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "recordings": []}', '{"version": 1}'])
def test_a_file_that_is_no_cassette_says_so(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(CassetteError, match=r"one\.json"):
        Cassette(path)


@pytest.mark.parametrize(("mode", "pace"), [("all", 0), ("once", -1)])
def test_wrong_arguments_are_refused(path: Path, mode: Any, pace: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        Cassette(path, mode, pace=pace)


class SteppingClock(Clock):
    """A clock whose waits take no time and are written down."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def asleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.mark.parametrize(("pace", "expected"), [(0, []), (1, [0.5, 0.25, 1.0]), (0.5, [0.25, 0.125, 0.5])])
def test_a_stream_waits_as_it_did_when_it_was_recorded(
    face: Face, client: GenAIClient, stranger: GenAIClient, path: Path, pace: float, expected: list[float]
) -> None:
    with Cassette(path):
        face.read(face.ask(client, "one", stream=True))
    document = json.loads(path.read_text())
    items = document["recordings"][0]["items"]
    assert [row["at"] for row in items] == sorted(row["at"] for row in items)
    assert items[0]["at"] >= 0
    for row, at in zip(items, (0.5, 0.75, 0.75, *[1.75] * len(items)), strict=False):
        row["at"] = at
    path.write_text(json.dumps(document))
    clock = SteppingClock()
    with Cassette(path, pace=pace, clock=clock):
        assert "".join(chunk.text for chunk in face.read(face.ask(stranger, "one", stream=True))) == "seoul: one"
    assert clock.waits == expected


def test_threads_may_share_a_cassette(client: GenAIClient, stranger: GenAIClient, path: Path) -> None:
    texts = [f"text {number}" for number in range(8)]
    for who in (client, stranger):
        found: dict[str, str] = {}

        def ask(text: str, who: GenAIClient = who, found: dict[str, str] = found) -> None:
            found[text] = who.completion(MODEL, say(text)).text

        with Cassette(path):
            threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert found == {text: f"seoul: {text}" for text in texts}
    assert len(recordings(path)) == 8


def test_a_cassette_is_laid_out_to_be_read() -> None:
    item = {"a": {"b": [1.5, 2], "long": "x" * 100}, "c": [{"at": 0.5, "item": {"d": ["e"]}}], "f": {}, "g": ["h"]}
    assert layout(item).splitlines() == [
        "{",
        '  "a": {',
        '    "b": [1.5, 2],',
        f'    "long": "{"x" * 100}"',
        "  },",
        '  "c": [',
        '    {"at": 0.5, "item": {"d": ["e"]}}',
        "  ],",
        '  "f": {},',
        '  "g": [',
        '    "h"',
        "  ]",
        "}",
    ]
    assert json.loads(layout(item)) == item


def test_what_the_seam_replaces_is_put_back(path: Path) -> None:
    from genai_sdk.client.calls import Calls
    from genai_sdk.client.chat import ChatCalls
    from genai_sdk.client.item_calls import ItemCalls
    from genai_sdk.client.native_edges import NativeEdges

    def state() -> list[dict[str, Any]]:
        return [dict(vars(owner)) for owner in (Calls, ChatCalls, ItemCalls, NativeEdges)]

    before = state()
    with Cassette(path):
        changed = [now != then for now, then in zip(state(), before, strict=True)]
    assert changed == [True] * 4
    assert state() == before
