"""The GRANTs of the docs on a real PostgreSQL: with them everything works, and nothing else can be read or written."""

import itertools
import os
import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.broker.conftest import Run

from genai_sdk.connections import DatabaseSource, LangfuseDatabase, Project
from genai_sdk.connections.sources.schema import COLUMNS, CONNECTION_COLUMNS
from genai_sdk.crypto import Cipher
from genai_sdk.secret import Secret

ROOT = Path(__file__).parents[2]
WHOLE, LESS = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/database.md").read_text("utf-8"), re.DOTALL)
DEPLOYED = (ROOT / "deploy/grants.sql").read_text("utf-8")
ROLES = itertools.count()


def follow(dsn: str, statements: str) -> str:
    """Do what the docs say, with a role of another name: roles belong to the server, which all tests share."""
    role = f"genai_reader_{os.getpid()}_{next(ROLES)}"
    with psycopg.connect(dsn, autocommit=True) as session:
        session.execute(statements.replace("genai_reader", role).encode())
    return make_conninfo(dsn, user=role, password="…")


def readable(dsn: str) -> dict[str, set[str]]:
    """Return every column of every table that the role may read."""
    query = """
        SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
          AND has_column_privilege(c.oid, a.attnum, 'SELECT')
    """
    found: dict[str, set[str]] = {}
    with psycopg.connect(dsn) as session:
        for table, column in session.execute(query.encode()):
            found.setdefault(table, set()).add(column)
    return found


@pytest.mark.parametrize("statements", [WHOLE, DEPLOYED])
def test_a_client_reads_all_that_it_takes_and_the_role_nothing_else(
    langfuse_dsn: str, recorded: dict[str, Any], statements: str
) -> None:
    dsn = follow(langfuse_dsn, statements)
    database = LangfuseDatabase(Secret(dsn), Cipher(recorded["encryption_key"]), salt=Secret(recorded["salt"]))
    source = DatabaseSource(database, public_key=recorded["public_key"], secret_key=Secret(recorded["secret_key"]))
    assert len(source.fetch(None).connections) == 12
    assert readable(dsn) == {table: set(columns) for table, columns in COLUMNS.items()}


def test_a_broker_that_asks_langfuse_takes_the_connections_alone(langfuse_dsn: str, recorded: dict[str, Any]) -> None:
    dsn = follow(langfuse_dsn, LESS)
    database = LangfuseDatabase(Secret(dsn), Cipher(recorded["encryption_key"]))
    assert len(database.read_project(Project(recorded["project_id"]), None).connections) == 12
    assert readable(dsn) == {table: set(columns) for table, columns in CONNECTION_COLUMNS.items()}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT display_secret_key FROM llm_api_keys",
        "SELECT * FROM api_keys",
        "SET default_transaction_read_only = off; DELETE FROM llm_api_keys",
        "SET default_transaction_read_only = off; UPDATE api_keys SET project_id = 'mine'",
        "SET default_transaction_read_only = off; INSERT INTO projects VALUES ('mine', 'Mine')",
        "SET default_transaction_read_only = off; CREATE TABLE mine (id TEXT)",
    ],
)
def test_the_role_does_nothing_else(langfuse_dsn: str, statement: str) -> None:
    dsn = follow(langfuse_dsn, WHOLE)
    *before, last = statement.split("; ")
    with psycopg.connect(dsn, autocommit=True) as session:
        for each in before:
            session.execute(each.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(last.encode())


def test_a_broker_says_which_grant_is_missing(langfuse_dsn: str, run: Run) -> None:
    dsn = follow(langfuse_dsn, LESS)
    broker = run(GENAI_DATABASE_URL=dsn)
    assert broker.ask("/ready").status == 503
    broker.stop()
    assert "GRANT SELECT (public_key, hashed_secret_key" in "".join(broker.status_text)
