"""Provider keys that are rotated under calls, the old one refused at once: no call may fail for it."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from genai_sdk import AuthenticationError, GenAIClient
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)
ROTATION = 3.0
PATIENCE = 20.0


class World:
    """Time that only waits and the test move, a provider whose key is rotated as it passes, and a source that lags.

    Args:
        lag: Seconds from a rotation until the source delivers the new key.
        adapter: The wire that the provider speaks.
    """

    def __init__(
        self, provider: FakeProvider, langfuse: FakeLangfuse, *, lag: float = 0.0, adapter: str = "openai"
    ) -> None:
        self.time = 1_800_000_000.0
        self.waits: list[float] = []
        self._provider = provider
        self._langfuse = langfuse
        self._lag = lag
        self._shape = '{"apiKey": "%s"}' if adapter == "bedrock" else "%s"
        self._due: list[tuple[float, Callable[[], Any]]] = []
        self._lock = threading.Lock()
        langfuse.connections.put(
            ConnectionRecord(
                name="lab",
                adapter=adapter,
                secret=self._shape % "sk-0",
                base_url=provider.base_url(adapter),
                custom_models=("m",),
                config={"region": "us-east-1"} if adapter == "bedrock" else None,
                created_at=BIRTH,
                updated_at=BIRTH,
            )
        )
        provider.accept("sk-0")

    def rotate(self, number: int) -> None:
        """Refuse the old key from now on; the source has the new one as soon as it has caught up."""
        changed = {"secret": self._shape % f"sk-{number}", "updated_at": BIRTH + timedelta(seconds=number)}
        self._due.append((self.time + self._lag, lambda: self._langfuse.connections.change("lab", **changed)))
        self._provider.accept(f"sk-{number}")
        self._pass()

    def rotate_every(self, seconds: float, times: int) -> None:
        """Rotate the key so often."""
        for number in range(1, times + 1):
            self._due.append((self.time + seconds * number, lambda number=number: self.rotate(number)))

    def advance(self, to: float) -> None:
        """Let time pass."""
        with self._lock:
            self.time = max(self.time, to)
            self._pass()

    def govern(self, client: GenAIClient) -> GenAIClient:
        """Give a client this time: its own is made by itself, and a rotation takes longer than a test may."""
        clock, registry = client._clock, client._registry
        clock.now = registry._now = registry._cache._now = lambda: self.time  # type: ignore[method-assign]
        clock.sleep = self._sleep  # type: ignore[method-assign]
        clock.asleep = self._asleep  # type: ignore[method-assign]
        return client

    def _pass(self) -> None:
        while due := sorted((one for one in self._due if one[0] <= self.time), key=lambda one: one[0])[:1]:
            self._due.remove(due[0])
            due[0][1]()

    def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.advance(self.time + seconds)

    async def _asleep(self, seconds: float) -> None:
        self._sleep(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def provider():
    with FakeProvider("lab") as fake:
        yield fake


@pytest.fixture
def langfuse():
    with FakeLangfuse() as fake:
        yield fake


@pytest.fixture
def client(langfuse):
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
    with GenAIClient(host=langfuse.url, tracing=False, exit_timeout=0.2, **pair) as made:
        yield made


def questions(langfuse: FakeLangfuse) -> int:
    return len([entry for entry in langfuse.journal if entry.path.endswith("/connections")])


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("lag", [0.0, 2.0], ids=["prompt", "two seconds behind"])
def test_no_call_fails_where_keys_are_rotated_every_three_seconds(
    client, provider, langfuse, face, lag, streamed
) -> None:
    world = World(provider, langfuse, lag=lag)
    world.govern(client)
    world.rotate_every(ROTATION, 10)
    calls = 0
    end = world.time + 11 * ROTATION
    while world.time < end:
        if streamed:
            chunks = face.read(face.ask(client, "m", stream=True))
            text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        else:
            text = face.ask(client, "m").text
        assert text == "lab: Hello!"
        calls += 1
        world.advance(world.time + 0.3)
    assert calls > 20
    refused = [entry for entry in provider.journal if entry.status == 401]
    assert len(refused) == 10, "each key is found to be refused by one call"
    # A prompt source is asked once for each new key; one that lags by 2 s after 0, 1 and 2.5 s.
    assert questions(langfuse) == (11 if lag == 0 else 31)
    assert world.waits == ([] if lag == 0 else [1.0, 1.5] * 10)


@pytest.mark.parametrize("adapter", ["openai", "azure", "anthropic", "bedrock", "google-ai-studio"])
def test_every_wires_refusal_of_an_old_key_is_known(client, provider, langfuse, face, adapter) -> None:
    world = World(provider, langfuse, lag=2.0, adapter=adapter)
    world.govern(client)
    assert face.ask(client, "m").text == "lab: Hello!"
    world.rotate(1)
    assert face.ask(client, "m").text == "lab: Hello!"
    assert world.waits == [1.0, 1.5]


def test_many_threads_wait_for_one_late_key_together(client, provider, langfuse) -> None:
    world = World(provider, langfuse, lag=2.0)
    world.govern(client)
    question = [{"role": "user", "content": "Hello!"}]
    assert client.completion("m", question).text == "lab: Hello!"
    world.rotate(1)
    before = questions(langfuse)
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(client.completion("m", question).text)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert texts == ["lab: Hello!"] * 16
    assert questions(langfuse) - before <= 3, "at 0, 1 and 2.5 s, however many wait"


async def test_many_tasks_wait_for_one_late_key_together(client, provider, langfuse) -> None:
    world = World(provider, langfuse, lag=2.0)
    world.govern(client)
    question = [{"role": "user", "content": "Hello!"}]
    assert (await client.acompletion("m", question)).text == "lab: Hello!"
    world.rotate(1)
    before = questions(langfuse)
    answers = await asyncio.gather(*(client.acompletion("m", question) for _ in range(64)))
    assert {answer.text for answer in answers} == {"lab: Hello!"}
    assert questions(langfuse) - before <= 3


def test_a_stream_under_way_ends_on_the_old_key(client, provider, langfuse, face) -> None:
    world = World(provider, langfuse)
    world.govern(client)
    text = "one two three four five six seven eight"
    stream = face.ask(client, "m", text, stream=True)
    world.rotate(1)
    assert face.ask(client, "m").text == "lab: Hello!", "another call has the new key meanwhile"
    chunks = face.read(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == f"lab: {text}"
    keys = [entry.headers["authorization"] for entry in provider.journal if entry.status == 200]
    assert keys == ["Bearer sk-0", "Bearer sk-1"]


def test_a_key_that_nobody_replaces_fails_calls_after_five_seconds_and_later_ones_at_once(
    client, provider, langfuse, face
) -> None:
    world = World(provider, langfuse)
    world.govern(client)
    provider.accept("sk-another")
    begin = world.time
    with pytest.raises(AuthenticationError):
        face.ask(client, "m")
    assert world.time - begin == 4.75
    with pytest.raises(AuthenticationError):
        face.ask(client, "m")
    assert world.time - begin == 4.75
    with pytest.raises(AuthenticationError):
        face.ask(client, "m", num_retries=0)
    assert world.time - begin == 4.75


def test_a_call_without_retries_does_not_wait_for_a_key(client, provider, langfuse, face) -> None:
    world = World(provider, langfuse, lag=2.0)
    world.govern(client)
    face.ask(client, "m")
    world.rotate(1)
    with pytest.raises(AuthenticationError):
        face.ask(client, "m", num_retries=0)
    assert world.waits == []
