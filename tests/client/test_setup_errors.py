"""What is wrong with the set-up is said in seconds, with what exists and what to do."""

import inspect
import socket
from typing import get_args

import pytest

from genai_sdk import (
    AccessDeniedError,
    ConfigurationError,
    ConnectionNotFoundError,
    DecryptionError,
    GenAIClient,
    InvalidRequestError,
    MissingCredentialsError,
    SourceUnavailableError,
    UnknownModelError,
)
from genai_sdk.client.settings import ENVIRONMENT, read_settings
from genai_sdk.drivers.factory import DriverName, make_driver
from genai_sdk.http import AsyncTransport, SyncTransport
from genai_sdk.secret import Sealed


def test_a_wrong_key_pair_is_denied(make_client, face):
    with pytest.raises(AccessDeniedError) as caught:
        face.ask(make_client(secret_key="sk-lf-wrong"), "gpt-4o")
    assert "sk-lf-wrong" not in str(caught.value)
    with pytest.raises(AccessDeniedError, match="pk-lf-other"):
        face.ask(make_client(public_key="pk-lf-other"), "gpt-4o")


def test_a_wrong_encryption_key_breaks_the_connections_and_says_which(make_client, face):
    client = make_client(encryption_key="f" * 64)
    views = face.call(client, "connections")
    assert all("cannot be opened" in view.error for view in views)
    with pytest.raises(DecryptionError, match="openai_test"):
        face.ask(client, "openai_test/gpt-4o")
    with pytest.raises(ConfigurationError, match="GENAI_ENCRYPTION_KEY"):
        make_client(encryption_key="not hex")


def test_several_encryption_keys_are_tried(make_client, face, recorded):
    client = make_client(encryption_key=f"{'f' * 64},{recorded['encryption_key']}")
    assert face.ask(client, "gpt-4o").text


def test_an_unreachable_database_is_unavailable(make_client, face):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        closed = silent.getsockname()[1]
    client = make_client(database_url=f"postgresql://reader:hush@127.0.0.1:{closed}/langfuse")
    with pytest.raises(SourceUnavailableError) as caught:
        face.ask(client, "gpt-4o")
    assert "hush" not in str(caught.value)


def test_a_database_that_never_answers_is_unavailable_within_its_bound(make_client, face):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        client = make_client(database_url=f"postgresql://reader:hush@127.0.0.1:{silent.getsockname()[1]}/langfuse")
        with pytest.raises(SourceUnavailableError, match="did not answer"):
            face.ask(client, "gpt-4o")


@pytest.mark.parametrize("dsn", ["mysql://u:hush@h/db", "not a dsn", "postgresql://u:hush@h:port/db"])
def test_a_wrong_dsn_is_named_without_being_quoted(make_client, face, dsn):
    with pytest.raises(ConfigurationError) as caught:
        face.ask(make_client(database_url=dsn), "gpt-4o")
    assert "GENAI_DATABASE_URL" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_missing_connection_is_named_with_what_exists(make_client, face):
    with pytest.raises(ConnectionNotFoundError, match=r"no_such.*openai_test"):
        face.ask(make_client(llm_connection_names=["azure_test", "no_such"]), "gpt-4o")


def test_an_unknown_model_is_named_with_close_ones(client, face):
    with pytest.raises(UnknownModelError, match=r"my-modle.*my-model"):
        face.ask(client, "my-modle")
    with pytest.raises(UnknownModelError, match="No connection serves"):
        face.ask(client, "deepseek-chat")


def test_an_unsupported_router_key_is_named_with_the_known_ones(make_client):
    with pytest.raises(InvalidRequestError, match=r"'fallback'.*did you mean 'fallbacks'"):
        make_client(router_args={"fallback": []})
    with pytest.raises(InvalidRequestError, match=r"'redis_host'\. Known:.*cooldown_time"):
        make_client(router_args={"redis_host": "x"})


@pytest.mark.parametrize(
    "router_args",
    [
        {"fallbacks": ["gpt-4o"]},
        {"fallbacks": [{"gpt-4o": [3]}]},
        {"num_retries": -1},
        {"timeout": 0},
        {"timeout": True},
        {"timeout": float("inf")},
        {"routing_strategy": "usage-based-routing"},
        {"model_group_alias": ["x"]},
        {"retry_policy": {"BadRequestErrorRetries": 2}},
        {"retry_policy": {"Unknown": 2}},
        {"disable_cooldowns": "yes"},
        [],
    ],
)
def test_a_wrong_router_value_is_refused(make_client, router_args):
    with pytest.raises(InvalidRequestError):
        make_client(router_args=router_args)


def defaults(**given):
    parameters = inspect.signature(GenAIClient.__init__).parameters.values()
    return Sealed({one.name: one.default for one in parameters if one.name != "self"} | given)


COMPLETE = {
    "LANGFUSE_PUBLIC_KEY": "pk",
    "LANGFUSE_SECRET_KEY": "sk",
    "GENAI_DATABASE_URL": "postgresql://db/langfuse",
    "GENAI_ENCRYPTION_KEY": "0" * 64,
}


@pytest.mark.parametrize("missing", ["LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "GENAI_ENCRYPTION_KEY"])
def test_what_is_missing_is_named_with_its_argument_and_variable(missing):
    environ = {key: item for key, item in COMPLETE.items() if key != missing}
    argument = next(name for name, keys in ENVIRONMENT.items() if missing in keys)
    with pytest.raises(MissingCredentialsError, match=rf"{argument}=.*{missing}"):
        read_settings(defaults(), environ)


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(MissingCredentialsError) as caught:
        read_settings(defaults(), {})
    for name in ("LANGFUSE_PUBLIC_KEY", "LANGFUSE_SECRET_KEY", "LANGFUSE_BASE_URL", "GENAI_DATABASE_URL"):
        assert name in str(caught.value)
    with pytest.raises(MissingCredentialsError, match=r"LANGFUSE_SECRET_KEY; .*GENAI_ENCRYPTION_KEY"):
        read_settings(defaults(database_url="postgresql://db/langfuse"), {"LANGFUSE_PUBLIC_KEY": "pk"})


@pytest.mark.parametrize("through", ["argument", "environment"])
@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_ca_bundle_that_cannot_be_read_is_named_when_the_client_is_made(tmp_path, through, content):
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    given = defaults(ca_bundle=str(bundle)) if through == "argument" else defaults()
    with pytest.raises(ConfigurationError, match=r"ca\.pem' cannot be read .*ca_bundle or SSL_CERT_FILE"):
        read_settings(given, {**COMPLETE, **({"SSL_CERT_FILE": str(bundle)} if through == "environment" else {})})


def test_every_driver_that_may_be_chosen_is_there():
    made = {name: type(make_driver(name, SyncTransport(), AsyncTransport())) for name in get_args(DriverName)}
    assert len(set(made.values())) == 3, made


def test_nowhere_to_read_connections_from_is_said_with_every_way_there_is():
    environ = {"LANGFUSE_PUBLIC_KEY": "pk", "LANGFUSE_SECRET_KEY": "sk"}
    with pytest.raises(MissingCredentialsError, match=r"LANGFUSE_BASE_URL.*GENAI_BROKER_URL.*GENAI_DATABASE_URL"):
        read_settings(defaults(), environ)


def test_the_database_comes_before_the_broker_unless_the_broker_is_an_argument():
    broker = {**COMPLETE, "GENAI_BROKER_URL": "https://broker"}
    assert read_settings(defaults(), broker).broker_url is None
    settings = read_settings(defaults(broker_url="https://mine"), broker)
    assert (settings.broker_url, settings.database_url) == ("https://mine", None)


def test_prompts_need_the_address_of_langfuse(make_client, monkeypatch):
    client = make_client(host=None)
    with pytest.raises(MissingCredentialsError, match="LANGFUSE_BASE_URL"):
        client.get_prompt("greeting")


def test_an_argument_comes_before_the_environment():
    settings = read_settings(defaults(public_key="mine"), COMPLETE)
    assert settings.public_key == "mine"
    assert read_settings(defaults(), {**COMPLETE, "LANGFUSE_HOST": "a"}).host == "a"
    assert read_settings(defaults(), {**COMPLETE, "LANGFUSE_HOST": "a", "LANGFUSE_BASE_URL": "b"}).host == "b"


@pytest.mark.parametrize(
    "given",
    [
        {"public_key": 3},
        {"driver": "openai"},
        {"stream_fallback": "splice"},
        {"deadline": 0},
        {"llm_connection_names": "azure_test"},
        {"llm_connection_names": []},
        {"llm_connection_names": iter(["azure_test"])},
        {"llm_connection_names": 5},
        {"llm_connection_names": [""]},
        {"exit_timeout": -1},
        {"tracing": "yes"},
        {"sample_rate": 2},
        {"environment": "Production"},
        {"max_content_bytes": -1},
        {"mask": 3},
        {"prompt_cache_ttl": -1},
    ],
)
def test_a_wrong_argument_is_refused(given):
    with pytest.raises(InvalidRequestError, match=next(iter(given))):
        read_settings(defaults(**given), COMPLETE)


def test_a_proxy_from_a_request_header_is_not_believed():
    environ = {**COMPLETE, "HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}
    assert read_settings(defaults(), environ).transport.http_proxy is None


def test_a_client_shows_no_secret():
    client = GenAIClient(
        public_key="pk", secret_key="sk-hush", database_url="postgresql://u:hush@h/db", encryption_key="0" * 64
    )
    assert "hush" not in repr(client)
    assert "hush" not in repr(vars(client))


def test_a_user_without_a_home_is_told_what_to_set():
    environ = {"GENAI_HOME": "~nobody-of-this-name/platform"}
    with pytest.raises(
        ConfigurationError, match=r"no home directory for ~nobody-of-this-name/platform.*set GENAI_HOME"
    ):
        read_settings(defaults(), environ)
