"""The schema is what this directory's `schema.sql` says, and is reached from every version before it."""

import sqlite3
from pathlib import Path

import pytest

from genai_sdk.local.store import migrate as migrating
from genai_sdk.local.store.migrate import APPLICATION, ForeignFileError, NewerSchemaError, migrate, migrations

_PINNED = Path(__file__).with_name("schema.sql")


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def _schema(connection: sqlite3.Connection) -> str:
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name")
    return "".join(f"{sql};\n" for (sql,) in rows)


def test_the_schema_is_the_pinned_one(file: Path) -> None:
    # After a new migration: write what is left of the comparison to schema.sql, and look at the difference.
    connection = _open(file)
    migrate(connection)
    assert _schema(connection) == _PINNED.read_text(encoding="utf-8")
    connection.close()


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [number for number, _ in migrations()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_file_of_any_version_comes_up_to_date_and_keeps_what_it_holds(file: Path) -> None:
    known = list(migrations())
    for version in range(1, len(known) + 1):
        file.unlink(missing_ok=True)
        connection = _open(file)
        for number, sql in known[:version]:
            connection.executescript(f"{sql}\nPRAGMA user_version = {number};")
        connection.execute("INSERT INTO sessions VALUES ('kept', 1, 'default')")
        migrate(connection)
        assert connection.execute("SELECT id FROM sessions").fetchall() == [("kept",)]
        assert _schema(connection) == _PINNED.read_text(encoding="utf-8")
        connection.close()


def test_a_further_migration_keeps_rows_and_happens_wholly_or_not_at_all(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = _open(file)
    migrate(connection)
    connection.execute("INSERT INTO sessions VALUES ('kept', 1, 'default')")
    last = list(migrations())[-1][0]

    def with_next(sql: str) -> None:
        known = [*migrations(), (last + 1, sql)]
        monkeypatch.setattr(migrating, "migrations", lambda: iter(known))  # a version that is not written yet

    with monkeypatch.context():
        before = _schema(connection)
        with_next("ALTER TABLE sessions ADD COLUMN note TEXT; CREATE TABLE sessions (id TEXT);")
        with pytest.raises(sqlite3.OperationalError, match="already exists"):
            migrate(connection)
        assert _schema(connection) == before
        assert connection.execute("PRAGMA user_version").fetchone() == (last,)
    monkeypatch.undo()
    with_next("ALTER TABLE sessions ADD COLUMN note TEXT;")
    migrate(connection)
    assert connection.execute("SELECT * FROM sessions").fetchall() == [("kept", 1, "default", None)]
    assert connection.execute("PRAGMA user_version").fetchone() == (last + 1,)
    connection.close()


def test_a_file_of_a_later_version_is_refused_and_left_alone(file: Path) -> None:
    connection = _open(file)
    migrate(connection)
    connection.execute("PRAGMA user_version = 999")
    with pytest.raises(NewerSchemaError, match="version 999"):
        migrate(connection)
    assert connection.execute("PRAGMA user_version").fetchone() == (999,)
    connection.close()


@pytest.mark.parametrize("made", ["CREATE TABLE other (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 1"])
def test_another_programs_database_is_refused_and_left_alone(file: Path, made: str) -> None:
    connection = _open(file)
    connection.execute(made)
    before = _schema(connection)
    with pytest.raises(ForeignFileError):
        migrate(connection)
    assert _schema(connection) == before
    connection.close()


def test_a_file_says_that_it_is_the_platforms(file: Path) -> None:
    connection = _open(file)
    migrate(connection)
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
    connection.close()
