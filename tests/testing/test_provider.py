"""What all wires have in common."""

import http.client
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from genai_sdk.testing import Call, FakeProvider, Malformed, Reply

Ask = Callable[..., Any]

PATHS = [
    "/v1/chat/completions",
    "/v1/embeddings",
    "/v1/responses",
    "/openai/deployments/d/chat/completions?api-version=1",
    "/openai/deployments/d/embeddings?api-version=1",
    "/v1/messages",
    "/v1beta/models/m:generateContent",
    "/v1beta/models/m:streamGenerateContent?alt=sse",
    "/v1/projects/p/locations/l/publishers/google/models/m:generateContent",
    "/v1/projects/p/locations/l/publishers/anthropic/models/m:rawPredict",
    "/model/m/converse",
    "/model/m/invoke",
    "/model/m/invoke-with-response-stream",
]
KEYS = {"api_key": "sk-good", "x_api_key": "sk-good", "x_goog_api_key": "sk-good", "anthropic_version": "2023-06-01"}


@pytest.mark.parametrize(
    "body",
    [b"", b"not json", b"[]", b"null", b'{"messages": "x", "input": 7, "contents": "x"}', b'{"messages": [1]}'],
)
@pytest.mark.parametrize("path", PATHS)
def test_a_body_of_the_wrong_shape_is_answered_and_breaks_nothing(ask: Ask, path: str, body: bytes) -> None:
    response = ask(path, body, **KEYS)
    assert response.status in (200, 400)  # some of it will do for the more lenient wires
    assert response.json if response.status == 400 else response.body


def test_an_answer_function_that_raises_is_told_to_the_caller(fake_providers: Callable[..., FakeProvider]) -> None:
    def fail(call: Call) -> str:
        raise ValueError(f"no answer to {call.last}")

    fake = fake_providers(answer=fail)
    response, body = post(http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=5))
    assert response.status == 500
    assert "ValueError('no answer to hi')" in json.loads(body)["error"]["message"]


def post(connection: http.client.HTTPConnection) -> tuple[http.client.HTTPResponse, bytes]:
    body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "hi"}]})
    connection.request("POST", "/v1/chat/completions", body, {"authorization": "Bearer sk-good"})
    response = connection.getresponse()
    read = response.read()
    connection.close()
    return response, read


def test_no_key_shows_in_the_journals_or_the_fakes_repr(fake: FakeProvider, chat: Ask) -> None:
    chat()
    assert "sk-good" not in repr(fake) + repr(fake.journal.entries) + repr(fake.journal)
    assert repr(fake.journal[0]) == "<POST /v1/chat/completions (openai chat, model 'gpt-4o-mini'): 200>"


def test_a_reply_may_have_headers_of_its_own(fake: FakeProvider, chat: Ask) -> None:
    fake.script(Reply("x", headers={"x-ratelimit-remaining-requests": "7"}))
    assert chat().headers["x-ratelimit-remaining-requests"] == "7"


def test_a_stream_without_text_can_be_broken_too() -> None:
    with FakeProvider(answer="") as fake:
        fake.script(Malformed("truncated"))
        connection = http.client.HTTPConnection(fake.url.removeprefix("http://"), timeout=5)
        path = "/v1beta/models/m:streamGenerateContent?alt=sse"
        connection.request("POST", path, '{"contents": [{"parts": [{"text": "x"}]}]}', {"x-goog-api-key": "k"})
        broken = connection.getresponse().read()
        connection.close()
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken.removeprefix(b"data: "))


@pytest.mark.parametrize(
    ("adapter", "tail"),
    [
        ("openai", "/v1"),
        ("azure", "/openai/deployments"),
        ("anthropic", ""),
        ("google-ai-studio", ""),
        ("google-vertex-ai", ""),
        ("bedrock", ""),
    ],
)
def test_base_urls_are_what_a_langfuse_connection_has(fake: FakeProvider, adapter: str, tail: str) -> None:
    assert fake.base_url(adapter) == fake.url + tail


def certificate(folder: Path) -> Path:
    """A self-signed certificate for 127.0.0.1 with its key, in one file."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "fake")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "fake.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_with_a_tls_context_it_speaks_https(tmp_path: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate(tmp_path))
    with FakeProvider(tls=server) as fake:
        assert fake.url.startswith("https://127.0.0.1:")
        place = fake.url.removeprefix("https://")
        trusting = ssl.create_default_context(cafile=tmp_path / "fake.pem")
        response, body = post(http.client.HTTPSConnection(place, timeout=5, context=trusting))
        assert (response.status, json.loads(body)["model"]) == (200, "m")
        with pytest.raises(ssl.SSLCertVerificationError):
            post(http.client.HTTPSConnection(place, timeout=5, context=ssl.create_default_context()))
        fake.down()
        fake.up()
        assert post(http.client.HTTPSConnection(place, timeout=5, context=trusting))[0].status == 200
