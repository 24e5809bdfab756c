"""The schema, as numbered files that are only ever added to."""

import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files

APPLICATION = 0x67656E61
"""What SQLite's `application_id` says in every file of the platform's."""

_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")


class NewerSchemaError(Exception):
    """The file was written by a later version of the package."""


class ForeignFileError(Exception):
    """The file is some other program's database."""


def migrations() -> Iterator[tuple[int, str]]:
    """Yield the migrations in order: number and SQL."""
    here = files("genai_sdk.local.store") / "migrations"
    for entry in sorted(here.iterdir(), key=lambda entry: entry.name):
        matched = _NUMBERED.fullmatch(entry.name)
        if matched:
            yield int(matched[1]), entry.read_text(encoding="utf-8")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database up to date; each migration happens wholly or not at all.

    Raises:
        NewerSchemaError: The database is ahead of this package.
        ForeignFileError: It is some other program's.
    """
    (at,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION and (application or at or tables):
        raise ForeignFileError("it is some other program's database")
    known = list(migrations())
    if at > known[-1][0]:
        raise NewerSchemaError(f"its schema has version {at}, and this package knows {known[-1][0]}")
    for number, sql in known:
        if number > at:
            try:
                connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;")
            except BaseException:
                connection.rollback()
                raise
