"""Prompts at rest: every version that was ever written, and which labels it has now."""

import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from genai_sdk.langfuse.composition import Composed, resolve
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import NewPrompt, other_type
from genai_sdk.langfuse.prompt import LATEST, PromptVersion
from genai_sdk.langfuse.timestamps import from_micros, now, to_micros
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.encoding import dump, load
from genai_sdk.sentence import Sentence


class PromptEntry(msgspec.Struct, frozen=True):
    """A line in a list of prompts: a prompt, or a folder of them.

    Attributes:
        name: The prompt's name, or the folder's with those above it.
        prompts: How many prompts the folder holds, 1 for a prompt.
        updated_at: When any of its versions was last written, labelled or tagged.
        latest: The prompt's newest version; None for a folder.
        labels: The prompt's labels, each with the version that has it.
    """

    name: str
    prompts: int
    updated_at: datetime
    latest: PromptVersion | None = None
    labels: Mapping[str, int] = {}


class Prompts:
    """The prompts in the store.

    Args:
        database: Where they are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, new: NewPrompt, *, author: str = "API") -> PromptVersion:
        """Write the next version of a prompt; it is labelled `latest`.

        Raises:
            ApiError: It has another type than its versions before, or refers to a prompt that is not there.
        """

        def work(connection: sqlite3.Connection) -> PromptVersion:
            last = _versions(connection, "WHERE name = ? ORDER BY version DESC LIMIT 1", (new.name,))
            if last and last[0].type != new.type:
                raise other_type()
            moment = to_micros(now())
            number = last[0].version + 1 if last else 1
            tags = new.tags if new.tags is not None else last[0].tags if last else []
            tags = list(dict.fromkeys(tags))
            connection.execute(
                "INSERT INTO prompts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    str(uuid.uuid4()),
                    new.name,
                    number,
                    new.type,
                    dump(new.prompt),
                    dump({} if new.config is None else new.config),
                    dump(tags),
                    new.commit_message,
                    author,
                    moment,
                    moment,
                ),
            )
            connection.execute(
                "UPDATE prompts SET tags = ?, updated_at = ? WHERE name = ? AND tags != ?",
                (dump(tags), moment, new.name, dump(tags)),
            )
            _give_labels(connection, new.name, number, [*new.labels, LATEST], moment)
            version = _find(connection, new.name, version=number)
            assert version is not None
            resolve(partial(_find, connection), version)
            return version

        return self._database.write(work)

    def label(self, name: str, version: int, labels: Sequence[str]) -> PromptVersion:
        """Give a version further labels, which other versions lose.

        Raises:
            ApiError: There is no such version.
        """

        def work(connection: sqlite3.Connection) -> PromptVersion:
            if _find(connection, name, version=version) is None:
                raise ApiError(
                    404,
                    Sentence.of(
                        "prompt.no_version",
                        "Prompt '{name}' version {version} not found in project",
                        name=name,
                        version=version,
                    ),
                )
            _give_labels(connection, name, version, labels, to_micros(now()))
            version_row = _find(connection, name, version=version)
            assert version_row is not None
            return version_row

        return self._database.write(work)

    def unlabel(self, name: str, version: int, label: str) -> PromptVersion:
        """Take a label from a version.

        Raises:
            ApiError: There is no such version, it has no such label, or the label is `latest`, which stays.
        """

        def work(connection: sqlite3.Connection) -> PromptVersion:
            version_row = _find(connection, name, version=version)
            if version_row is None:
                raise ApiError(
                    404,
                    Sentence.of(
                        "prompt.no_prompt",
                        "Prompt not found: '{name}' with version {version}",
                        name=name,
                        version=version,
                    ),
                )
            if label == LATEST:
                raise ApiError(
                    400, Sentence.of("body.latest", "Label 'latest' is always assigned to the latest prompt version")
                )
            if label not in version_row.labels:
                raise ApiError(
                    404,
                    Sentence.of(
                        "prompt.no_label",
                        "Version {version} of prompt '{name}' has no label '{label}'",
                        version=version,
                        name=name,
                        label=label,
                    ),
                )
            connection.execute("DELETE FROM prompt_labels WHERE name = ? AND label = ?", (name, label))
            _give_labels(connection, name, version, (), to_micros(now()))
            for each in _referring(connection, name):
                resolve(partial(_find, connection), each)
            left = _find(connection, name, version=version)
            assert left is not None
            return left

        return self._database.write(work)

    def labels(self, name: str) -> dict[str, int]:
        """Return every label of a prompt with the version that has it."""
        return self._database.read(partial(_labels, name=name))

    def entries(
        self, limit: int, offset: int, *, folder: str = "", search: str | None = None, tag: str | None = None
    ) -> tuple[list[PromptEntry], int]:
        """Return what lies in a folder, folders first, and how much there is.

        Args:
            limit: How many lines.
            offset: How many to pass over.
            folder: The folder's name; empty for the top.
            search: Only prompts whose names hold this, in any case; those of the folders below are listed too.
            tag: Only prompts with this tag, likewise.
        """
        inside = f"{folder}/" if folder else ""
        values = {
            "inside": inside,
            "search": search,
            "tag": tag,
            "flat": search is not None or tag is not None,
            "limit": limit,
            "offset": offset,
        }

        def work(connection: sqlite3.Connection) -> tuple[list[PromptEntry], int]:
            (total,) = connection.execute(f"SELECT count(*) FROM ({_ENTRIES})", values).fetchone()  # noqa: S608
            rows = connection.execute(f"{_ENTRIES} ORDER BY is_prompt, entry LIMIT :limit OFFSET :offset", values)
            return [_entry(connection, row, inside) for row in rows.fetchall()], total

        return self._database.read(work)

    def tags(self) -> list[str]:
        """Return every tag that a prompt has."""
        sql = "SELECT DISTINCT value FROM prompts, json_each(prompts.tags) ORDER BY value"
        return self._database.read(lambda connection: [row["value"] for row in connection.execute(sql)])

    def find(self, name: str, *, label: str | None = None, version: int | None = None) -> PromptVersion | None:
        """Return a version by its number or by a label, or None."""
        return self._database.read(partial(_find, name=name, label=label, version=version))

    def composed(
        self, name: str, *, label: str | None = None, version: int | None = None
    ) -> tuple[PromptVersion, Composed] | None:
        """Return a version with its references to other prompts replaced, or None if it is not there.

        Raises:
            ApiError: What it refers to is gone.
        """

        def work(connection: sqlite3.Connection) -> tuple[PromptVersion, Composed] | None:
            prompt = _find(connection, name, label=label, version=version)
            return None if prompt is None else (prompt, resolve(partial(_find, connection), prompt))

        return self._database.read(work)

    def versions(self, name: str) -> list[PromptVersion]:
        """Return every version of a prompt, oldest first."""
        return self._database.read(partial(_versions, where="WHERE name = ? ORDER BY version", values=(name,)))

    def page(
        self,
        limit: int,
        offset: int,
        *,
        name: str | None = None,
        label: str | None = None,
        tag: str | None = None,
        version: int | None = None,
        since: int | None = None,
        until: int | None = None,
    ) -> tuple[list[list[PromptVersion]], int]:
        """Return prompts by name, each as those of its versions that fit, and how many prompts there are.

        Args:
            limit: How many prompts.
            offset: How many to pass over.
            name: Only the prompt of this name.
            label: Only versions with this label.
            tag: Only prompts with this tag.
            version: Only versions of this number.
            since: Only versions written or labelled at this moment or later, in microseconds.
            until: Only before this moment.
        """
        where = """
            WHERE (:name IS NULL OR name = :name) AND (:version IS NULL OR version = :version)
            AND (:since IS NULL OR updated_at >= :since) AND (:until IS NULL OR updated_at < :until)
            AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(prompts.tags) WHERE value = :tag))
            AND (:label IS NULL OR EXISTS (SELECT 1 FROM prompt_labels AS given
                WHERE given.name = prompts.name AND given.version = prompts.version AND given.label = :label))
        """
        values = {"name": name, "label": label, "tag": tag, "version": version, "since": since, "until": until}

        def work(connection: sqlite3.Connection) -> tuple[list[list[PromptVersion]], int]:
            (total,) = connection.execute(f"SELECT count(DISTINCT name) FROM prompts {where}", values).fetchone()  # noqa: S608
            names = connection.execute(
                f"SELECT DISTINCT name FROM prompts {where} ORDER BY name LIMIT :limit OFFSET :offset",  # noqa: S608
                {**values, "limit": limit, "offset": offset},
            ).fetchall()
            return [
                _versions(connection, f"{where} AND name = :this ORDER BY version", {**values, "this": row["name"]})
                for row in names
            ], total

        return self._database.read(work)

    def delete(self, name: str, *, label: str | None = None, version: int | None = None) -> int:
        """Delete a prompt's versions, or those of a label or number; returns how many there were.

        The newest that is left becomes `latest`.

        Raises:
            ApiError: A prompt that stays refers to one of them.
        """

        def work(connection: sqlite3.Connection) -> int:
            doomed = [
                each.version
                for each in _versions(connection, "WHERE name = ? ORDER BY version", (name,))
                if version in (None, each.version) and (label is None or label in each.labels)
            ]
            for number in doomed:
                connection.execute("DELETE FROM prompts WHERE name = ? AND version = ?", (name, number))
            left = _versions(connection, "WHERE name = ? ORDER BY version DESC LIMIT 1", (name,))
            if left and LATEST not in left[0].labels:
                _give_labels(connection, name, left[0].version, [LATEST], to_micros(now()))
            for each in _referring(connection, name):
                resolve(partial(_find, connection), each)
            return len(doomed)

        return self._database.write(work)

    def ids(self, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return the ids of versions, by name and number, as far as they are there."""

        def work(connection: sqlite3.Connection) -> dict[tuple[str, int], str]:
            sql = "SELECT id FROM prompts WHERE name = ? AND version = ?"
            rows = {each: connection.execute(sql, each).fetchone() for each in set(wanted)}
            return {each: row["id"] for each, row in rows.items() if row is not None}

        return self._database.read(work) if wanted else {}


# What lies in a folder: each prompt in it, and each folder with the prompts below it as one line.
_ENTRIES = """
    SELECT at IS NULL AS is_prompt, coalesce(at, rest) AS entry, count(*) AS prompts, max(updated_at) AS updated_at
    FROM (
        SELECT rest, updated_at, CASE WHEN NOT :flat AND instr(rest, '/') > 0
            THEN substr(rest, 1, instr(rest, '/') - 1) END AS at
        FROM (
            SELECT substr(name, length(:inside) + 1) AS rest, max(updated_at) AS updated_at FROM prompts
            WHERE substr(name, 1, length(:inside)) = :inside
            AND (:search IS NULL OR instr(lower(name), lower(:search)) > 0)
            AND (:tag IS NULL OR EXISTS (SELECT 1 FROM json_each(prompts.tags) WHERE value = :tag))
            GROUP BY name
        )
    )
    GROUP BY is_prompt, entry
"""


def _entry(connection: sqlite3.Connection, row: sqlite3.Row, inside: str) -> PromptEntry:
    name, moment = f"{inside}{row['entry']}", from_micros(row["updated_at"])
    if not row["is_prompt"]:
        return PromptEntry(name, row["prompts"], moment)
    (latest,) = _versions(connection, "WHERE name = ? ORDER BY version DESC LIMIT 1", (name,))
    return PromptEntry(name, 1, moment, latest, _labels(connection, name))


def _labels(connection: sqlite3.Connection, name: str) -> dict[str, int]:
    rows = connection.execute("SELECT label, version FROM prompt_labels WHERE name = ? ORDER BY label", (name,))
    return {row["label"]: row["version"] for row in rows}


def _referring(connection: sqlite3.Connection, name: str) -> list[PromptVersion]:
    """Return the versions of other prompts that refer to some prompt."""
    return _versions(connection, "WHERE prompt LIKE '%@@@langfusePrompt:%' AND name != ?", (name,))


def _give_labels(connection: sqlite3.Connection, name: str, version: int, labels: Sequence[str], moment: int) -> None:
    for label in dict.fromkeys(labels):
        connection.execute(
            """
            UPDATE prompts SET updated_at = ? WHERE name = ? AND version IN
                (SELECT version FROM prompt_labels AS given WHERE given.name = prompts.name AND label = ?)
            """,
            (moment, name, label),
        )
        connection.execute(
            """
            INSERT INTO prompt_labels VALUES (?, ?, ?)
            ON CONFLICT (name, label) DO UPDATE SET version = excluded.version
            """,
            (name, label, version),
        )
    connection.execute("UPDATE prompts SET updated_at = ? WHERE name = ? AND version = ?", (moment, name, version))


def _find(
    connection: sqlite3.Connection, name: str, *, label: str | None = None, version: int | None = None
) -> PromptVersion | None:
    if version is None:
        where = (
            "WHERE name = ? AND version = (SELECT version FROM prompt_labels WHERE name = prompts.name AND label = ?)"
        )
        versions = _versions(connection, where, (name, label))
    else:
        versions = _versions(connection, "WHERE name = ? AND version = ?", (name, version))
    return versions[0] if versions else None


def _versions(connection: sqlite3.Connection, where: str, values: Any) -> list[PromptVersion]:
    rows = connection.execute(
        f"""
        SELECT *, (SELECT json_group_array(label) FROM prompt_labels AS given
            WHERE given.name = prompts.name AND given.version = prompts.version) AS labels
        FROM prompts {where}
        """,  # noqa: S608 - `where` is ours, and what was given is bound
        values,
    )
    return [
        PromptVersion(
            id=row["id"],
            name=row["name"],
            version=row["version"],
            type=row["type"],
            prompt=load(row["prompt"]),
            labels=load(row["labels"]),
            tags=load(row["tags"]),
            config=load(row["config"]),
            commit_message=row["commit_message"],
            created_by=row["created_by"],
            created_at=from_micros(row["created_at"]),
            updated_at=from_micros(row["updated_at"]),
        )
        for row in rows
    ]
