"""A source under the test's control, and a clock."""

import gc
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.connections.records import record

from genai_sdk.connections import (
    Connection,
    ConnectionRecord,
    ConnectionRegistry,
    ConnectionSet,
    Project,
    Secret,
    SourceResult,
)
from genai_sdk.errors import AccessDeniedError, SourceUnavailableError

PATIENCE = 20.0
"""No test waits longer for anything."""

DENIED = AccessDeniedError("the key pair is unknown")
DOWN = SourceUnavailableError("the source is on fire")


class Clock:
    """A wall clock that the test moves."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class ControlledSource:
    """Delivers what it is told to, as it was when it was asked; every fetch waits while `open` is not set."""

    def __init__(self, *records: ConnectionRecord) -> None:
        self.records = records or (record(),)
        self.failure: BaseException | None = None
        self.calls = 0
        self.running = 0
        self.most_running = 0
        self.asked: list[Sequence[str] | None] = []
        self.insisted: list[bool] = []
        self.closed = False
        self.started = threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()
        self._lock = threading.Lock()

    def fetch(self, names: Sequence[str] | None, *, anew: bool = False) -> SourceResult:
        with self._lock:
            self.calls += 1
            self.running += 1
            self.most_running = max(self.most_running, self.running)
            records = self.records
        self.asked.append(names)
        self.insisted.append(anew)
        self.started.release()
        try:
            assert self.open.wait(PATIENCE)
            if self.failure is not None:
                raise self.failure
            wanted = tuple(item for item in records if names is None or item.name in names)
            return SourceResult(
                project=Project("p", "Project"),
                connections=wanted,
                available=tuple(item.name for item in records),
            )
        finally:
            with self._lock:
                self.running -= 1

    def describe(self) -> str:
        return "the controlled source"

    def close(self) -> None:
        self.closed = True

    def rotate(self, secret: str) -> None:
        self.records = tuple(
            record(name=item.name, secret=secret, updated_at=datetime.now(UTC)) for item in self.records
        )


def settle(name: str = "genai-connections") -> None:
    """Wait until no thread of that name loads anything."""
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(PATIENCE)


def in_thread(action: Callable[[], Any]) -> "Outcome":
    """Start `action` on a thread of its own."""
    return Outcome(action)


class Outcome:
    """What an action on another thread came to."""

    def __init__(self, action: Callable[[], Any]) -> None:
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=[action], daemon=True)
        self._thread.start()

    def _run(self, action: Callable[[], Any]) -> None:
        try:
            self._result = action()
        except BaseException as error:
            self._error = error

    def get(self) -> Any:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the action did not end"
        if self._error is not None:
            raise self._error
        return self._result


def key_of(connections: ConnectionSet, name: str = "one") -> str:
    """Return the key that a connection has by now."""
    connection = connections.get(name)
    assert connection is not None
    assert connection.credentials is not None
    return connection.credentials["key"]


def in_memory(secret: str) -> bool:
    """Tell whether any secret of that value is left in the process."""
    gc.collect()
    return any(isinstance(item, Secret) and item.reveal() == secret for item in gc.get_objects())


def failed_with(registry: ConnectionRegistry) -> Connection:
    """Return the connection that a call has just failed with."""
    connection = registry.get().get("one")
    assert connection is not None
    return connection
