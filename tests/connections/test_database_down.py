"""A database that cannot be read: each failure ends in time, says why, and shows neither password nor address."""

import socket
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.connections.conftest import OpenDatabase, Read
from tests.connections.sources import in_thread
from tests.printers import printed_frames

from genai_sdk.connections import LangfuseDatabase
from genai_sdk.crypto import Cipher
from genai_sdk.errors import ConfigurationError, GenAIError, SourceUnavailableError
from genai_sdk.secret import Secret

PASSWORD = "hunter22-is-secret"


def fail(attempt: Callable[[], object], kind: type[GenAIError], match: str, *, address: str = PASSWORD) -> None:
    with pytest.raises(kind, match=match) as caught:
        attempt()
    shown = "".join(traceback.format_exception(caught.value)) + printed_frames(caught.value)
    assert PASSWORD not in shown
    assert address not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@contextmanager
def listening() -> Iterator[int]:
    """A server that accepts and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


def test_a_closed_port_is_named(read: Read) -> None:
    with listening() as port:
        pass
    dsn = f"postgresql://user:{PASSWORD}@127.0.0.1:{port}/langfuse"
    fail(lambda: read(dsn), SourceUnavailableError, f"port {port} failed: Connection refused", address=dsn)


@pytest.mark.network  # a resolver may be asked for a name that is reserved for having no address (RFC 2606)
def test_an_unknown_host_is_named(read: Read) -> None:
    dsn = f"postgresql://user:{PASSWORD}@langfuse.invalid/langfuse"
    fail(lambda: read(dsn), SourceUnavailableError, "langfuse.invalid", address=dsn)


def test_a_server_that_accepts_and_never_answers_is_given_up(read: Read) -> None:
    with listening() as port:
        dsn = f"postgresql://user:{PASSWORD}@127.0.0.1:{port}/langfuse"
        fail(
            lambda: read(dsn, connect=2), SourceUnavailableError, "did not answer a connection within 2 s", address=dsn
        )


def test_the_address_cannot_lengthen_the_time_to_connect(read: Read) -> None:
    with listening() as port:
        dsn = f"postgresql://user:{PASSWORD}@127.0.0.1:{port}/langfuse?connect_timeout=600"
        fail(lambda: read(dsn, connect=2), SourceUnavailableError, "within 2 s", address=dsn)


def test_the_next_host_of_the_address_is_tried(langfuse_dsn: str, read: Read) -> None:
    place = conninfo_to_dict(langfuse_dsn)
    with listening() as port:
        pass
    dsn = make_conninfo(langfuse_dsn, host=f"127.0.0.1,{place['host']}", port=f"{port},5432")
    assert len(read(dsn).connections) == 12


@contextmanager
def locked(dsn: str) -> Iterator[None]:
    with psycopg.connect(dsn) as session:
        session.execute("LOCK TABLE llm_api_keys")
        yield
        session.rollback()


def test_a_slow_statement_is_ended_by_the_server(langfuse_dsn: str, read: Read) -> None:
    with locked(langfuse_dsn):
        fail(lambda: read(langfuse_dsn, statement=0.2), SourceUnavailableError, "did not answer a query within 0.2 s")
    assert len(read(langfuse_dsn).connections) == 12


def test_a_server_that_stops_answering_in_the_middle_is_cut(
    langfuse_dsn: str, open_database: OpenDatabase, recorded: dict[str, str]
) -> None:
    database = open_database(langfuse_dsn, statement=600, total=1)
    with locked(langfuse_dsn):
        fail(
            lambda: in_thread(
                lambda: database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
            ).get(),
            SourceUnavailableError,
            "stopped answering within 1 s",
        )


@pytest.fixture(scope="module")
def guarded(postgres: str) -> str:
    """A DSN of a role that must give its password."""
    with psycopg.connect(postgres, autocommit=True) as session:
        session.execute(f"CREATE ROLE guarded LOGIN PASSWORD '{PASSWORD}'".encode())
        (rules,) = session.execute("SHOW hba_file").fetchone() or ("",)
        with open(rules) as file:
            trusted = file.read()
        with open(rules, "w") as file:
            file.write(f"local all guarded scram-sha-256\n{trusted}")
        session.execute("SELECT pg_reload_conf()")
    dsn = make_conninfo(postgres, user="guarded", password="wrong")
    for _ in range(10_000):  # until the server has taken the rule over
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            return dsn
    raise AssertionError("the rule is not in force")


def test_a_wrong_password_is_said_and_not_shown(guarded: str, read: Read) -> None:
    dsn = make_conninfo(guarded, password=f"{PASSWORD}-not")
    fail(lambda: read(dsn), SourceUnavailableError, 'password authentication failed for user "guarded"', address=dsn)


def test_an_unknown_database_is_named(postgres: str, read: Read) -> None:
    dsn = make_conninfo(postgres, dbname="nowhere", password=PASSWORD)
    fail(lambda: read(dsn), SourceUnavailableError, 'database "nowhere" does not exist', address=dsn)


def test_a_broken_table_is_a_failure_with_its_state(langfuse_dsn: str, read: Read) -> None:
    with psycopg.connect(langfuse_dsn, autocommit=True) as session:
        session.execute("ALTER TABLE llm_api_keys RENAME TO real")
        session.execute("CREATE VIEW llm_api_keys AS SELECT *, 1 / 0 AS never FROM real WHERE 1 / length(id) < 1 / 0")
    fail(lambda: read(langfuse_dsn), SourceUnavailableError, r"division by zero \(SQLSTATE 22012\)")


@pytest.mark.parametrize(
    ("dsn", "match"),
    [
        (f"mysql://user:{PASSWORD}@host/langfuse", "does not start with postgresql://"),
        (f"postgresql+psycopg://user:{PASSWORD}@host/langfuse", "does not start with postgresql://"),
        (PASSWORD, "not a PostgreSQL address"),
        ("", "not a PostgreSQL address"),
        (f"postgresql://user:{PASSWORD}@host/langfuse?sslaccept=strict", "sslmode=verify-full"),
        (f"postgresql://user:{PASSWORD}@host/langfuse?sslidentity=client.p12", "sslmode=verify-full"),
    ],
)
def test_an_address_that_is_none_is_refused_at_once(dsn: str, match: str) -> None:
    fail(lambda: LangfuseDatabase(Secret(dsn), Cipher("aa" * 32)), ConfigurationError, match, address=dsn or PASSWORD)


@pytest.mark.parametrize(
    ("dsn", "match"),
    [
        (f"postgresql://user:{PASSWORD}%zz@host/langfuse", "special characters percent-encoded"),
        (f"postgresql://user:{PASSWORD}@host:port:1/langfuse", "special characters percent-encoded"),
        (f"postgresql://user:hunter@{PASSWORD}@host/langfuse", "special characters percent-encoded"),
        (f"postgresql://user:{PASSWORD}/22@host/langfuse", "special characters percent-encoded"),
        (f"postgresql://user:{PASSWORD}/@host/langfuse?{PASSWORD}@host=1", "special characters percent-encoded"),
        (
            f"postgresql://user:{PASSWORD}@host/langfuse?tls=on&pgbouncer=true",
            "parameters that libpq does not know: tls",
        ),
        pytest.param(
            f"postgresql://user:{PASSWORD}@host..example/langfuse",
            "a host name that is none",
            marks=pytest.mark.network,  # the lookup fails before anybody is asked
        ),
        (f"password={PASSWORD} hostname=host", "not an address that libpq can read"),
        (f"password='{PASSWORD}", "not an address that libpq can read"),
    ],
)
def test_an_address_that_libpq_cannot_read_is_not_shown(dsn: str, match: str, read: Read) -> None:
    fail(lambda: read(dsn), ConfigurationError, match, address=dsn)
