"""What a broker is told: mistakes are met before it listens, and no frame of theirs has a secret in a variable."""

from pathlib import Path

import pytest
from benchmarks.trust import vouch
from tests.printers import printed_frames

from genai_sdk.broker.service import make_application
from genai_sdk.broker.serving import check
from genai_sdk.broker.settings import read_broker_settings
from genai_sdk.errors import ConfigurationError, GenAIError

SECRETS = {
    "GENAI_DATABASE_URL": "postgresql://reader:hush@127.0.0.1:1/langfuse",
    "GENAI_ENCRYPTION_KEY": "aa" * 32,
    "GENAI_BROKER_METRICS_TOKEN": "hush-token",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"GENAI_DATABASE_URL": "mysql://reader:hush@host/langfuse"},
        {"GENAI_DATABASE_URL": ""},
        {"GENAI_ENCRYPTION_KEY": "hush"},
        {"GENAI_BROKER_REDIS_URL": "http://:hush@host"},
        {"GENAI_BROKER_REDIS_URL": "redis://:hush@host:port/1"},
        {"GENAI_BROKER_RATE": "many"},
        {"GENAI_BROKER_POLICY": "/nowhere.toml"},
        {"GENAI_BROKER_AUTH": "nobody"},
        {"GENAI_SALT_FILE": "/nowhere"},
        {"GENAI_BROKER_TLS_CERT": "/nowhere.pem", "GENAI_BROKER_TLS_KEY": "/nowhere.pem"},
    ],
)
def test_the_frames_of_a_wrong_setting_hold_no_secret(wrong: dict[str, str]) -> None:
    with pytest.raises(GenAIError) as caught:
        make_application(read_broker_settings({}, {**SECRETS, **wrong})).close()
    assert "hush" not in printed_frames(caught.value)


def test_the_frames_of_a_check_that_fails_hold_no_secret() -> None:
    with pytest.raises(GenAIError) as caught:
        check(read_broker_settings({}, SECRETS))
    assert "hush" not in printed_frames(caught.value)


def test_a_secret_file_that_is_no_text_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "salt"
    path.write_bytes(b"hush\xff")
    with pytest.raises(ConfigurationError, match=r"GENAI_SALT_FILE names .*, which cannot be read") as caught:
        read_broker_settings({}, {**SECRETS, "GENAI_SALT_FILE": str(path)})
    assert "hush" not in printed_frames(caught.value)


def test_tls_files_that_are_no_pair_are_refused_before_it_listens(tmp_path: Path) -> None:
    places = [tmp_path / name for name in ("one", "other")]
    for place in places:
        place.mkdir()
    one, other = (vouch(str(place)) for place in places)
    options = {"tls_cert": one.server, "tls_key": other.server}
    with pytest.raises(ConfigurationError, match="not a certificate chain and its key"):
        read_broker_settings(options, SECRETS)
