"""No secret of an identity shows itself: session tokens, signing keys, key files, access tokens, also of the host."""

import hmac
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.client.canary import assert_clean, shown
from tests.client.conftest import Face
from tests.drivers.auth.test_google import Google

from genai_sdk import GenAIClient, GenAIError
from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import BadRequest, CutBody, CutStream, ErrorInStream, FakeProvider, Malformed, Status
from genai_sdk.testing.langfuse import FakeLangfuse

HELLO = [{"role": "user", "content": "Hello!"}]
AWS = {"accessKeyId": "AKIDCANARY", "secretAccessKey": "aws-secret-canary", "sessionToken": "session-canary"}
REFRESH = "1//refresh-canary"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Identity(NamedTuple):
    """Who a connection is.

    Attributes:
        adapter: The connection's adapter.
        secret: Its secret, as Langfuse has it.
        environment: What the host's environment adds.
        secrets: What must not show.
    """

    adapter: str
    secret: str
    environment: Mapping[str, str]
    secrets: tuple[str, ...]


def signing_key() -> bytes:
    """Return the key that a day's requests to Bedrock are signed with."""
    key = b"AWS4" + AWS["secretAccessKey"].encode()
    for part in (f"{datetime.now(UTC):%Y%m%d}", "us-east-1", "bedrock", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def aws_keys(_fake: FakeProvider, _google: Google, _home: Path) -> Identity:
    key = signing_key()
    return Identity("bedrock", json.dumps(AWS), {}, (AWS["secretAccessKey"], AWS["sessionToken"], key.hex(), repr(key)))


def aws_environment(fake: FakeProvider, google: Google, home: Path) -> Identity:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    secret = "__BEDROCK_DEFAULT_CREDENTIALS__"
    return aws_keys(fake, google, home)._replace(secret=secret, environment=dict(zip(names, AWS.values(), strict=True)))


def key_file(fake: FakeProvider, _google: Google, _home: Path) -> Identity:
    account = fake.service_account()
    lines = account["private_key"].splitlines()
    return Identity("google-vertex-ai", json.dumps(account), {}, ("BEGIN PRIVATE KEY", lines[1], lines[5]))


def google_host(_fake: FakeProvider, google: Google, home: Path) -> Identity:
    secret, environment = "__VERTEXAI_DEFAULT_CREDENTIALS__", {"GCE_METADATA_HOST": google.host, "HOME": str(home)}
    return Identity("google-vertex-ai", secret, environment, ("ya29.",))


def google_user(fake: FakeProvider, google: Google, home: Path) -> Identity:
    user = {"type": "authorized_user", "client_id": "id", "client_secret": "client-secret-canary",
            "refresh_token": REFRESH, "quota_project_id": "p", "token_uri": f"http://{google.host}/token"}  # fmt: skip
    path = home / "adc.json"
    path.write_text(json.dumps(user))
    environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(path), "HOME": str(home)}
    secrets = ("ya29.", REFRESH, "client-secret-canary")
    return google_host(fake, google, home)._replace(environment=environment, secrets=secrets)


MODELS = {"bedrock": "amazon.nova-lite-v1:0", "google-vertex-ai": "gemini-2.5-flash"}
HOST_VARIABLES = ("AWS_", "GOOGLE_", "GCE_", "GCLOUD_", "CLOUDSDK_")


@pytest.fixture
def google() -> Iterator[Google]:
    """A token endpoint and a metadata server."""
    server = Google()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(params=[aws_keys, aws_environment, key_file, google_host, google_user])
def identity(
    request: pytest.FixtureRequest, fake: FakeProvider, google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Identity:
    """One identity after the other, on a host with an environment of its own."""
    import os

    for name in [name for name in os.environ if name.startswith(HOST_VARIABLES)]:
        monkeypatch.delenv(name)
    made: Identity = request.param(fake, google, tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    """A provider that lets everybody in: what Google's own endpoints gave is none of its tokens."""
    with FakeProvider("seoul") as provider:
        yield provider


@pytest.fixture
def langfuse() -> Iterator[FakeLangfuse]:
    """Where the connection is kept, and every call recorded."""
    with FakeLangfuse() as server:
        yield server


@pytest.fixture
def client(identity: Identity, fake: FakeProvider, langfuse: FakeLangfuse) -> Iterator[GenAIClient]:
    """A client whose one connection has the identity."""
    langfuse.connections.put(
        ConnectionRecord(
            name="here", adapter=identity.adapter, secret=identity.secret, base_url=fake.base_url(identity.adapter),
            custom_models=(MODELS[identity.adapter],), config={"region": "us-east-1"}, created_at=NOW, updated_at=NOW,
        )
    )  # fmt: skip
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
    options = {"llm_connection_names": ["here"], "router_args": {"num_retries": 0}, "driver": "direct"}
    with GenAIClient(**pair, host=langfuse.url, broker_url=langfuse.url, **options) as client:
        yield client


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_nothing_shows_a_secret_of_the_identity(
    identity: Identity, client: GenAIClient, face: Face, fake: FakeProvider, langfuse: FakeLangfuse,
    everything_logged: io.StringIO, capsys: pytest.CaptureFixture[str], stream: bool,
) -> None:  # fmt: skip
    def ask() -> str:
        answer = face.ask(client, f"here/{MODELS[identity.adapter]}", stream=stream)
        if stream:
            face.read(answer)
        return repr(answer)

    texts = [ask()]
    headers = fake.journal[-1].headers
    bearer = headers["authorization"].partition("Bearer ")[2]
    secrets = [*identity.secrets, *([bearer] if bearer else [])]
    # What a provider got it may quote.
    echo = f"{bearer} {headers.get('x-amz-security-token', '')}"
    assert any(secret in echo for secret in secrets)
    failures = 0
    for step in (
        Status(401, message=echo),
        Status(403, message=echo),
        BadRequest(message=echo),
        Status(500, message=echo),
        Malformed(),
        ErrorInStream() if stream else CutBody(),
        CutStream(after_chunks=1) if stream else Malformed("truncated"),
    ):
        fake.script(step, operation="chat")
        try:
            texts.append(ask())
        except GenAIError as error:
            texts.append(shown(error))
            failures += 1
    assert failures == 7
    assert client.flush(10)
    texts += [repr(client), repr(vars(client)), repr(client.connections()), repr(client.stats())]
    texts += [everything_logged.getvalue(), *capsys.readouterr(), recorded(langfuse)]
    assert "Hello!" in texts[-1]  # it was recorded
    assert_clean("\n".join(texts), secrets)


def recorded(langfuse: FakeLangfuse) -> str:
    """Return every body that came to Langfuse, as text."""
    bodies = [
        zlib.decompress(entry.raw, wbits=47) if entry.headers.get("content-encoding") == "gzip" else entry.raw
        for entry in langfuse.journal.entries
    ]
    return b"\n".join(bodies).decode("utf-8", "replace")


def test_a_token_endpoint_that_quotes_the_key_file_is_not_quoted(
    fake: FakeProvider, langfuse: FakeLangfuse, face: Face, everything_logged: io.StringIO
) -> None:
    account = fake.service_account()
    secret = account["private_key"].splitlines()[3]
    langfuse.connections.put(
        ConnectionRecord(
            name="here", adapter="google-vertex-ai", secret=json.dumps(account), created_at=NOW, updated_at=NOW,
            base_url=fake.base_url("google-vertex-ai"), custom_models=("gemini-2.5-flash",),
        )
    )  # fmt: skip
    pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
    with GenAIClient(**pair, host=langfuse.url, broker_url=langfuse.url, router_args={"num_retries": 0}) as client:
        texts = []
        for status in (400, 401, 500):
            fake.script(Status(status, message=f"invalid_grant {secret}"), operation="token")
            with pytest.raises(GenAIError) as caught:
                face.ask(client, "here/gemini-2.5-flash")
            texts.append(shown(caught.value))
        assert client.flush(10)
    assert_clean("\n".join([*texts, everything_logged.getvalue(), recorded(langfuse)]), [secret, "BEGIN PRIVATE KEY"])
