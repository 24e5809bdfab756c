"""The broker as a source: its wire, its failures, and what the registry makes of them."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from tests.connections.records import SHAPES, record
from tests.connections.sources import Clock, settle

from genai_sdk.connections import BrokerSource, ConnectionRegistry, ConnectionSet, Project, SourceResult, encode_json
from genai_sdk.errors import (
    AccessDeniedError,
    ConfigurationError,
    ConnectionNotFoundError,
    DecryptionError,
    GenAIError,
    SourceUnavailableError,
)
from genai_sdk.http import SyncTransport, TransportSettings, read_endpoint
from genai_sdk.secret import Secret, opened
from genai_sdk.testing import (
    CutBeforeHeaders,
    CutBody,
    FakeLangfuse,
    Malformed,
    Redirect,
    StallBeforeHeaders,
    Status,
    Step,
)
from genai_sdk.testing.server import Server

Get = Callable[[ConnectionRegistry], ConnectionSet]


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    with FakeLangfuse() as fake:
        fake.connections.put(*(record(adapter, name=adapter) for adapter in SHAPES))
        yield fake


@pytest.fixture
def open_broker(langfuse: FakeLangfuse) -> Iterator[Callable[..., BrokerSource]]:
    with SyncTransport() as transport:

        def open_(
            url: str | None = None,
            *,
            pair: tuple[str, str] = (langfuse.public_key, langfuse.secret_key),
            through: SyncTransport = transport,
            **options: float,
        ) -> BrokerSource:
            endpoint = read_endpoint(
                url or langfuse.url, pair[0], Secret(pair[1]), named="GENAI_BROKER_URL", secure=True
            )
            return BrokerSource(endpoint, through, **options)

        yield open_


@pytest.fixture
def broker(open_broker: Callable[..., BrokerSource]) -> BrokerSource:
    return open_broker()


@pytest.fixture(params=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Get:
    if request.param == "sync":
        return lambda registry: registry.get()
    return lambda registry: asyncio.run(registry.aget())


def test_every_kind_of_connection_arrives_as_it_was_sent(langfuse: FakeLangfuse, broker: BrokerSource) -> None:
    langfuse.connections.put(
        record(
            name="full",
            base_url="https://x/v1",
            custom_models=("a", "b"),
            with_default_models=False,
            extra_headers={"X-Team": "search"},
            config={"useResponsesApi": True},
            updated_at=datetime(2026, 11, 23, 8, 37, 10, 884000, tzinfo=UTC),
        ),
        record(name="broken", secret=None, error="its secret cannot be opened"),
    )
    delivery = broker.fetch(None)
    assert delivery.project == Project("proj-test", "TestProject")
    assert delivery.connections == tuple(langfuse.connections)
    assert delivery.available == tuple(each.name for each in langfuse.connections)


@pytest.mark.parametrize("names", [["anthropic"], ["no such", "azure", "openai"]])
def test_only_what_is_asked_for_is_sent(langfuse: FakeLangfuse, broker: BrokerSource, names: list[str]) -> None:
    delivery = broker.fetch(names)
    assert {each.name for each in delivery.connections} == set(names) - {"no such"}
    assert len(delivery.available or ()) == len(SHAPES)


def test_names_are_sent_whatever_is_in_them(langfuse: FakeLangfuse, broker: BrokerSource) -> None:
    name = "연결 & co/1?#=+%"
    langfuse.connections.put(record(name=name))
    assert [each.name for each in broker.fetch([name]).connections] == [name]


def test_an_unchanged_answer_is_not_sent_twice(langfuse: FakeLangfuse, broker: BrokerSource) -> None:
    first = broker.fetch(None)
    assert broker.fetch(None) is first
    langfuse.connections.change("openai", secret="sk-rotated")
    assert {each.secret.reveal() for each in broker.fetch(None).connections} >= {"sk-rotated"}
    assert broker.fetch(["openai"]).connections[0].secret == Secret("sk-rotated")
    assert [entry.status for entry in langfuse.journal] == [200, 304, 200, 200]
    # A tag is worth something only where it comes from: the same names.
    assert ["if-none-match" in entry.headers for entry in langfuse.journal] == [False, True, True, False]


def test_a_broker_is_told_that_what_it_keeps_is_not_good_enough(langfuse: FakeLangfuse, broker: BrokerSource) -> None:
    broker.fetch(None)
    broker.fetch(None, anew=True)
    assert [entry.headers.get("cache-control") for entry in langfuse.journal] == [None, "no-cache"]


def test_what_is_held_for_that_is_dropped_on_a_refusal_and_at_the_end(
    langfuse: FakeLangfuse, broker: BrokerSource
) -> None:
    broker.fetch(None)
    langfuse.script(Status(401))
    with pytest.raises(AccessDeniedError):
        broker.fetch(None)
    broker.fetch(None)
    broker.close()
    broker.close()
    broker.fetch(None)
    broker.fetch(None)
    assert ["if-none-match" in entry.headers for entry in langfuse.journal] == [False, True, False, False, False]


@pytest.mark.parametrize(
    ("step", "kind", "message"),
    [
        (Status(401), AccessDeniedError, r"refused the key pair of 'pk-lf-test' with 401 \(Invalid credentials"),
        (Status(403, message="Not yours"), AccessDeniedError, r"with 403 \(Not yours\); check LANGFUSE_PUBLIC_KEY"),
        (Status(404), ConfigurationError, "this host is a Langfuse without a broker: set GENAI_BROKER_URL or GENAI_"),
        (Status(429), SourceUnavailableError, "answered 429: Rate limit exceeded"),
        (Status(503), SourceUnavailableError, "answered 503: Service Unavailable"),
        (Status(304), SourceUnavailableError, "answered 304"),
        (Redirect("https://u:p@other/x?token=1"), ConfigurationError, "redirects to https://other/x, which is not"),
        (Redirect("/login?token=1"), ConfigurationError, "redirects to /login, which is not followed with a key pair"),
        (Redirect("http://[broken"), ConfigurationError, "redirects to another place"),
        (CutBeforeHeaders(), SourceUnavailableError, "the broker at http://127.0.0.1:.* does not answer"),
        (CutBody(), SourceUnavailableError, "does not answer"),
        (StallBeforeHeaders(), SourceUnavailableError, "does not answer: no whole answer within 0.3 s"),
        (Malformed("html"), SourceUnavailableError, "answered with something that is no list of connections"),
        (Malformed("truncated"), SourceUnavailableError, "answered with something that is no list of connections"),
        (Malformed("empty"), SourceUnavailableError, "answered with something that is no list of connections"),
        (Malformed("http"), SourceUnavailableError, "does not answer"),
    ],
)
def test_each_failure_has_its_error_and_its_words(
    langfuse: FakeLangfuse, open_broker: Callable[..., BrokerSource], step: Step, kind: type[GenAIError], message: str
) -> None:
    langfuse.script(step)
    with pytest.raises(kind, match=message) as error:
        open_broker(timeout=0.3).fetch(None)
    assert type(error.value) is kind
    shown = "".join(traceback.format_exception(error.value))
    assert not any(secret in shown for secret in ("sk-lf-test", "sk-openai-1234", "token=1", "u:p"))


def test_a_redirect_is_not_followed(langfuse: FakeLangfuse, broker: BrokerSource) -> None:
    with FakeLangfuse() as other:
        langfuse.script(Redirect(f"{other.url}/api/genai/v1/connections"))
        with pytest.raises(ConfigurationError, match="set GENAI_BROKER_URL to the address that it leads to"):
            broker.fetch(None)
        assert not other.journal


@pytest.mark.parametrize(("version", "update"), [(2, "update the SDK"), (0, "update the broker")])
def test_another_version_of_the_wire_says_who_is_to_be_updated(
    langfuse: FakeLangfuse, broker: BrokerSource, version: int, update: str
) -> None:
    langfuse.connections.version = version
    with pytest.raises(ConfigurationError, match=f"speaks version {version} of its wire, .*: {update}"):
        broker.fetch(None)


def test_a_langfuse_without_a_broker_says_what_to_set(open_broker: Callable[..., BrokerSource]) -> None:
    with FakeLangfuse(broker=False) as plain, pytest.raises(ConfigurationError, match="Langfuse without a broker"):
        open_broker(plain.url).fetch(None)


def test_an_answer_has_a_largest_size(langfuse: FakeLangfuse, open_broker: Callable[..., BrokerSource]) -> None:
    with (
        SyncTransport(TransportSettings(max_body_bytes=1000)) as narrow,
        pytest.raises(SourceUnavailableError, match="the answer is larger than 1000 bytes"),
    ):
        open_broker(through=narrow).fetch(None)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://broker.example.com:8080", r"GENAI_BROKER_URL is http://broker.example.com:8080, but secrets are fetc"),
        ("http://10.0.0.1", "over https only"),
        ("http://127.0.0.1.example.com", "over https only"),
        ("https://user:password@broker.example.com", "GENAI_BROKER_URL is not an address: the URL holds a user"),
        ("broker.example.com", "GENAI_BROKER_URL is not an address"),
        ("https://broker.example.com/?x", "has a query or fragment"),
    ],
)
def test_secrets_are_fetched_over_https_or_from_this_machine(
    open_broker: Callable[..., BrokerSource], url: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        open_broker(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://broker.example.com/base/",
        "http://localhost:1",
        "http://[::1]:1",
        "http://127.0.0.9",
        "http://a.localhost",
    ],
)
def test_these_addresses_may_be_asked(open_broker: Callable[..., BrokerSource], url: str) -> None:
    assert open_broker(url).describe() == f"the broker at {url.rstrip('/')}"


class Scripted:
    """A broker that answers with these bytes."""

    def __init__(self, answer: Any) -> None:
        self._body = answer if isinstance(answer, bytes) else msgspec.json.encode(answer)

    def __enter__(self) -> str:
        from genai_sdk.testing.answer import Answer
        from genai_sdk.testing.delivery import deliver
        from genai_sdk.testing.journal import Watch
        from genai_sdk.testing.steps import Reply

        answer = Answer(200, {"content-type": "application/json"}, self._body)
        self._server = Server(lambda request: (deliver(answer, Reply()), lambda aborted: None), Watch())
        self._server.start()
        return f"http://127.0.0.1:{self._server.port}"

    def __exit__(self, *exc: object) -> None:
        self._server.stop()


@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"version": "1"},
        {"version": 1},
        {"version": 1, "connections": {}},
        {"version": 1, "connections": [{"adapter": "openai"}]},
        {"version": 1, "connections": ["openai"]},
        b"[" * 100_000,
        b'{"version": 1, "connections": [' + b"[" * 100_000,
    ],
)
def test_an_answer_of_another_form_cannot_be_used(open_broker: Callable[..., BrokerSource], answer: Any) -> None:
    with Scripted(answer) as url, pytest.raises(SourceUnavailableError, match="no list of connections"):
        open_broker(url).fetch(None)


def test_a_malformed_connection_breaks_only_itself(open_broker: Callable[..., BrokerSource]) -> None:
    good = msgspec.to_builtins(record(name="good"), enc_hook=opened)
    bad = good | {"name": "bad", "secret": {"key": "sk-inside"}}
    unknown = good | {"name": "newer", "field_of_tomorrow": 1}
    answer = {"version": 1, "project": None, "connections": [good, bad, unknown]}
    with Scripted(answer) as url:
        found = ConnectionRegistry(open_broker(url)).get()
    assert [each.name for each in found.connections if each.error is None] == ["good", "newer"]
    broken = found.get("bad")
    assert broken is not None
    assert isinstance(broken.error, DecryptionError)
    assert "'bad' cannot be used: the broker delivered it malformed: Expected `str` - at `$.secret`" in str(
        broken.error
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(broker: BrokerSource, clock: Clock) -> ConnectionRegistry:
    return ConnectionRegistry(broker, now=clock)


def test_the_registry_serves_what_the_broker_delivers(registry: ConnectionRegistry, get: Get) -> None:
    found = get(registry)
    assert {each.name for each in found.connections} == set(SHAPES)
    assert all(each.error is None for each in found.connections)
    assert found.project == Project("proj-test", "TestProject")


def test_a_name_that_is_not_there_is_answered_with_those_that_are(broker: BrokerSource, get: Get) -> None:
    with pytest.raises(ConnectionNotFoundError, match=r"'nine'.* are 'anthropic', 'azure', 'bedrock'"):
        get(ConnectionRegistry(broker, names=["nine"]))


def test_an_unchanged_set_stays_the_same_object(registry: ConnectionRegistry, get: Get, clock: Clock) -> None:
    first = get(registry)
    clock.advance(301)
    assert get(registry) is first


@pytest.mark.parametrize("refusal", [Status(401), Status(403)])
def test_denied_is_not_down_every_secret_is_dropped(
    langfuse: FakeLangfuse, registry: ConnectionRegistry, get: Get, clock: Clock, refusal: Status
) -> None:
    get(registry)
    langfuse.always(refusal)
    clock.advance(301)
    with pytest.raises(AccessDeniedError):
        get(registry)
    langfuse.clear()
    with pytest.raises(AccessDeniedError):
        get(registry)
    clock.advance(60)
    assert len(get(registry).connections) == len(SHAPES)


@pytest.mark.parametrize("outage", [Status(500), Status(404), Status(429), Malformed("html"), Redirect("https://x/")])
def test_down_is_not_denied_the_last_good_set_serves(
    langfuse: FakeLangfuse, registry: ConnectionRegistry, get: Get, clock: Clock, outage: Step
) -> None:
    first = get(registry)
    langfuse.always(outage)
    clock.advance(301)
    assert get(registry) is first


def test_another_version_after_a_good_set_counts_as_down(
    langfuse: FakeLangfuse, registry: ConnectionRegistry, get: Get, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    first = get(registry)
    langfuse.connections.version = 2
    clock.advance(61)
    with caplog.at_level(logging.WARNING):
        assert get(registry) is first
        settle()
    assert "stay in use" in caplog.text
    assert "update the SDK" in caplog.text


def test_a_revoked_key_pair_is_denied_by_the_broker_itself(
    langfuse: FakeLangfuse, registry: ConnectionRegistry, get: Get, clock: Clock
) -> None:
    get(registry)
    langfuse.revoke(langfuse.public_key)
    clock.advance(301)
    with pytest.raises(AccessDeniedError, match="check LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY"):
        get(registry)


def test_a_deliverys_repr_hides_its_secrets(broker: BrokerSource) -> None:
    delivery: SourceResult = broker.fetch(None)
    assert "1234" not in repr(delivery) + repr(broker._held) + repr(broker._endpoint)
    assert "sk-lf" not in repr(broker._endpoint)


def test_a_broker_is_asked_to_seal_and_one_that_does_not_is_understood(
    langfuse: FakeLangfuse, broker: BrokerSource, open_broker: Callable[..., BrokerSource]
) -> None:
    sealed = broker.fetch(None)
    asked = langfuse.journal[0].headers
    assert asked["x-genai-accept"].startswith("sealed")
    assert asked["user-agent"].startswith("genai-sdk/")
    clear = encode_json({"version": 1, "project": sealed.project, "connections": sealed.connections})
    with Scripted(clear) as url:
        assert open_broker(url).fetch(None).connections == sealed.connections


@pytest.mark.parametrize("sealed", ["", "no base64", "AAAA"])
def test_a_sealed_answer_that_does_not_open_cannot_be_used(
    open_broker: Callable[..., BrokerSource], sealed: str
) -> None:
    with (
        Scripted({"version": 1, "project": {"id": "proj-test"}, "sealed": sealed}) as url,
        pytest.raises(SourceUnavailableError, match="sealed an answer that does not open"),
    ):
        open_broker(url).fetch(None)
