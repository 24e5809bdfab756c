"""A SQLite file: some readers, one writer, and nothing acknowledged before it is on disk."""

import os
import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from genai_sdk.local.store.migrate import migrate
from genai_sdk.sentence import Sentence

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

READ_SECONDS = 10.0
"""How long a read may take before it is given up, and how long somebody waits for a reader to be free."""

WRITE_SECONDS = 30.0
"""How long somebody waits for a write to be on disk."""

_READERS = 8  # at the same time; each has a page cache of its own
_WAITING = 1_000  # writes in the queue; who comes later waits to get in
_TOGETHER = 64  # writes in one transaction at the most: one sync to disk serves them all
_WRITER_PAGES, _READER_PAGES = -64_000, -8_000  # SQLite's page cache, in KiB when negative
_LOG_BYTES = 64 * 1024 * 1024  # what the log is cut down to once it was longer
_LOOK = 20_000  # virtual-machine steps between two looks at the clock


class DatabaseClosed(Exception):  # noqa: N818 - it says what happened
    """The database was closed, or is being closed."""


class TooSlow(Exception):  # noqa: N818 - as above
    """A read or write took longer than it may."""


class Database:
    """The platform's SQLite file.

    Reads run on the caller's thread, each in a transaction of its own and on a connection of a small pool. Writes run
    one after the other on one thread; those that wait together share a transaction, and each returns once that is
    synced to disk. A write that raises leaves nothing behind and does not disturb the others. It belongs to the process
    that opened it: in a forked child it is closed.

    Args:
        path: The file, made if it is not there.

    Raises:
        NewerSchemaError: A later version of the package wrote the file.
        ForeignFileError: It is some other program's database.
        sqlite3.DatabaseError: The file is no SQLite database.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._process = os.getpid()
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        self._free = threading.Semaphore(_READERS)
        self._jobs: deque[tuple[Future[Any], Work[Any]]] = deque()
        self._changed = threading.Condition()  # of the two above it and the one below
        self._closed = False
        self._writing = self._connect(_WRITER_PAGES, f"PRAGMA journal_size_limit = {_LOG_BYTES}")
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
            TooSlow: It took longer than `READ_SECONDS`, or that long no reader was free.
            DatabaseClosed: The database was closed.
        """
        with self._reader() as connection:
            end = time.monotonic() + READ_SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > end, _LOOK)
            try:
                connection.execute("BEGIN")
                return work(connection)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                raise TooSlow(
                    Sentence.of("store.slow", "it took longer than {seconds:g} s", seconds=READ_SECONDS)
                ) from error
            finally:
                connection.set_progress_handler(None, 0)
                connection.rollback()

    def write(self, work: Work[T]) -> T:
        """Have `work` run by the writer, and return its result once it is on disk.

        Raises:
            TooSlow: It was not on disk within `WRITE_SECONDS`. If it was under way by then it may still come there.
            DatabaseClosed: The database was closed before.
        """
        end = time.monotonic() + WRITE_SECONDS
        future: Future[T] = Future()
        self._check_process()
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed or len(self._jobs) < _WAITING, WRITE_SECONDS):
                raise TooSlow(
                    Sentence.of(
                        "store.busy",
                        "{count} writes were waiting for {seconds:g} s",
                        count=_WAITING,
                        seconds=WRITE_SECONDS,
                    )
                )
            if self._closed:
                raise DatabaseClosed(Sentence.of("store.closed", "the store is closed"))
            self._jobs.append((future, work))
            self._changed.notify_all()
        try:
            return future.result(max(0.0, end - time.monotonic()))
        except TimeoutError:
            if not future.done():
                future.cancel()  # what has not begun never will
                raise TooSlow(
                    Sentence.of("store.not_on_disk", "it was not on disk within {seconds:g} s", seconds=WRITE_SECONDS)
                ) from None
            raise  # the work's own
        except CancelledError:
            raise DatabaseClosed(
                Sentence.of("store.closed_before", "the store was closed before it was written")
            ) from None

    def close(self) -> None:
        """Finish the writes that wait, and close the file; takes at most the time of a write and a read.

        May be called again.
        """
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
        if self._process != os.getpid():
            return  # the file is its parent's
        self._thread.join(WRITE_SECONDS)
        end = time.monotonic() + READ_SECONDS
        for _ in range(_READERS):
            self._free.acquire(timeout=max(0.0, end - time.monotonic()))
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                break
        if self._thread.is_alive():
            return  # it still writes; the next start finds the log, and everything acknowledged in it
        with suppress(sqlite3.Error):  # it only makes later queries quicker, and a full disk is no reason not to stop
            self._writing.execute("PRAGMA optimize")
        self._writing.close()  # last: the last one to close folds the log into the file

    def _connect(self, pages: int, *pragmas: str) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=READ_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            connection.row_factory = sqlite3.Row
            for pragma in (
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
                "PRAGMA temp_store = MEMORY",
                f"PRAGMA cache_size = {pages}",
                *pragmas,
            ):
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        self._check_process()
        if not self._free.acquire(timeout=READ_SECONDS):
            raise TooSlow(
                Sentence.of(
                    "store.reads",
                    "{count} reads were under way for {seconds:g} s",
                    count=_READERS,
                    seconds=READ_SECONDS,
                )
            )
        try:
            if self._closed:
                raise DatabaseClosed(Sentence.of("store.closed", "the store is closed"))
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                connection = self._connect(_READER_PAGES, "PRAGMA query_only = ON")
            try:
                yield connection
            finally:
                self._idle.put(connection)  # before another reader is let in, or whoever closes
        finally:
            self._free.release()

    def _check_process(self) -> None:
        if self._process != os.getpid():
            raise DatabaseClosed(
                Sentence.of(
                    "store.forked", "the store belongs to the process that opened it, and this one was forked from it"
                )
            )

    def _write_all(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs or self._closed)
                if not self._jobs:
                    return
                jobs = [self._jobs.popleft() for _ in range(min(_TOGETHER, len(self._jobs)))]
                self._changed.notify_all()
            self._write_together([job for job in jobs if job[0].set_running_or_notify_cancel()])

    def _write_together(self, jobs: list[tuple[Future[Any], Work[Any]]]) -> None:
        outcomes: list[Callable[[], None]] = []
        try:
            self._writing.execute("BEGIN IMMEDIATE")
            for future, work in jobs:
                outcomes.append(self._try(future, work))
            self._writing.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - the disk is full, say: nobody was told that it is done
            with suppress(sqlite3.Error):
                self._writing.rollback()
            for future, _ in jobs:
                future.set_exception(error)
            return
        for tell in outcomes:
            tell()

    def _try(self, future: Future[Any], work: Work[Any]) -> Callable[[], None]:
        """Do a piece of work within the transaction; returns what tells its outcome once that is on disk."""
        self._writing.execute("SAVEPOINT job")
        try:
            result = work(self._writing)
        except BaseException as error:
            if not self._writing.in_transaction:
                raise  # SQLite gave the whole transaction up
            self._writing.execute("ROLLBACK TO job")
            self._writing.execute("RELEASE job")
            raised = error
            return lambda: future.set_exception(raised)
        self._writing.execute("RELEASE job")
        return lambda: future.set_result(result)
