"""Which key pairs may read their project."""

from typing import Any

import bcrypt
import psycopg
import pytest
from tests.connections.conftest import OpenDatabase, Read

from genai_sdk.connections.sources.keypair import KeyPairCheck
from genai_sdk.crypto import fast_hash
from genai_sdk.errors import AccessDeniedError
from genai_sdk.secret import Secret


def change(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(statement.encode())


def test_the_recorded_pair_passes_by_its_fast_hash(langfuse_dsn: str, read: Read) -> None:
    change(langfuse_dsn, "UPDATE api_keys SET hashed_secret_key = 'none'")
    assert len(read(langfuse_dsn).connections) == 12


@pytest.mark.parametrize("salt", [None, "lfsalt", "a wrong one"])
def test_the_recorded_pair_passes_by_its_slow_hash(langfuse_dsn: str, read: Read, salt: str | None) -> None:
    change(langfuse_dsn, "UPDATE api_keys SET fast_hashed_secret_key = NULL")
    assert len(read(langfuse_dsn, salt=salt).connections) == 12


def test_a_wrong_salt_falls_back_to_the_slow_hash(langfuse_dsn: str, read: Read) -> None:
    assert len(read(langfuse_dsn, salt="a wrong one").connections) == 12


def test_a_wrong_salt_is_warned_of_once(recorded: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    secret_key = recorded["secret_key"]
    slow = [bcrypt.hashpw(secret_key.encode(), bcrypt.gensalt(4)).decode() for _ in range(2)]
    facts = {"scope": "PROJECT", "has_project": True}
    facts |= dict.fromkeys(("is_in_app_agent_key", "is_deleted", "is_expired"), False)
    check = KeyPairCheck(Secret("a wrong one"))
    for one in slow:
        row = {"fast_hashed_secret_key": fast_hash(secret_key, recorded["salt"]), "hashed_secret_key": one, **facts}
        check.check("pk", Secret(secret_key), row)
        KeyPairCheck(Secret(recorded["salt"])).check("pk", Secret(secret_key), row)
        KeyPairCheck(None).check("pk", Secret(secret_key), row)
    (told,) = [each.getMessage() for each in caplog.records if each.name == "genai_sdk"]
    assert "GENAI_SALT is not the SALT of this Langfuse" in told
    assert "a wrong one" not in told


@pytest.mark.parametrize("salt", [None, "lfsalt"])
def test_another_secret_key_is_refused(
    langfuse_dsn: str, read: Read, recorded: dict[str, Any], salt: str | None
) -> None:
    with pytest.raises(AccessDeniedError, match="'pk-lf-test' has another secret key") as caught:
        read(langfuse_dsn, pair=(recorded["public_key"], "sk-lf-of-somebody-else"), salt=salt)
    assert "somebody-else" not in str(caught.value)


def test_an_unknown_public_key_is_refused(langfuse_dsn: str, read: Read, recorded: dict[str, Any]) -> None:
    with pytest.raises(AccessDeniedError, match="'pk-lf-unknown' is unknown") as caught:
        read(langfuse_dsn, pair=("pk-lf-unknown", recorded["secret_key"]))
    assert recorded["secret_key"] not in str(caught.value)


def test_the_public_key_of_another_pair_is_refused(langfuse_dsn: str, read: Read, recorded: dict[str, Any]) -> None:
    change(
        langfuse_dsn,
        "INSERT INTO api_keys (id, public_key, hashed_secret_key, display_secret_key, project_id)"
        " VALUES ('2', 'pk-lf-2', 'none', '...', 'proj-test')",
    )
    with pytest.raises(AccessDeniedError, match="has another secret key"):
        read(langfuse_dsn, pair=("pk-lf-2", recorded["secret_key"]))


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE api_keys SET expires_at = now() AT TIME ZONE 'UTC' - interval '1 minute'", "has expired"),
        ("UPDATE api_keys SET scope = 'ORGANIZATION', project_id = NULL", "belongs to an organisation"),
        ("UPDATE api_keys SET project_id = NULL", "belongs to no project"),
        ("UPDATE api_keys SET is_in_app_agent_key = true", "reserved for Langfuse's own agent"),
        ("UPDATE projects SET deleted_at = now()", "belongs to a deleted project"),
    ],
)
def test_a_pair_that_may_not_read_a_project_is_refused(
    langfuse_dsn: str, read: Read, statement: str, reason: str
) -> None:
    change(langfuse_dsn, statement)
    with pytest.raises(AccessDeniedError, match=f"{reason}.*; check LANGFUSE_PUBLIC_KEY"):
        read(langfuse_dsn)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Seoul", "America/Los_Angeles"])
def test_expiry_counts_in_utc_whatever_the_servers_time_zone(langfuse_dsn: str, read: Read, zone: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(langfuse_dsn)["dbname"]
    change(langfuse_dsn, f"ALTER DATABASE {name} SET timezone = '{zone}'")
    change(langfuse_dsn, "UPDATE api_keys SET expires_at = now() AT TIME ZONE 'UTC' + interval '1 minute'")
    assert len(read(langfuse_dsn).connections) == 12
    change(langfuse_dsn, "UPDATE api_keys SET expires_at = now() AT TIME ZONE 'UTC' - interval '1 minute'")
    with pytest.raises(AccessDeniedError, match="has expired"):
        read(langfuse_dsn)


def test_a_passed_slow_hash_is_remembered_for_its_secret_key_only(
    langfuse_dsn: str, open_database: OpenDatabase, recorded: dict[str, Any]
) -> None:
    database = open_database(langfuse_dsn, salt=None)
    assert len(database.read(recorded["public_key"], Secret(recorded["secret_key"]), None).connections) == 12
    with pytest.raises(AccessDeniedError):
        database.read(recorded["public_key"], Secret("sk-lf-other"), None)
    change(langfuse_dsn, "UPDATE api_keys SET hashed_secret_key = '$2a$04$' || repeat('x', 53)")
    with pytest.raises(AccessDeniedError):
        database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
