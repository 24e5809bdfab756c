import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from genai_sdk.testing import ContextWindow, FakeProvider, NotFound, Reply, Status

Ask = Callable[..., Any]
GOOGLE = "/v1/projects/p/locations/global/publishers/google/models/gemini-2.5-pro"
ANTHROPIC = "/v1/projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4%4020250514"
CONTENTS = {"contents": [{"role": "user", "parts": [{"text": "Hello there!"}]}]}
MESSAGE = {
    "anthropic_version": "vertex-2023-10-16",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "Hello there!"}],
}
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def assertion(account: dict[str, str], signer: dict[str, str] | None = None, **claims: Any) -> str:
    """A signed JWT as google-auth makes it, with some claims changed."""
    now = int(time.time())
    whole = {
        "iss": account["client_email"],
        "aud": account["token_uri"],
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "iat": now,
        "exp": now + 3600,
        **claims,
    }
    signed = encode(b'{"alg":"RS256","typ":"JWT"}') + "." + encode(json.dumps(whole).encode())
    key = serialization.load_pem_private_key((signer or account)["private_key"].encode(), None)
    return f"{signed}.{encode(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


@pytest.fixture
def token(ask: Ask) -> Ask:
    def send(assertion: str, grant: str = GRANT) -> Any:
        return ask("/token", urlencode({"grant_type": grant, "assertion": assertion}).encode(), key=None)

    return send


def test_gemini_answers_on_the_public_path(ask: Ask, fake: FakeProvider) -> None:
    answer = ask(f"{GOOGLE}:generateContent", CONTENTS).json
    assert answer["candidates"][0]["content"]["parts"] == [{"text": "seoul: Hello there!"}]
    events = ask(f"{GOOGLE}:streamGenerateContent?alt=sse", CONTENTS).events
    assert events[-1]["usageMetadata"] == answer["usageMetadata"]
    assert fake.journal.models == ["gemini-2.5-pro"] * 2
    assert {entry.wire for entry in fake.journal} == {"google-vertex-ai"}


@pytest.mark.parametrize(
    ("path", "model"),
    [
        (GOOGLE.replace("/v1/", "/v1beta1/"), "gemini-2.5-pro"),
        ("/v1/projects/p/locations/l/endpoints/1234567", "1234567"),
        ("", ""),
        ("/gateway/gemini", ""),
    ],
)
def test_other_paths_that_clients_make_are_served_too(ask: Ask, fake: FakeProvider, path: str, model: str) -> None:
    assert ask(f"{path}:generateContent", CONTENTS).status == 200
    assert (fake.journal[0].wire, fake.journal[0].model) == ("google-vertex-ai", model)


def test_claude_answers_in_anthropics_format(ask: Ask, fake: FakeProvider) -> None:
    plain = ask(f"{ANTHROPIC}:rawPredict", MESSAGE).json
    assert plain["content"] == [{"type": "text", "text": "seoul: Hello there!"}]
    assert plain["model"] == "claude-sonnet-4@20250514"
    streamed = ask(f"{ANTHROPIC}:streamRawPredict", {**MESSAGE, "stream": True})
    assert streamed.events[-1] == {"type": "message_stop"}
    assert fake.journal[1].stream
    unversioned = ask(f"{ANTHROPIC}:rawPredict", {**MESSAGE, "anthropic_version": None})
    assert unversioned.json["error"]["message"] == "anthropic_version: Field required"


def test_embeddings_are_predicted(ask: Ask) -> None:
    body = {"instances": [{"content": "a b"}, {"content": "c"}], "parameters": {"outputDimensionality": 4}}
    predictions = ask(f"{GOOGLE}:predict", body).json["predictions"]
    assert [len(item["embeddings"]["values"]) for item in predictions] == [4, 4]
    assert [item["embeddings"]["statistics"]["token_count"] for item in predictions] == [2, 1]


def test_missing_and_wrong_tokens_are_401_in_googles_words(ask: Ask) -> None:
    for key, reason in ((None, "CREDENTIALS_MISSING"), ("sk-wrong", "ACCESS_TOKEN_TYPE_UNSUPPORTED")):
        response = ask(f"{GOOGLE}:generateContent", CONTENTS, key=key)
        error = response.json["error"]
        assert (response.status, error["status"]) == (401, "UNAUTHENTICATED")
        assert error["details"][0]["reason"] == reason


def test_failures_are_said_by_google_or_for_claude_by_anthropic(ask: Ask, fake: FakeProvider) -> None:
    fake.script(Status(429, retry_after=3), NotFound())
    limited = ask(f"{GOOGLE}:generateContent", CONTENTS).json["error"]
    assert limited["message"].startswith("Resource exhausted. Please try again later.")
    assert limited["details"][-1]["retryDelay"] == "3s"
    assert ask(f"{ANTHROPIC}:rawPredict", MESSAGE).json["error"]["status"] == "NOT_FOUND"
    fake.script(ContextWindow(), Status(429))
    assert ask(f"{ANTHROPIC}:rawPredict", MESSAGE).json["error"]["type"] == "invalid_request_error"
    assert ask(f"{ANTHROPIC}:rawPredict", MESSAGE).json["error"]["status"] == "RESOURCE_EXHAUSTED"


def test_a_service_account_gets_a_token_that_opens_the_paths(ask: Ask, token: Ask, fake: FakeProvider) -> None:
    account = fake.service_account("my-project")
    answer = token(assertion(account)).json
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    assert ask(f"{GOOGLE}:generateContent", CONTENTS, key=answer["access_token"]).status == 200
    assert [(entry.scheme, entry.authenticated_as) for entry in fake.journal] == [
        ("oauth", "fake-1@my-project.iam.gserviceaccount.com")
    ] * 2
    assert fake.journal[0].operation == "token"


def test_where_there_is_a_service_account_not_any_token_will_do(fake_provider: FakeProvider) -> None:
    import http.client

    def status(key: str) -> int:
        connection = http.client.HTTPConnection(fake_provider.url.removeprefix("http://"), timeout=5)
        headers = {"authorization": f"Bearer {key}"}
        connection.request("POST", f"{GOOGLE}:generateContent", json.dumps(CONTENTS), headers)
        found = connection.getresponse().status
        connection.close()
        return found

    assert status("anything") == 200
    fake_provider.service_account()
    assert status("anything") == 401


def test_the_token_endpoint_takes_no_other_assertion(token: Ask, fake: FakeProvider) -> None:
    account, other = fake.service_account(), fake.service_account()
    header = encode(b'{"alg":"none"}')
    for wrong, said in (
        (assertion(account, signer=other), "Invalid JWT Signature."),
        (assertion(account, iss="nobody@nowhere"), "Invalid grant: account not found"),
        (assertion(account, exp=int(time.time()) - 10), "Invalid JWT: Token must be a short-lived token"),
        (assertion(account, exp=int(time.time()) + 9000), "Invalid JWT: Token must be a short-lived token"),
        (assertion(account, aud="https://elsewhere.example/"), "Invalid JWT: Failed audience check."),
        (assertion(account, scope="profile"), "Invalid OAuth scope"),
        (f"{header}.{encode(b'{}')}.", "Missing or invalid assertion."),
        ("not a token", "Missing or invalid assertion."),
    ):
        response = token(wrong)
        assert response.status == 400
        assert response.json["error_description"].startswith(said)
    assert token(assertion(account), grant="password").status == 400
    assert token(assertion(account)).status == 200


def test_the_token_endpoint_can_be_scripted_by_itself(ask: Ask, token: Ask, fake: FakeProvider) -> None:
    account = fake.service_account()
    fake.script(Status(503), operation="token").script(Reply("for the model"))
    response = token(assertion(account))
    assert (response.status, response.json["error"]) == (503, "internal_failure")
    assert token(assertion(account)).status == 200
    answer = ask(f"{GOOGLE}:generateContent", CONTENTS).json
    assert answer["candidates"][0]["content"]["parts"] == [{"text": "for the model"}]


def test_google_auth_gets_and_uses_a_token(fake: FakeProvider) -> None:
    import google.auth.transport.requests
    from google.oauth2 import service_account

    credentials = service_account.Credentials.from_service_account_info(
        fake.service_account(), scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    with google.auth.transport.requests.AuthorizedSession(credentials) as session:
        response = session.post(f"{fake.url}{GOOGLE}:generateContent", json=CONTENTS, timeout=5)
        assert response.status_code == 200
        fake.script(Status(401), model="gemini-2.5-pro")
        assert session.post(f"{fake.url}{GOOGLE}:generateContent", json=CONTENTS, timeout=5).status_code == 200
        session._auth_request.session.close()
    assert [entry.operation for entry in fake.journal] == ["token", "chat", "chat", "token", "chat"]
