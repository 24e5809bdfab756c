"""The identity of the calling host on AWS, looked for where AWS's own libraries look, without them."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from genai_sdk.drivers.auth.aws import AwsChain, HostCredentials
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.errors import ConfigurationError, SourceUnavailableError
from genai_sdk.http import SyncTransport
from genai_sdk.secret import Secret

Answer = tuple[int, str]
ENDS = "2026-01-01T00:00:00Z"
ENDS_AT = 1767225600.0
GIVEN = {"AccessKeyId": "ASIA1", "SecretAccessKey": "s1", "Token": "t1", "Expiration": ENDS, "Code": "Success"}


def keys(ident: str, secret: str, token: str | None = None) -> AwsKeys:
    return AwsKeys(Secret(ident), Secret(secret), Secret(token) if token else None)


FOUND = HostCredentials(keys("ASIA1", "s1", "t1"), expires=ENDS_AT)


class Service:
    """A metadata service or STS: it answers by method and path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str], str]] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
                headers = {name.lower(): value for name, value in self.headers.items()}
                service.seen.append((f"{self.command} {self.path}", headers, body))
                status, text = service.answers.get(f"{self.command} {self.path}", (404, ""))
                self.send_response(status)
                self.send_header("content-length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the names that http.server calls

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has there
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.close()


Look = Callable[..., HostCredentials]


@pytest.fixture
def look(tmp_path: Path) -> Iterator[Look]:
    """Look with an environment that knows of no files and no instance, unless a test says so."""
    transport = SyncTransport()

    def find(region: str | None = None, **environment: str) -> HostCredentials:
        default = {
            "AWS_CONFIG_FILE": str(tmp_path / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        return AwsChain(transport, environment={**default, **environment}, near=transport).load(region)

    yield find
    transport.close()


def test_a_bearer_key_comes_before_all(look: Look) -> None:
    found = look(AWS_BEARER_TOKEN_BEDROCK="bk", AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="s")
    assert (found.bearer, found.keys) == (Secret("bk"), None)


def test_the_environment_has_keys(look: Look) -> None:
    found = look(
        AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="s", AWS_SESSION_TOKEN="t", AWS_CREDENTIAL_EXPIRATION=ENDS
    )
    assert found == HostCredentials(keys("a", "s", "t"), expires=ENDS_AT)
    with pytest.raises(ConfigurationError, match="AWS_SECRET_ACCESS_KEY is not"):
        look(AWS_ACCESS_KEY_ID="a")


def test_profiles_of_both_files_have_keys(look: Look, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text(
        "[default]\naws_access_key_id = d\naws_secret_access_key = ds\n\n"
        "[dev]\naws_access_key_id=v\naws_secret_access_key=v%s\naws_session_token=vt\n"
    )
    (tmp_path / "config").write_text(
        "[profile two]\naws_access_key_id = c\naws_secret_access_key = cs\nregion = eu-west-1\n"
    )
    assert look().keys == keys("d", "ds")
    assert look(AWS_PROFILE="dev").keys == keys("v", "v%s", "vt")
    assert look(AWS_DEFAULT_PROFILE="two").keys == keys("c", "cs")
    with pytest.raises(ConfigurationError, match="no such profile: there are default, dev, two"):
        look(AWS_PROFILE="three")


def test_a_profile_with_half_a_key_or_a_broken_file_is_refused_without_quoting_it(look: Look, tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_secret_access_key = hush\n")
    with pytest.raises(ConfigurationError, match="give both") as caught:
        look()
    assert "hush" not in str(caught.value)
    (tmp_path / "credentials").write_text("aws_secret_access_key = hush\n")
    with pytest.raises(ConfigurationError, match="no file of AWS profiles") as caught:
        look()
    assert "hush" not in repr(caught.value)
    assert caught.value.__context__ is None


FOREIGN = {
    "IAM Identity Center": "sso_session = corp\nsso_account_id = 1\nsso_role_name = r\n",
    "assumed from another profile": "role_arn = arn:aws:iam::1:role/r\nsource_profile = base\n",
    "assumed from another source": "role_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata\n",
    "credential_process": "credential_process = /bin/false\n",
}


@pytest.mark.parametrize("what", list(FOREIGN))
def test_what_needs_aws_s_library_names_the_extra_without_it(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    (tmp_path / "config").write_text(f"[default]\n{FOREIGN[what]}")
    monkeypatch.setitem(sys.modules, "botocore.session", None)  # as if it were not installed
    with pytest.raises(ConfigurationError, match=rf"{what}.*genai-sdk-langfuse\[aws\]"):
        look()


def test_a_process_s_credentials_come_through_aws_s_library(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("botocore")
    script = tmp_path / "give.py"
    script.write_text(f"print({json.dumps(json.dumps({'Version': 1, 'AccessKeyId': 'p', 'SecretAccessKey': 'ps'}))})")
    (tmp_path / "config").write_text(f"[default]\ncredential_process = {sys.executable} {script}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))  # the library reads the process's own
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    assert look().keys == keys("p", "ps")


STS = """<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s1</SecretAccessKey><SessionToken>t1</SessionToken>
<Expiration>2026-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>"""


def web_identity(service: Service, token: Path) -> dict[str, str]:
    return {
        "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
        "AWS_ROLE_SESSION_NAME": "mine",
        "AWS_ENDPOINT_URL_STS": service.url,
    }


def test_a_web_identity_is_exchanged_at_sts(look: Look, service: Service, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("jwt-1\n")
    service.answers["POST /"] = 200, STS
    assert look(**web_identity(service, token)) == FOUND
    _, headers, body = service.seen[0]
    assert {name: values[0] for name, values in parse_qs(body).items()} == {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": "arn:aws:iam::1:role/r",
        "RoleSessionName": "mine",
        "WebIdentityToken": "jwt-1",
    }
    assert "authorization" not in headers


def test_sts_says_no_or_is_down(look: Look, service: Service, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("jwt-1")
    denied = "<Error><Code>AccessDenied</Code><Message>Not authorized: jwt-1 &amp; co</Message></Error>"
    service.answers["POST /"] = 403, denied
    with pytest.raises(ConfigurationError, match=r"403 \(AccessDenied: Not authorized: \*\*\* & co\)"):
        look(**web_identity(service, token))
    service.answers["POST /"] = 503, ""
    with pytest.raises(SourceUnavailableError, match="503"):
        look(**web_identity(service, token))
    with pytest.raises(SourceUnavailableError, match="did not answer"):
        look(**{**web_identity(service, token), "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9"})
    token.write_text("")
    with pytest.raises(ConfigurationError, match="missing or empty"):
        look(**web_identity(service, token))
    with pytest.raises(ConfigurationError, match="AWS_ROLE_ARN"):
        look(AWS_WEB_IDENTITY_TOKEN_FILE=str(token))


def test_a_container_is_asked_with_the_token_of_the_moment(look: Look, service: Service, tmp_path: Path) -> None:
    file = tmp_path / "pod-token"
    service.answers["GET /v1/credentials"] = 200, json.dumps(GIVEN)
    environment = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{service.url}/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(file),
    }
    for token in ("one", "two"):
        file.write_text(f"{token}\n")
        assert look(**environment) == FOUND
        assert service.seen[-1][1]["authorization"] == token
    file.write_text("a\nb")
    with pytest.raises(ConfigurationError, match="more than one line"):
        look(**environment)
    file.unlink()
    with pytest.raises(ConfigurationError, match="missing or empty"):
        look(**environment)


@pytest.mark.parametrize("url", ["http://evil.example/", "ftp://127.0.0.1/", "http://10.0.0.1/x"])
def test_a_container_s_address_in_the_clear_is_only_its_own(look: Look, url: str) -> None:
    with pytest.raises(ConfigurationError, match="without https"):
        look(AWS_CONTAINER_CREDENTIALS_FULL_URI=url)


def test_an_instance_is_asked_in_the_second_version_of_its_protocol(look: Look, service: Service) -> None:
    roles = "/latest/meta-data/iam/security-credentials/"
    service.answers["PUT /latest/api/token"] = 200, "session"
    service.answers[f"GET {roles}"] = 200, "my-role\n"
    service.answers[f"GET {roles}my-role"] = 200, json.dumps(GIVEN)
    where = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": service.url}
    assert look(**where) == FOUND
    assert service.seen[0][1]["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"
    assert {headers["x-aws-ec2-metadata-token"] for _, headers, _ in service.seen[1:]} == {"session"}
    service.answers[f"GET {roles}my-role"] = 200, json.dumps({"Code": "AssumeRoleUnauthorizedAccess"})
    with pytest.raises(ConfigurationError, match="AssumeRoleUnauthorizedAccess"):
        look(**where)
    del service.answers[f"GET {roles}"]
    with pytest.raises(ConfigurationError, match="no AWS credentials"):
        look(**where)


def test_a_host_without_an_identity_says_where_was_looked(look: Look) -> None:
    with pytest.raises(ConfigurationError, match=r"environment.*profile 'default'.*container.*instance"):
        look()


def test_credentials_do_not_show_themselves() -> None:
    assert not any(secret in repr(FOUND) for secret in ("ASIA1", "s1", "t1"))
