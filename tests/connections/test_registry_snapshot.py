"""What an earlier process kept serves the next one while the source is down."""

from pathlib import Path

import pytest
from tests.connections.records import record
from tests.connections.sources import DENIED, DOWN, Clock, ControlledSource, in_thread

from genai_sdk.connections import ConnectionRegistry
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError
from genai_sdk.secret import Secret
from genai_sdk.snapshot import Snapshot


def snapshot(directory: Path) -> Snapshot:
    return Snapshot(directory, host="https://langfuse.example.com", public_key="pk-lf-1", secret_key=Secret("sk-lf-1"))


def down() -> ControlledSource:
    source = ControlledSource()
    source.failure = DOWN
    return source


def test_a_process_that_starts_while_the_source_is_down_serves_the_last_good_set(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    records = [
        record(name="one", custom_models=("m",), extra_headers={"X-Team": "search"}),
        record("bedrock", name="two"),
        record(name="broken", secret=None, error="its secret cannot be opened"),
    ]
    before = ConnectionRegistry(ControlledSource(*records), snapshot=snapshot(tmp_path), now=clock).get()
    clock.advance(3600)
    after = ConnectionRegistry(down(), snapshot=snapshot(tmp_path), now=clock).get()
    assert after.project == before.project
    assert [connection.view for connection in after.connections] == [
        connection.view for connection in before.connections
    ]
    assert [connection.credentials for connection in after.connections] == [
        connection.credentials for connection in before.connections
    ]
    assert "of 3600 s ago stay in use for at most 82800 s more: the source is on fire" in caplog.text


def test_a_source_that_hangs_is_replaced_by_the_snapshot_too(tmp_path: Path) -> None:
    ConnectionRegistry(ControlledSource(), snapshot=snapshot(tmp_path)).get()
    hanging = ControlledSource()
    hanging.open.clear()
    registry = ConnectionRegistry(hanging, snapshot=snapshot(tmp_path), timeout=0.1)
    assert len(in_thread(registry.get).get().connections) == 1
    hanging.open.set()


def test_a_source_that_answers_is_believed_over_the_snapshot(tmp_path: Path) -> None:
    ConnectionRegistry(ControlledSource(), snapshot=snapshot(tmp_path)).get()
    newer = ControlledSource(record(secret="sk-newer"))
    connection = ConnectionRegistry(newer, snapshot=snapshot(tmp_path)).get().connections[0]
    assert connection.credentials is not None
    assert connection.credentials["key"] == "sk-newer"


def test_a_snapshot_serves_no_longer_than_max_stale(tmp_path: Path) -> None:
    clock = Clock()
    ConnectionRegistry(ControlledSource(), snapshot=snapshot(tmp_path), now=clock).get()
    clock.advance(3600)
    registry = ConnectionRegistry(down(), snapshot=snapshot(tmp_path), now=clock, max_stale=3700)
    registry.get()
    clock.advance(101)
    with pytest.raises(SourceUnavailableError, match="on fire"):
        registry.get()
    with pytest.raises(SourceUnavailableError, match="on fire"):
        ConnectionRegistry(down(), snapshot=snapshot(tmp_path), now=clock, max_stale=3700).get()


def test_denied_deletes_every_snapshot_of_the_key_pair_in_that_refresh(tmp_path: Path) -> None:
    clock = Clock()
    source = ControlledSource()
    registry = ConnectionRegistry(source, snapshot=snapshot(tmp_path), now=clock)
    registry.get()
    ConnectionRegistry(ControlledSource(), names=["one"], snapshot=snapshot(tmp_path), now=clock).get()
    assert len(list(tmp_path.iterdir())) == 2
    source.failure = DENIED
    clock.advance(301)
    with pytest.raises(AccessDeniedError):
        registry.get()
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_denied_at_once_deletes_what_an_earlier_one_kept(tmp_path: Path) -> None:
    ConnectionRegistry(ControlledSource(), snapshot=snapshot(tmp_path)).get()
    source = ControlledSource()
    source.failure = DENIED
    with pytest.raises(AccessDeniedError):
        ConnectionRegistry(source, snapshot=snapshot(tmp_path)).get()
    assert list(tmp_path.iterdir()) == []


def test_processes_with_other_names_keep_other_snapshots(tmp_path: Path) -> None:
    both = ControlledSource(record(name="one"), record(name="two"))
    ConnectionRegistry(both, snapshot=snapshot(tmp_path)).get()
    ConnectionRegistry(both, names=["two"], snapshot=snapshot(tmp_path)).get()
    assert len(ConnectionRegistry(down(), snapshot=snapshot(tmp_path)).get().connections) == 2
    named = ConnectionRegistry(down(), names=["two"], snapshot=snapshot(tmp_path)).get()
    assert [connection.name for connection in named.connections] == ["two"]


def test_a_failed_refresh_does_not_make_the_snapshot_younger(tmp_path: Path) -> None:
    clock = Clock()
    source = ControlledSource()
    registry = ConnectionRegistry(source, snapshot=snapshot(tmp_path), now=clock)
    registry.get()
    (file,) = tmp_path.iterdir()
    kept = file.read_bytes()
    source.failure = DOWN
    clock.advance(301)
    registry.get()
    assert file.read_bytes() == kept


def test_a_snapshot_of_another_version_is_ignored_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot(tmp_path).save("connections", b'{"connections": 5}', Clock().now)
    with pytest.raises(SourceUnavailableError):
        ConnectionRegistry(down(), snapshot=snapshot(tmp_path), now=Clock()).get()
    assert "another version" in caplog.text
