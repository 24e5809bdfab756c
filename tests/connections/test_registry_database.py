"""The registry on a real database: rotation, refusal, recovery."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.connections.conftest import OpenDatabase
from tests.connections.sources import Clock

from genai_sdk.connections import ConnectionRegistry, DatabaseSource
from genai_sdk.crypto import Cipher
from genai_sdk.errors import AccessDeniedError, ConnectionNotFoundError

MakeRegistry = Callable[..., ConnectionRegistry]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make_registry(
    langfuse_dsn: str, open_database: OpenDatabase, recorded: dict[str, Any], clock: Clock
) -> MakeRegistry:
    def make(**options: Any) -> ConnectionRegistry:
        source = DatabaseSource(
            open_database(langfuse_dsn), public_key=recorded["public_key"], secret_key=recorded["secret_key"]
        )
        return ConnectionRegistry(source, now=clock, **options)

    return make


def change(dsn: str, statement: str, *arguments: Any) -> None:
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(statement.encode(), arguments)


def test_the_recorded_connections_come_oldest_first(make_registry: MakeRegistry) -> None:
    names = [connection.name for connection in make_registry().get().connections]
    assert names[:3] == ["openai_test", "azure_test", "bedrock_test"]
    assert names[-1] == "vertex_adc"
    assert len(names) == 12


def test_named_connections_come_in_the_order_given(make_registry: MakeRegistry) -> None:
    registry = make_registry(names=["vertex_adc", "azure_test"])
    assert [connection.name for connection in asyncio.run(registry.aget()).connections] == ["vertex_adc", "azure_test"]


def test_an_unknown_name_lists_the_projects_connections(make_registry: MakeRegistry) -> None:
    with pytest.raises(ConnectionNotFoundError, match=r"'nowhere'.*'anthropic_test', 'azure_test'"):
        make_registry(names=["nowhere"]).get()


def test_a_key_rotated_in_langfuse_is_found_by_a_refetch(
    make_registry: MakeRegistry, langfuse_dsn: str, recorded: dict[str, Any]
) -> None:
    registry = make_registry()
    failed = registry.get().get("azure_test")
    assert failed is not None
    assert registry.refetch(failed).connection is None
    sealed = Cipher(recorded["encryption_key"]).encrypt("azure-rotated")
    change(langfuse_dsn, "UPDATE llm_api_keys SET secret_key = %s WHERE provider = 'azure_test'", sealed)
    other = registry.get().get("openai_test")
    assert other is not None
    assert registry.refetch(other).connection is None
    renewed = registry.refetch(failed).connection
    assert renewed is not None
    assert renewed.credentials is not None
    assert renewed.credentials["key"] == "azure-rotated"


def test_a_deleted_key_pair_is_denied_and_a_restored_one_recovers(
    make_registry: MakeRegistry, langfuse_dsn: str, clock: Clock
) -> None:
    registry = make_registry()
    registry.get()
    change(langfuse_dsn, "UPDATE api_keys SET expires_at = '2020-01-01'")
    clock.advance(301)
    with pytest.raises(AccessDeniedError, match="has expired"):
        registry.get()
    change(langfuse_dsn, "UPDATE api_keys SET expires_at = NULL")
    clock.advance(61)
    assert len(registry.get().connections) == 12


def test_a_database_that_loses_its_tables_is_down_and_not_denied(
    make_registry: MakeRegistry, langfuse_dsn: str, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    registry = make_registry()
    first = registry.get()
    change(langfuse_dsn, "ALTER TABLE llm_api_keys RENAME TO elsewhere")
    clock.advance(301)
    assert registry.get() is first
    assert "has no table llm_api_keys" in caplog.text
