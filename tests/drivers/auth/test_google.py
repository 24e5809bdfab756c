"""Google's tokens: whose they are, how they are had without google-auth, and when they are had anew."""

import asyncio
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.connections.sources import Clock

from genai_sdk.connections import Secret
from genai_sdk.drivers.auth.errors import TokenError
from genai_sdk.drivers.auth.google import GoogleAuth, GoogleTokens
from genai_sdk.drivers.auth.google.adc import Identity, find_identity
from genai_sdk.errors import ClientClosedError, ConfigurationError, SourceUnavailableError
from genai_sdk.http import Deadline, SyncTransport
from genai_sdk.testing import FakeProvider

REFRESH = "1//refresh-secret"
USER = {"type": "authorized_user", "client_id": "id", "client_secret": "client-secret", "refresh_token": REFRESH}


class Token(BaseHTTPRequestHandler):
    """A token endpoint and a metadata server."""

    server: "Google"

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        self.server.forms.append(form)
        assert self.server.open.wait(20)
        self._say({"access_token": f"ya29.{len(self.server.forms)}", "expires_in": self.server.lifetime})

    def do_GET(self) -> None:
        assert self.headers["metadata-flavor"] == "Google"
        self.server.paths.append(self.path)
        if self.path.endswith("/token"):
            self._say({"access_token": f"ya29.m{len(self.server.paths)}", "expires_in": self.server.lifetime})
        else:
            self._say("metadata-project")

    def _say(self, item: Any) -> None:
        data = item.encode() if isinstance(item, str) else json.dumps(item).encode()
        self.send_response(self.server.status)
        if self.server.flavoured:
            self.send_header("Metadata-Flavor", "Google")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


class Google(ThreadingHTTPServer):
    """What both answer, and what they were asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Token)
        self.forms: list[dict[str, list[str]]] = []
        self.paths: list[str] = []
        self.lifetime = 3600
        self.status = 200
        self.flavoured = True
        self.open = threading.Event()
        self.open.set()
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


@pytest.fixture
def google() -> Iterator[Google]:
    server = Google()
    yield server
    server.open.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def transport() -> Iterator[SyncTransport]:
    with SyncTransport() as transport:
        yield transport


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
def make(transport: SyncTransport, clock: Clock) -> Iterator[Callable[..., GoogleTokens]]:
    made: list[GoogleTokens] = []

    def make(find: Callable[[], Identity] = find_identity) -> GoogleTokens:
        made.append(GoogleTokens(transport, find=find, now=clock))
        return made[-1]

    yield make
    for tokens in made:
        tokens.close()


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Callable[..., GoogleAuth]:
    """Ask for a token of an account's key file, or of the host, by either face."""

    def ask(tokens: GoogleTokens, key_file: Secret | None = None, deadline: Deadline | None = None) -> GoogleAuth:
        deadline = deadline or Deadline(20)
        if request.param == "sync":
            return tokens.get(key_file, deadline)
        return asyncio.run(tokens.aget(key_file, deadline))

    return ask


def written(path: Path, info: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(info if isinstance(info, str) else json.dumps(info))
    return path


def user(google: Google, **more: Any) -> dict[str, Any]:
    return {**USER, "token_uri": f"http://{google.host}/token", **more}


def renewed(what: Callable[[], bool]) -> None:
    """Wait for what a thread does beside the calls."""
    waits = threading.Event()
    for _ in range(2000):
        if what():
            return
        waits.wait(0.01)
    raise AssertionError("nothing was renewed")


def test_a_service_account_signs_for_its_token(make: Any, ask: Any) -> None:
    with FakeProvider() as fake:
        key_file = Secret(json.dumps(fake.service_account("its-project")))
        tokens = make()
        auth = ask(tokens, key_file)
        assert auth.token.reveal().startswith("ya29.")
        assert auth.project == "its-project"
        assert ask(tokens, key_file).token == auth.token
        assert len(fake.journal) == 1


def test_an_account_that_google_does_not_know_is_refused_with_what_google_says(make: Any, ask: Any) -> None:
    with FakeProvider() as fake:
        key_file = Secret(json.dumps({**fake.service_account(), "client_email": "nobody@x"}))
        with pytest.raises(TokenError) as caught:
            ask(make(), key_file)
        assert caught.value.status == 400
        assert b"account not found" in caught.value.body


@pytest.mark.parametrize("key", ["", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_cannot_be_read_is_said_and_not_quoted(make: Any, ask: Any, key: str) -> None:
    info = {"type": "service_account", "project_id": "p", "client_email": "a@b", "private_key": key}
    with pytest.raises(ConfigurationError, match="private_key") as caught:
        ask(make(), Secret(json.dumps(info)))
    assert "secret" not in str(caught.value)


def test_many_calls_share_one_question(make: Any, google: Google) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    google.open.clear()
    found: list[str] = []

    async def several() -> None:
        found.extend(
            [auth.token.reveal() for auth in await asyncio.gather(*(tokens.aget(None, Deadline(20)) for _ in range(5)))]
        )

    threads = [
        threading.Thread(target=lambda: found.append(tokens.get(None, Deadline(20)).token.reveal())) for _ in range(5)
    ]
    threads.append(threading.Thread(target=lambda: asyncio.run(several())))
    for thread in threads:
        thread.start()
    renewed(lambda: bool(google.forms))
    google.open.set()
    for thread in threads:
        thread.join(20)
    assert found == ["ya29.1"] * 10
    assert len(google.forms) == 1


def test_a_token_is_renewed_before_it_ends_and_nobody_waits(make: Any, ask: Any, google: Google, clock: Clock) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    assert ask(tokens).token.reveal() == "ya29.1"
    clock.advance(2399)
    assert ask(tokens).token.reveal() == "ya29.1"
    google.open.clear()
    clock.advance(2)
    assert ask(tokens).token.reveal() == "ya29.1"  # served, while another is on its way
    google.open.set()
    renewed(lambda: ask(tokens).token.reveal() == "ya29.2")
    assert len(google.forms) == 2


def test_a_token_is_not_used_to_its_very_end(make: Any, ask: Any, google: Google, clock: Clock) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    google.lifetime = 600
    ask(tokens)
    clock.advance(481)
    assert ask(tokens).token.reveal() == "ya29.2"


def test_a_refused_token_is_dropped_and_one_that_replaced_it_is_not(make: Any, ask: Any, google: Google) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    first = ask(tokens)
    first.forget()
    assert ask(tokens).token.reveal() == "ya29.2"
    first.forget()
    assert ask(tokens).token.reveal() == "ya29.2"


def test_a_call_waits_no_longer_than_it_may(make: Any, ask: Any, google: Google) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    google.open.clear()
    with pytest.raises(SourceUnavailableError):
        ask(tokens, deadline=Deadline(0.05))


def test_a_refresh_token_is_exchanged_and_its_quota_project_kept(
    make: Any, ask: Any, google: Google, tmp_path: Path
) -> None:
    path = written(tmp_path / "adc.json", user(google, quota_project_id="billed"))
    auth = ask(make(lambda: find_identity({"GOOGLE_APPLICATION_CREDENTIALS": str(path), "HOME": str(tmp_path)})))
    assert (auth.token.reveal(), auth.project, auth.quota_project) == ("ya29.1", "billed", "billed")
    assert google.forms[0] == {
        "grant_type": ["refresh_token"],
        "client_id": ["id"],
        "client_secret": ["client-secret"],
        "refresh_token": [REFRESH],
    }
    assert not any(secret in repr(auth) for secret in ("ya29", REFRESH, "client-secret"))


def test_a_key_file_that_the_environment_names_is_used(make: Any, ask: Any, tmp_path: Path) -> None:
    with FakeProvider() as fake:
        path = written(tmp_path / "key.json", fake.service_account("from-file"))
        environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}
        assert ask(make(lambda: find_identity(environment))).project == "from-file"
        named = {**environment, "GOOGLE_CLOUD_PROJECT": "from-environment"}
        assert ask(make(lambda: find_identity(named))).project == "from-environment"


def test_what_gcloud_wrote_is_found_with_its_project(tmp_path: Path) -> None:
    folder = tmp_path / "gcloud"
    written(folder / "application_default_credentials.json", USER)
    written(folder / "active_config", "work\n")
    written(folder / "configurations" / "config_work", "[core]\nproject = gcloud-project\n")
    assert find_identity({"CLOUDSDK_CONFIG": str(folder)}).project == "gcloud-project"
    written(tmp_path / ".config" / "gcloud" / "application_default_credentials.json", {**USER, "quota_project_id": "q"})
    assert find_identity({"HOME": str(tmp_path)}).project == "q"


def test_the_metadata_server_is_asked_last_for_a_token_and_the_project(
    make: Any, ask: Any, google: Google, tmp_path: Path, clock: Clock
) -> None:
    tokens = make(lambda: find_identity({"GCE_METADATA_HOST": google.host, "HOME": str(tmp_path)}))
    auth = ask(tokens)
    assert (auth.token.reveal(), auth.project) == ("ya29.m1", "metadata-project")
    assert google.paths == [
        "/computeMetadata/v1/instance/service-accounts/default/token",
        "/computeMetadata/v1/project/project-id",
    ]
    clock.advance(241)  # it renews its token itself, so it is asked often
    ask(tokens)
    renewed(lambda: len(google.paths) == 3)


def test_what_is_not_google_s_is_not_believed(make: Any, ask: Any, google: Google, tmp_path: Path) -> None:
    google.flavoured = False
    with pytest.raises(ConfigurationError, match="not Google's metadata server"):
        ask(make(lambda: find_identity({"GCE_METADATA_HOST": google.host, "HOME": str(tmp_path)})))


def test_a_host_without_an_identity_is_told_what_to_do(make: Any, ask: Any, google: Google, tmp_path: Path) -> None:
    google.shutdown()
    google.server_close()
    with pytest.raises(ConfigurationError, match="gcloud auth application-default login"):
        ask(make(lambda: find_identity({"GCE_METADATA_HOST": google.host, "HOME": str(tmp_path)})))
    with pytest.raises(ConfigurationError, match="NO_GCE_CHECK"):
        find_identity({"NO_GCE_CHECK": "true", "HOME": str(tmp_path)})


@pytest.mark.parametrize("info", ["", "{", "[]", {"type": 3}, {"type": "authorized_user"}, {"type": "service_account"}])
def test_a_file_that_is_no_identity_is_named_and_not_quoted(info: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "adc.json", {**info, "x": REFRESH} if isinstance(info, dict) else info)
    with pytest.raises(ConfigurationError, match=r"adc\.json") as caught:
        find_identity({"GOOGLE_APPLICATION_CREDENTIALS": str(path)})
    assert REFRESH not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.json.*No such file"):
        find_identity({"GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "nowhere.json")})


def test_identities_that_google_auth_alone_knows_need_it(
    make: Any, ask: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = written(tmp_path / "adc.json", {"type": "external_account", "audience": "x"})
    monkeypatch.setitem(sys.modules, "google.auth", None)
    environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(path), "HOME": str(tmp_path)}
    with pytest.raises(ConfigurationError, match=r"external_account.*genai-sdk-langfuse\[vertex\]"):
        ask(make(lambda: find_identity(environment)))


def test_identities_that_google_auth_alone_knows_go_over_our_transport(
    make: Any, ask: Any, google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("google.auth")
    source = written(tmp_path / "subject", "subject-token")
    info = {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"http://{google.host}/token",
        "credential_source": {"file": str(source)},
    }
    path = written(tmp_path / "adc.json", info)
    environment = {"GOOGLE_APPLICATION_CREDENTIALS": str(path), "GOOGLE_CLOUD_PROJECT": "p", "HOME": str(tmp_path)}
    for name, item in environment.items():  # google-auth reads it itself
        monkeypatch.setenv(name, item)
    auth = ask(make(lambda: find_identity(environment)))
    assert (auth.token.reveal(), auth.project) == ("ya29.1", "p")
    assert google.forms[0]["subject_token"] == ["subject-token"]


def test_nothing_is_asked_once_all_is_closed(make: Any, ask: Any, google: Google) -> None:
    tokens = make(lambda: Identity("authorized_user", "x", Secret(json.dumps(user(google))), "p"))
    tokens.close()
    with pytest.raises(ClientClosedError):
        ask(tokens)
