"""A client on the recorded rows in a real PostgreSQL, with two fake regions behind them."""

import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from genai_sdk import GenAIClient
from genai_sdk.crypto import Cipher
from genai_sdk.http import Deadline, SyncTransport, read_endpoint
from genai_sdk.secret import Secret
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

MODELS = "/api/public/models"


def changes(recorded: Mapping[str, Any], seoul: FakeProvider, usa: FakeProvider) -> dict[str, dict[str, Any]]:
    """Point every recorded connection at a fake, and give the Vertex ones a key that can sign.

    Langfuse's own rows stay as they are otherwise: same keys, same ciphertext.
    """
    cipher = Cipher(recorded["encryption_key"])
    changed: dict[str, dict[str, Any]] = {}
    for entry in recorded["llm_api_keys"]:
        name, adapter = entry["row"]["provider"], entry["row"]["adapter"]
        region = seoul if name == "gemini_seoul" else usa
        changed[name] = {"base_url": region.base_url(adapter)}
        if "service_account" in entry["expected"]["secret_key"]:
            changed[name]["secret_key"] = cipher.encrypt(json.dumps(region.service_account()))
    return changed


class Regions:
    """The fakes behind the recorded connections: `seoul` behind gemini_seoul, `usa` behind all others."""

    def __init__(self, seoul: FakeProvider, usa: FakeProvider, langfuse: FakeLangfuse, dsn: str) -> None:
        self.seoul = seoul
        self.usa = usa
        self.langfuse = langfuse
        self.dsn = dsn


class Face:
    """Calls a client through its sync or its async methods, with the same arguments and results."""

    def __init__(self, runner: asyncio.Runner | None) -> None:
        self._runner = runner

    def call(self, client: GenAIClient, method: str, *args: Any, **options: Any) -> Any:
        if self._runner is None:
            return getattr(client, method)(*args, **options)
        return self._runner.run(getattr(client, f"a{method}")(*args, **options))

    def ask(self, client: GenAIClient, model: str, text: str = "Hello!", **options: Any) -> Any:
        return self.call(client, "completion", model, [{"role": "user", "content": text}], **options)

    def read(self, stream: Any) -> list[Any]:
        if self._runner is None:
            return list(stream)

        async def collect() -> list[Any]:
            return [chunk async for chunk in stream]

        return self._runner.run(collect())

    def next(self, stream: Any) -> Any:
        return next(stream) if self._runner is None else self._runner.run(anext(stream))

    def close(self, stream: Any) -> None:
        if self._runner is None:
            stream.close()
        else:
            self._runner.run(stream.aclose())


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    """Every behaviour is the same on both faces."""
    if request.param == "sync":
        yield Face(None)
        return
    with asyncio.Runner() as runner:
        yield Face(runner)


@pytest.fixture(scope="session")
def all_regions(make_database: Callable[..., str], recorded: dict[str, Any]) -> Iterator[Regions]:
    """The fakes and the database, once for all tests."""
    with FakeProvider("seoul") as seoul, FakeProvider("usa") as usa, FakeLangfuse() as langfuse:
        yield Regions(seoul, usa, langfuse, make_database(changes=changes(recorded, seoul, usa)))


@pytest.fixture
def regions(all_regions: Regions) -> Iterator[Regions]:
    """The fakes with nothing scripted and an empty journal."""
    for fake in (all_regions.seoul, all_regions.usa, all_regions.langfuse):
        fake.clear()
    yield all_regions
    all_regions.seoul.up()
    all_regions.usa.up()


@pytest.fixture
def make_client(regions: Regions, recorded: dict[str, Any]) -> Iterator[Callable[..., GenAIClient]]:
    """Make clients of the recorded project; they are closed in the end."""
    made: list[GenAIClient] = []

    def make(**options: Any) -> GenAIClient:
        given = {
            "public_key": recorded["public_key"],
            "secret_key": recorded["secret_key"],
            "database_url": regions.dsn,
            "encryption_key": recorded["encryption_key"],
            "salt": recorded["salt"],
            "host": regions.langfuse.url,
        }
        made.append(GenAIClient(**{**given, **options}))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: Callable[..., GenAIClient]) -> GenAIClient:
    """A client with nothing but defaults."""
    return make_client()


@pytest.fixture
def priced(regions: Regions, recorded: dict[str, Any]) -> Iterator[None]:
    """A model definition of the project, for this test alone."""
    pair = recorded["public_key"], recorded["secret_key"]
    endpoint = read_endpoint(regions.langfuse.url, pair[0], Secret(pair[1]), named="LANGFUSE_BASE_URL")
    body = {"modelName": "ours", "matchPattern": "^gpt-4o-mini$", "inputPrice": 0.25, "outputPrice": 0.5}
    with SyncTransport() as transport:
        with transport.open(endpoint.send("POST", MODELS, json.dumps(body).encode()), Deadline(10)) as response:
            name = json.loads(response.read())["id"]
        yield
        with transport.open(endpoint.send("DELETE", f"{MODELS}/{name}"), Deadline(10)) as response:
            assert response.status == 200


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All loggers at DEBUG into one text, handlers that libraries bring included."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    levels = {logger: logger.level for logger in loggers}
    root.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield text
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)
