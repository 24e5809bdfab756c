"""A SQLite file: many readers, one writer, and nothing acknowledged before it is on disk."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from genai_sdk.local.store.migrate import migrate

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READ_SECONDS = 10.0
"""How long a read may take before it is given up."""

WRITE_SECONDS = 30.0
"""How long somebody waits for a write to be on disk."""

_WAITING = 1_000  # writes in the queue; who comes later waits to get in
_TOGETHER = 64  # writes in one transaction at the most: one sync to disk serves them all
_PAGES = -64_000  # SQLite's page cache per connection, in KiB when negative
_LOOK = 20_000  # virtual-machine steps between two looks at the clock


class DatabaseClosed(Exception):  # noqa: N818 - it says what happened
    """The database was closed, or is being closed."""


class TooSlow(Exception):  # noqa: N818 - as above
    """A read or write took longer than it may."""


class Database:
    """The platform's SQLite file.

    Reads run on the caller's thread, each in a transaction of its own and on a connection of a small pool. Writes run
    one after the other on one thread; those that wait together share a transaction, and each returns once that is
    synced to disk. A write that raises leaves nothing behind and does not disturb the others.

    Args:
        path: The file, made if it is not there.

    Raises:
        NewerSchemaError: A later version of the package wrote the file.
        sqlite3.DatabaseError: The file is no SQLite database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._jobs: queue.Queue[tuple[Future[Any], Work[Any]] | None] = queue.Queue(_WAITING)
        self._closed = False
        self._gate = threading.Lock()  # between closing and whoever is about to put a job
        self._writing = self._connect()
        try:
            migrate(self._writing)
        except BaseException:
            self._writing.close()
            raise
        self._thread = threading.Thread(target=self._write_all, name="genai-store-writer", daemon=True)
        self._thread.start()

    def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that sees one state of the database.

        Raises:
            TooSlow: It took longer than `READ_SECONDS`.
            DatabaseClosed: The database was closed.
        """
        with self._reader() as connection:
            end = time.monotonic() + READ_SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > end, _LOOK)
            connection.execute("BEGIN")
            try:
                return work(connection)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                raise TooSlow(f"it took longer than {READ_SECONDS:g} s") from error
            finally:
                connection.set_progress_handler(None, 0)
                connection.rollback()

    def write(self, work: Work[T]) -> T:
        """Have `work` run by the writer, and return its result once it is on disk.

        Raises:
            TooSlow: It was not on disk within `WRITE_SECONDS`; it may still come there.
            DatabaseClosed: The database was closed before.
        """
        future: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise DatabaseClosed("the store is closed")
            try:
                self._jobs.put((future, work), timeout=WRITE_SECONDS)
            except queue.Full:
                raise TooSlow(f"{_WAITING} writes were waiting for {WRITE_SECONDS:g} s") from None
        try:
            return future.result(WRITE_SECONDS)
        except TimeoutError:
            raise TooSlow(f"it was not on disk within {WRITE_SECONDS:g} s") from None

    def close(self) -> None:
        """Finish the writes that wait, and close the file. May be called again."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._writing.execute("PRAGMA optimize")
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                break
        self._writing.close()  # last: the last one to close folds the log into the file

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=READ_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.executescript(f"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA foreign_keys = ON;
            PRAGMA cache_size = {_PAGES};
            PRAGMA temp_store = MEMORY;
        """)
        return connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        if self._closed:
            raise DatabaseClosed("the store is closed")
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        try:
            yield connection
        finally:
            if self._closed:
                connection.close()
            else:
                self._idle.put(connection)

    def _write_all(self) -> None:
        while (job := self._jobs.get()) is not None:
            jobs = [job]
            while len(jobs) < _TOGETHER and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    self._jobs.put(None)
                    break
                jobs.append(following)
            self._write_together(jobs)

    def _write_together(self, jobs: list[tuple[Future[Any], Work[Any]]]) -> None:
        done: list[tuple[Future[Any], Any]] = []
        try:
            self._writing.execute("BEGIN IMMEDIATE")
            for future, work in jobs:
                self._writing.execute("SAVEPOINT job")
                try:
                    done.append((future, work(self._writing)))
                except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
                    self._writing.execute("ROLLBACK TO job")
                    future.set_exception(error)
                self._writing.execute("RELEASE job")
            self._writing.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - the disk is full, say: nobody was told that it is done
            if self._writing.in_transaction:
                self._writing.rollback()
            for future, _ in jobs:
                if not future.done():
                    future.set_exception(error)
            return
        for future, result in done:
            future.set_result(result)
