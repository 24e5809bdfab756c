"""A database without a free slot: a client that starts waits for one within its allowance, and then says so."""

import threading
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from tests.langfuse_database import postgresql

from genai_sdk.connections import LangfuseDatabase, ReadLimits
from genai_sdk.connections.sources.refusals import passes
from genai_sdk.crypto import Cipher
from genai_sdk.errors import SourceUnavailableError
from genai_sdk.secret import Secret

SLOTS = 12
CLIENTS = 60


@pytest.fixture
def few(langfuse_dsn: str) -> str:
    """The DSN of a role of its own in the recorded database, which may have one session at a time."""
    place = psycopg.conninfo.conninfo_to_dict(langfuse_dsn)
    role = f"few_{place['dbname']}"
    name = psycopg.sql.Identifier(role)
    with psycopg.connect(langfuse_dsn, autocommit=True) as session:
        session.execute(psycopg.sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT 1").format(name))
        session.execute(psycopg.sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(name))
    return make_conninfo(langfuse_dsn, user=role)


def test_a_reader_waits_for_a_slot_with_growing_jittered_pauses(few: str, recorded: dict[str, str]) -> None:
    waits: list[float] = []
    with ExitStack() as held:
        held.enter_context(psycopg.connect(few))

        def wait(seconds: float) -> None:
            waits.append(seconds)
            if len(waits) == 4:
                held.close()

        database = LangfuseDatabase(
            Secret(few), Cipher(recorded["encryption_key"]), salt=Secret(recorded["salt"]), wait=wait
        )
        delivery = database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
    assert len(delivery.connections) == 12
    assert len(waits) >= 4
    for seconds, longest in zip(waits, (0.05, 0.1, 0.2, 0.4), strict=False):
        assert longest / 2 <= seconds <= longest


def test_a_database_that_stays_full_is_given_up_within_the_allowance(few: str, recorded: dict[str, str]) -> None:
    with psycopg.connect(few):
        database = LangfuseDatabase(Secret(few), Cipher(recorded["encryption_key"]), limits=ReadLimits(total=1.5))
        with pytest.raises(SourceUnavailableError, match="too many connections for role") as caught:
            database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
    assert caught.value.__context__ is None


def test_another_refusal_is_not_tried_again(langfuse_dsn: str, recorded: dict[str, str]) -> None:
    waits: list[float] = []
    dsn = make_conninfo(langfuse_dsn, dbname="no_such_database")
    database = LangfuseDatabase(Secret(dsn), Cipher(recorded["encryption_key"]), wait=waits.append)
    with pytest.raises(SourceUnavailableError, match="no_such_database"):
        database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
    assert waits == []


def test_sixty_clients_start_at_once_on_a_server_with_twelve_slots(recorded: dict[str, str]) -> None:
    from tests.langfuse_database import create_database, create_schema, load_rows

    with postgresql() as server:
        dsn = create_database(server, "langfuse")
        create_schema(dsn)
        load_rows(dsn)
        with psycopg.connect(dsn, autocommit=True) as session:
            session.execute("CREATE ROLE fleet LOGIN")
            session.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO fleet")
            (slots,) = session.execute("SELECT current_setting('max_connections')::int").fetchone() or (0,)
            (kept,) = session.execute("SELECT current_setting('superuser_reserved_connections')::int").fetchone() or (
                0,
            )
        with ExitStack() as others:
            for _ in range(slots - kept - SLOTS):
                others.enter_context(psycopg.connect(dsn, user="fleet"))
            read: list[int] = []
            failed: list[str] = []
            together = threading.Barrier(CLIENTS)

            def start() -> None:
                place = make_conninfo(dsn, user="fleet")
                database = LangfuseDatabase(
                    Secret(place), Cipher(recorded["encryption_key"]), salt=Secret(recorded["salt"])
                )
                together.wait(20)
                try:
                    delivery = database.read(recorded["public_key"], Secret(recorded["secret_key"]), None)
                except SourceUnavailableError as error:
                    failed.append(str(error))
                else:
                    read.append(len(delivery.connections))

            threads = [threading.Thread(target=start) for _ in range(CLIENTS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    assert (failed, read) == ([], [12] * CLIENTS)


def test_what_passes_is_told_by_its_state_or_its_words() -> None:
    assert passes("53300", "")
    assert passes("57P03", "")
    assert passes(None, "FATAL:  sorry, too many clients already")
    assert passes(None, "FATAL:  the database system is starting up")
    assert not passes("28P01", "sorry, too many clients already")
    assert not passes(None, 'FATAL:  password authentication failed for user "a"')
