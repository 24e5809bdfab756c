"""Langfuse's database, a real PostgreSQL with the rows that a real Langfuse wrote."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.connections.conftest import OpenDatabase, Read
from tests.connections.records import recorded_records
from tests.langfuse_database import migrate

from genai_sdk.connections import DatabaseSource, parse_result
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError, DecryptionError
from genai_sdk.secret import Secret

# What docs/database.md tells an administrator to grant.
GRANTS = """
    GRANT SELECT (public_key, hashed_secret_key, fast_hashed_secret_key, project_id, scope, expires_at,
        is_in_app_agent_key) ON api_keys TO genai_reader;
    GRANT SELECT (id, name, deleted_at) ON projects TO genai_reader;
    GRANT SELECT (project_id, provider, adapter, secret_key, base_url, custom_models, with_default_models,
        extra_headers, config, created_at, updated_at) ON llm_api_keys TO genai_reader;
"""


def execute(dsn: str, statements: str, *arguments: Any) -> None:
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(statements.encode(), arguments or None)


@pytest.fixture(scope="session")
def reader(postgres: str) -> str:
    execute(postgres, "CREATE ROLE genai_reader LOGIN")
    return "genai_reader"


def test_the_recorded_rows_are_delivered_and_opened_as_they_are(langfuse_dsn: str, read: Read) -> None:
    delivery = read(langfuse_dsn)
    assert delivery.project is not None
    assert (delivery.project.id, delivery.project.name) == ("proj-test", "Test project")
    expected = parse_result(delivery.__class__(project=delivery.project, connections=tuple(recorded_records())), None)
    assert len(expected.connections) == 12
    assert parse_result(delivery, None) == expected


def test_only_the_named_ones_are_delivered_and_all_are_listed(langfuse_dsn: str, read: Read) -> None:
    delivery = read(langfuse_dsn, ["azure_test", "missing", "openai_test"])
    assert {record.name for record in delivery.connections} == {"azure_test", "openai_test"}
    assert set(delivery.available or ()) == {record.name for record in recorded_records()}
    assert read(langfuse_dsn, []).connections == ()


def test_a_project_without_connections_delivers_none(langfuse_dsn: str, read: Read) -> None:
    execute(langfuse_dsn, "DELETE FROM llm_api_keys")
    delivery = read(langfuse_dsn)
    assert delivery.project is not None
    assert (delivery.connections, delivery.available) == ((), ())


def test_connections_of_other_projects_stay_out_of_sight(langfuse_dsn: str, read: Read) -> None:
    execute(langfuse_dsn, "INSERT INTO projects VALUES ('other', 'Other')")
    execute(langfuse_dsn, "UPDATE llm_api_keys SET project_id = 'other' WHERE provider <> 'azure_test'")
    assert read(langfuse_dsn).available == ("azure_test",)


@pytest.mark.parametrize(
    ("version", "adapter", "region", "headers", "models"),
    [
        ("4.16", "bedrock", "us-east-1", {"X-Team": "search"}, 2),
        ("3.50", "bedrock", "us-east-1", {"X-Team": "search"}, 2),
        ("3.14", "bedrock", "us-east-1", {"X-Team": "search"}, 2),
        ("3.0", "bedrock", "us-east-1", None, 2),
        ("2.85", "bedrock", "us-east-1", None, 2),
        ("2.52", "bedrock", None, None, 2),
        ("2.32", "bedrock_test", None, None, 0),
    ],
)
def test_older_schemas_are_read_with_the_defaults_langfuse_had(
    make_database: Callable[..., str],
    read: Read,
    version: str,
    adapter: str,
    region: str | None,
    headers: Any,
    models: int,
) -> None:
    records = {record.name: record for record in read(make_database(version)).connections}
    assert len(records) == 12
    assert records["bedrock_test"].adapter == adapter
    assert (records["bedrock_test"].config or {}).get("region") == region
    assert len(records["bedrock_test"].custom_models) == models
    assert records["openai_test"].headers == headers
    assert records["openai_test"].secret == Secret("sk-test-openai-0001")
    assert records["openai_test"].with_default_models


def test_column_grants_suffice(langfuse_dsn: str, reader: str, read: Read) -> None:
    execute(langfuse_dsn, GRANTS)
    dsn = make_conninfo(langfuse_dsn, user=reader)
    assert read(dsn) == read(langfuse_dsn)
    assert len(read(dsn, salt=None).connections) == 12
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(dsn, "SELECT display_secret_key FROM llm_api_keys")


def test_a_missing_grant_is_named_even_on_a_column_that_older_versions_lack(
    langfuse_dsn: str, reader: str, read: Read
) -> None:
    execute(langfuse_dsn, GRANTS)
    execute(langfuse_dsn, "REVOKE SELECT (expires_at) ON api_keys FROM genai_reader")
    with pytest.raises(ConfigurationError, match=r"GRANT SELECT \(expires_at\) ON api_keys TO"):
        read(make_conninfo(langfuse_dsn, user=reader))


def test_a_grant_revoked_later_is_named_too(
    langfuse_dsn: str, reader: str, open_database: OpenDatabase, recorded: dict[str, Any]
) -> None:
    execute(langfuse_dsn, GRANTS)
    database = open_database(make_conninfo(langfuse_dsn, user=reader))
    database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
    execute(langfuse_dsn, "REVOKE SELECT (deleted_at) ON projects FROM genai_reader")
    with pytest.raises(ConfigurationError, match=r"GRANT SELECT \(deleted_at\) ON projects TO"):
        database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)


def test_a_column_that_goes_away_is_noticed_in_the_same_reading(
    langfuse_dsn: str, open_database: OpenDatabase, recorded: dict[str, Any]
) -> None:
    database = open_database(langfuse_dsn)
    pair = recorded["public_key"], Secret(recorded["secret_key"])
    assert len(database.read(*pair, None).connections) == 12
    execute(langfuse_dsn, "ALTER TABLE llm_api_keys DROP config")
    assert {record.config for record in database.read(*pair, ["openai_test", "bedrock_test"]).connections} == {None}
    assert len(database.read(*pair, None).connections) == 12


def test_a_new_version_of_langfuse_is_read_by_the_next_database(make_database: Callable[..., str], read: Read) -> None:
    dsn = make_database("2.85")
    migrate(dsn, since="2.85", until="4.16")
    assert len(read(dsn).connections) == 12


@pytest.mark.parametrize("table", ["api_keys", "projects", "llm_api_keys"])
def test_a_database_of_something_else_is_told_apart(make_database: Callable[..., str], read: Read, table: str) -> None:
    dsn = make_database(rows=False)
    execute(dsn, f"DROP TABLE {table} CASCADE")
    with pytest.raises(ConfigurationError, match=f"has no table {table}"):
        read(dsn)


def test_a_schema_of_the_future_is_told_apart(langfuse_dsn: str, read: Read) -> None:
    execute(langfuse_dsn, "ALTER TABLE llm_api_keys RENAME secret_key TO sealed_key")
    with pytest.raises(ConfigurationError, match=r"llm_api_keys\.secret_key is missing"):
        read(langfuse_dsn)


def test_an_address_copied_from_langfuse_works(langfuse_dsn: str, read: Read) -> None:
    place = conninfo_to_dict(langfuse_dsn)
    execute(langfuse_dsn, 'CREATE SCHEMA "Lang-Fuse"')
    for table in ("api_keys", "projects", "llm_api_keys"):
        execute(langfuse_dsn, f'ALTER TABLE {table} SET SCHEMA "Lang-Fuse"')
    url = (
        f"postgresql://{place['user']}@/{place['dbname']}?host={place['host']}&schema=Lang-Fuse&pgbouncer=true"
        "&connection_limit=1&pool_timeout=5&sslmode=disable&sslaccept=accept_invalid_certs"
    )
    assert len(read(url).connections) == 12
    with pytest.raises(ConfigurationError, match="has no table"):
        read(langfuse_dsn)


def test_a_row_that_no_key_opens_breaks_only_itself(make_database: Callable[..., str], read: Read) -> None:
    other = Cipher("ff" * 32)
    dsn = make_database(
        changes={
            "openai_test": {"extra_headers": other.encrypt('{"X-Team": "search"}')},
            "azure_test": {"secret_key": other.encrypt("azure-test-key-0004")},
            "vllm_onprem": {"secret_key": "token-onprem-0003"},
        }
    )
    found = {connection.name: connection.error for connection in parse_result(read(dsn), None).connections}
    broken = {name: error for name, error in found.items() if error is not None}
    assert set(broken) == {"openai_test", "azure_test", "vllm_onprem"}
    assert all(isinstance(error, DecryptionError) for error in broken.values())
    assert "'openai_test' cannot be used: its extra headers cannot be opened" in str(broken["openai_test"])
    assert "'azure_test' cannot be used: its secret cannot be opened" in str(broken["azure_test"])
    assert "token-onprem" not in str(broken["vllm_onprem"])


def test_several_keys_open_the_rows_of_each(
    make_database: Callable[..., str], read: Read, recorded: dict[str, Any]
) -> None:
    newer = "ff" * 32
    dsn = make_database(changes={"azure_test": {"secret_key": Cipher(newer).encrypt("azure-new")}})
    records = {record.name: record for record in read(dsn, keys=f"{newer},{recorded['encryption_key']}").connections}
    assert records["azure_test"].secret == Secret("azure-new")
    assert records["openai_test"].secret == Secret("sk-test-openai-0001")


def test_a_malformed_row_breaks_only_itself(
    make_database: Callable[..., str], read: Read, recorded: dict[str, Any]
) -> None:
    seal = Cipher(recorded["encryption_key"]).encrypt
    dsn = make_database(
        changes={
            "openai_test": {"extra_headers": seal("not json")},
            "azure_test": {"base_url": None},
            "bedrock_test": {"secret_key": seal("not json")},
            "gemini_usa": {"config": json.loads('{"location": {"nested": [1e300, null]}}')},
            "gemini_studio": {"secret_key": seal("")},
            "anthropic_test": {"adapter": "carrier-pigeon"},
            "vllm_onprem": {"custom_models": [None, "", "llama"]},
        }
    )
    found = parse_result(read(dsn), None)
    assert {connection.name for connection in found.connections if connection.error} == {
        "openai_test", "azure_test", "bedrock_test", "gemini_usa", "gemini_studio", "anthropic_test"
    }  # fmt: skip
    vllm = found.get("vllm_onprem")
    assert vllm is not None
    assert vllm.view.custom_models == ("llama",)


def test_reading_leaves_no_session_behind(langfuse_dsn: str, postgres: str, read: Read) -> None:
    read(langfuse_dsn)
    # Refused while anybody is in it; the server itself waits some seconds for sessions that are about to end.
    execute(postgres, f"DROP DATABASE {conninfo_to_dict(langfuse_dsn)['dbname']}")


def test_the_source_binds_a_key_pair(langfuse_dsn: str, open_database: OpenDatabase, recorded: dict[str, Any]) -> None:
    source = DatabaseSource(
        open_database(langfuse_dsn), public_key=recorded["public_key"], secret_key=Secret(recorded["secret_key"])
    )
    assert [record.name for record in source.fetch(["azure_test"]).connections] == ["azure_test"]
    assert "GENAI_DATABASE_URL" in source.describe()
    assert recorded["secret_key"] not in repr(vars(source))
    source.close()


def test_without_psycopg_the_message_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from genai_sdk.connections import LangfuseDatabase\n"
        "from genai_sdk.crypto import Cipher\n"
        "from genai_sdk.secret import Secret\n"
        "try:\n"
        "    LangfuseDatabase(Secret('postgresql://h/d'), Cipher('aa' * 32)).read('pk', Secret('sk'), None)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("ConfigurationError")
    assert "pip install 'genai-sdk-langfuse[postgres]'" in done.stdout
