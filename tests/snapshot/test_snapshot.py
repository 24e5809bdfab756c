"""Snapshots on a real file system."""

import logging
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genai_sdk.secret import Secret
from genai_sdk.snapshot import Snapshot

CONTENT = b'{"secret": "sk-very-secret"}'


def open_snapshot(
    directory: Path,
    *,
    host: str = "https://langfuse.example.com",
    public_key: str = "pk-lf-1",
    secret_key: str = "sk-lf-1",
) -> Snapshot:
    return Snapshot(directory, host=host, public_key=public_key, secret_key=Secret(secret_key))


def only_file(directory: Path) -> Path:
    (found,) = directory.iterdir()
    return found


def test_what_was_saved_is_loaded_by_another_process(tmp_path: Path) -> None:
    open_snapshot(tmp_path).save("connections", CONTENT, 1_700_000_000.5)
    saved = open_snapshot(tmp_path).load("connections")
    assert saved is not None
    assert (saved.at, saved.content.reveal()) == (1_700_000_000.5, CONTENT)
    assert "secret" not in repr(saved)


def test_nothing_saved_is_nothing_and_no_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert open_snapshot(tmp_path / "absent").load("connections") is None
    assert open_snapshot(tmp_path).load("connections") is None
    assert not caplog.records


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=100), at=st.floats(allow_nan=False))
def test_any_bytes_come_back(tmp_path: Path, content: bytes, at: float) -> None:
    snapshot = open_snapshot(tmp_path)
    snapshot.save("part", content, at)
    saved = snapshot.load("part")
    assert saved is not None
    assert (saved.at, saved.content.reveal()) == (at, content)


def test_the_file_is_its_owners_alone_and_shows_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "snapshots"
    previous = os.umask(0)
    try:
        open_snapshot(directory).save("connections", CONTENT, 1.0)
    finally:
        os.umask(previous)
    file = only_file(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"secret" not in file.read_bytes()
    assert "pk-lf-1" not in file.name


def test_saving_replaces_in_one_step_and_leaves_no_draft(tmp_path: Path) -> None:
    snapshot = open_snapshot(tmp_path)
    snapshot.save("connections", CONTENT, 1.0)
    before = only_file(tmp_path).stat().st_ino
    snapshot.save("connections", b"newer", 2.0)
    assert only_file(tmp_path).stat().st_ino != before
    saved = snapshot.load("connections")
    assert saved is not None
    assert saved.content.reveal() == b"newer"


@pytest.mark.parametrize(
    "other", [{"host": "https://other.example.com"}, {"public_key": "pk-lf-2"}, {"secret_key": "sk-lf-2"}]
)
def test_a_foreign_file_is_ignored_with_one_warning(
    tmp_path: Path, other: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    open_snapshot(tmp_path / "theirs", **other).save("connections", CONTENT, 1.0)
    mine = open_snapshot(tmp_path / "mine")
    mine.save("connections", CONTENT, 1.0)
    only_file(tmp_path / "mine").write_bytes(only_file(tmp_path / "theirs").read_bytes())
    assert mine.load("connections") is None
    assert mine.load("connections") is None
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("genai_sdk", logging.WARNING)
    assert "sk-lf" not in record.getMessage()


def test_a_part_does_not_open_as_another(tmp_path: Path) -> None:
    snapshot = open_snapshot(tmp_path)
    snapshot.save("connections", CONTENT, 1.0)
    file = only_file(tmp_path)
    file.rename(file.with_name(file.name.replace("connections", "prompts")))
    assert snapshot.load("prompts") is None


@pytest.mark.parametrize("damage", [b"", b"garbage", b"genai-sdk snapshot 2\n", b"genai-sdk snapshot 1\n", None])
def test_a_damaged_file_is_ignored_with_one_warning(
    tmp_path: Path, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = open_snapshot(tmp_path)
    snapshot.save("connections", CONTENT, 1.0)
    file = only_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)
    assert snapshot.load("connections") is None
    assert len(caplog.records) == 1


def test_deleting_takes_every_part_of_this_key_pair_and_no_other(tmp_path: Path) -> None:
    mine, theirs = open_snapshot(tmp_path), open_snapshot(tmp_path, public_key="pk-lf-2")
    mine.save("connections", CONTENT, 1.0)
    mine.save("connections-some", CONTENT, 1.0)
    theirs.save("connections", CONTENT, 1.0)
    mine.delete()
    assert mine.load("connections") is None
    assert mine.load("connections-some") is None
    assert theirs.load("connections") is not None


def test_a_directory_that_others_may_write_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    tmp_path.chmod(0o777)
    snapshot = open_snapshot(tmp_path)
    snapshot.save("connections", CONTENT, 1.0)
    assert list(tmp_path.iterdir()) == []
    assert "others can write" in caplog.text


def test_a_path_that_is_no_directory_costs_a_warning_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.write_text("taken")
    snapshot = open_snapshot(file)
    snapshot.save("connections", CONTENT, 1.0)
    snapshot.save("connections", CONTENT, 2.0)
    assert snapshot.load("connections") is None
    snapshot.delete()
    assert len(caplog.records) == 1


def test_a_snapshot_does_not_show_its_key(tmp_path: Path) -> None:
    assert "sk-lf-1" not in repr(open_snapshot(tmp_path))
