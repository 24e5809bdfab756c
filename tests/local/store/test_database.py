"""Reads see one state, writes come one after the other and are on disk, and nothing waits for ever."""

import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from genai_sdk.local.store import database as module
from genai_sdk.local.store.database import Database, DatabaseClosed, TooSlow

_PATIENCE = 20.0


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    database = Database(file)
    yield database
    database.close()


def _put(session: str) -> Callable[[sqlite3.Connection], str]:
    def work(connection: sqlite3.Connection) -> str:
        connection.execute("INSERT INTO sessions VALUES (?, 0, '')", (session,))
        return session

    return work


def _ids(connection: sqlite3.Connection) -> list[str]:
    return [session for (session,) in connection.execute("SELECT id FROM sessions ORDER BY rowid")]


class _Held:
    """A writer that is kept busy until it is let go, so that what comes meanwhile shares a transaction."""

    def __init__(self, database: Database) -> None:
        self._go, self._begun = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=database.write, args=(self._wait,))
        self._thread.start()
        assert self._begun.wait(_PATIENCE)

    def _wait(self, connection: sqlite3.Connection) -> None:
        self._begun.set()
        assert self._go.wait(_PATIENCE)

    def let_go(self) -> None:
        self._go.set()
        self._thread.join(_PATIENCE)


def _queued(database: Database, count: int) -> None:
    with database._changed:
        assert database._changed.wait_for(lambda: len(database._jobs) >= count, _PATIENCE)


def test_a_write_that_fails_leaves_nothing_and_does_not_disturb_those_it_shares_a_transaction_with(
    database: Database,
) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO sessions VALUES ('half', 0, '')")
        raise ValueError("on purpose")

    held = _Held(database)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(database.write, _put("first"))
        _queued(database, 1)
        broken = pool.submit(database.write, half)
        _queued(database, 2)
        last = pool.submit(database.write, _put("last"))
        _queued(database, 3)
        held.let_go()
        with pytest.raises(ValueError, match="on purpose"):
            broken.result(_PATIENCE)
        assert (first.result(_PATIENCE), last.result(_PATIENCE)) == ("first", "last")
    assert database.read(_ids) == ["first", "last"]


def test_writes_happen_in_the_order_they_came(database: Database) -> None:
    held = _Held(database)
    with ThreadPoolExecutor(150) as pool:  # more than share a transaction
        for number in range(150):
            pool.submit(database.write, _put(str(number)))
            _queued(database, number + 1)
        held.let_go()
    assert database.read(_ids) == [str(number) for number in range(150)]


def test_nobody_is_told_of_a_write_before_it_is_committed(file: Path, database: Database) -> None:
    held = _Held(database)
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(database.write, _put("one"))
        _queued(database, 1)
        held.let_go()
        writing.result(_PATIENCE)
        other = sqlite3.connect(file)  # another process would see the same
        assert _ids(other) == ["one"]
        other.close()


def test_commits_are_synced_so_that_they_outlive_a_loss_of_power(database: Database) -> None:
    def look(connection: sqlite3.Connection) -> tuple[int, str]:
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
        (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        return synchronous, journal

    assert database.write(look) == (2, "wal")  # FULL: no kill of a process could tell it from less


def test_a_read_sees_one_state_while_others_write(database: Database) -> None:
    database.write(_put("before"))

    def look(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        first = _ids(connection)
        database.write(_put("meanwhile"))
        return first, _ids(connection)

    assert database.read(look) == (["before"], ["before"])
    assert database.read(_ids) == ["before", "meanwhile"]


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        database.read(_put("no"))


def test_a_read_that_failed_disturbs_none_after_it(database: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        database.read(lambda connection: connection.execute("SELECT * FROM nowhere"))
    assert database.read(_ids) == []


def test_more_read_at_a_time_than_there_are_readers(database: Database) -> None:
    database.write(_put("one"))
    with ThreadPoolExecutor(40) as pool:
        found = list(pool.map(lambda _: database.read(_ids), range(400)))
    assert found == [["one"]] * 400
    assert database._idle.qsize() <= module._READERS


def test_a_read_that_takes_too_long_is_given_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.05)
    endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    with pytest.raises(TooSlow, match=r"longer than 0.05 s"):
        database.read(lambda connection: connection.execute(endless).fetchall())
    monkeypatch.undo()
    assert database.read(_ids) == []


def test_whoever_finds_no_reader_free_gives_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.05)
    go, inside = threading.Event(), threading.Semaphore(0)

    def stay(connection: sqlite3.Connection) -> None:
        inside.release()
        go.wait(_PATIENCE)

    with ThreadPoolExecutor(module._READERS) as pool:
        staying = [pool.submit(database.read, stay) for _ in range(module._READERS)]
        for _ in staying:
            assert inside.acquire(timeout=_PATIENCE)
        with pytest.raises(TooSlow, match="8 reads were under way"):
            database.read(_ids)
        go.set()


def test_a_write_that_waited_too_long_is_never_done(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    held = _Held(database)
    with monkeypatch.context() as short:
        short.setattr(module, "WRITE_SECONDS", 0.05)
        with pytest.raises(TooSlow, match=r"not on disk within 0.05 s"):
            database.write(_put("late"))
    held.let_go()
    database.write(_put("next"))
    assert database.read(_ids) == ["next"]


def test_a_full_queue_lets_nobody_in_for_longer_than_a_write_may_take(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = _Held(database)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(database.write, _put("waits"))
        _queued(database, 1)
        with monkeypatch.context() as short:
            short.setattr(module, "_WAITING", 1)
            short.setattr(module, "WRITE_SECONDS", 0.05)
            with pytest.raises(TooSlow, match="1 writes were waiting"):
                database.write(_put("late"))
        held.let_go()
        waiting.result(_PATIENCE)
    assert database.read(_ids) == ["waits"]


def test_closing_finishes_the_writes_that_wait_and_refuses_what_comes_later(file: Path) -> None:
    database = Database(file)
    held = _Held(database)
    with ThreadPoolExecutor(11) as pool:
        waiting = [pool.submit(database.write, _put(str(number))) for number in range(10)]
        _queued(database, 10)
        closing = pool.submit(database.close)
        with database._changed:
            assert database._changed.wait_for(lambda: database._closed, _PATIENCE)
        with pytest.raises(DatabaseClosed):
            database.write(_put("too late"))
        with pytest.raises(DatabaseClosed):
            database.read(_ids)
        held.let_go()
        closing.result(_PATIENCE)
        assert sorted(each.result(0) for each in waiting) == [str(number) for number in range(10)]
    database.close()
    assert [path.name for path in file.parent.iterdir()] == [file.name]  # the log is folded in


def test_closing_waits_for_reads_under_way(file: Path) -> None:
    database = Database(file)
    go, inside = threading.Event(), threading.Event()

    def look(connection: sqlite3.Connection) -> list[str]:
        inside.set()
        go.wait(_PATIENCE)
        return _ids(connection)

    with ThreadPoolExecutor(2) as pool:
        reading = pool.submit(database.read, look)
        assert inside.wait(_PATIENCE)
        closing = pool.submit(database.close)
        with database._changed:
            assert database._changed.wait_for(lambda: database._closed, _PATIENCE)
        go.set()
        assert reading.result(_PATIENCE) == []
        closing.result(_PATIENCE)
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_closing_does_not_wait_for_ever_for_a_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(file)
    go, inside = threading.Event(), threading.Event()

    def stay(connection: sqlite3.Connection) -> None:
        inside.set()
        go.wait(_PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(database.read, stay)
        assert inside.wait(_PATIENCE)
        monkeypatch.setattr(module, "READ_SECONDS", 0.05)
        database.close()
        go.set()
        reading.result(_PATIENCE)
    database._idle.get_nowait().close()


def test_a_full_disk_fails_what_it_fails_and_nothing_is_half_there(file: Path, database: Database) -> None:
    database.write(_put("before"))

    def fill(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")  # as if no page more would fit

    database.write(fill)
    held = _Held(database)
    with ThreadPoolExecutor(2) as pool:
        small = pool.submit(database.write, _put("small"))
        _queued(database, 1)
        large = pool.submit(database.write, _put("x" * 1_000_000))
        _queued(database, 2)
        held.let_go()
        with pytest.raises(sqlite3.OperationalError, match="full"):
            large.result(_PATIENCE)
        told = small.exception(_PATIENCE)  # whatever it was told is true
    assert database.read(_ids) == ["before", *([] if told else ["small"])]
    database.write(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchone())
    database.write(_put("after"))
    assert database.read(_ids)[-1] == "after"


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="needs limits of a file's size")
def test_a_disk_that_takes_no_more_bytes_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:  # only a process of its own may limit its files
        os._exit(_fill_a_small_disk(tmp_path / "file"))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    database = Database(tmp_path / "file")
    there = database.read(_ids)
    database.close()
    acknowledged = (tmp_path / "acknowledged").read_text().split()
    assert acknowledged
    assert there == acknowledged


def _fill_a_small_disk(file: Path) -> int:
    try:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
        database = Database(file)
        acknowledged: list[str] = []
        for number in range(10_000):
            try:
                acknowledged.append(database.write(_put(f"{number}{'x' * 5_000}")))
            except sqlite3.OperationalError:
                (file.parent / "acknowledged").write_text("\n".join(acknowledged))
                return 0
        return 1
    except BaseException:
        return 2


def test_a_forked_child_is_told_that_the_store_is_its_parents(database: Database) -> None:
    database.write(_put("one"))
    child = os.fork()
    if child == 0:
        told = 0
        for use in (database.read, database.write):
            try:
                use(_ids)
            except DatabaseClosed as error:
                told += "forked" in str(error)
        database.close()
        os._exit(told)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
    database.write(_put("two"))
    assert database.read(_ids) == ["one", "two"]


def test_what_a_file_holds_survives_closing(file: Path, database: Database) -> None:
    database.write(_put("one"))
    database.close()
    again = Database(file)
    assert again.read(_ids) == ["one"]
    again.close()


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be one" * 100, b"SQLite format 3\0" * 300]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        Database(file)
    assert file.read_bytes() == content
