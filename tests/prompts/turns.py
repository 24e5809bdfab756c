"""A clock and a wait for what checks prompts, and a relay that counts the bytes of what it asks."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.connections.sources import PATIENCE, Clock

THREAD = "genai-prompt-checks"


class Turns:
    """Lets the checks' thread run only while the test moves the clock.

    Attributes:
        waited: Every wait so far, in seconds.
    """

    def __init__(self, clock: Clock) -> None:
        self.waited: list[float] = []
        self._clock = clock
        self._wakes_at: float | None = None
        self._turn = threading.Condition()

    def wait(self, ended: threading.Event, seconds: float) -> bool:
        with self._turn:
            self.waited.append(seconds)
            wakes_at = self._wakes_at = self._clock.now + seconds
            self._turn.notify_all()
            while self._clock.now < wakes_at and not ended.is_set():
                self._turn.wait(0.01)
            if self._wakes_at == wakes_at:
                self._wakes_at = None
        return ended.is_set()

    def advance(self, seconds: float) -> None:
        """Move the clock, and let the thread do all that falls due on the way."""
        until = self._clock.now + seconds
        while (wakes_at := self._sleeps_until()) is not None and wakes_at <= until:
            with self._turn:
                self._clock.now = max(self._clock.now, wakes_at)
                self._wakes_at = None
                self._turn.notify_all()
        self._clock.now = until

    def _sleeps_until(self) -> float | None:
        """Wait until the thread waits, and return for when; None if there is no thread."""
        with self._turn:
            for _ in range(int(PATIENCE * 100)):
                if self._wakes_at is not None:
                    return self._wakes_at
                if not running():
                    return None
                self._turn.wait(0.01)
        raise AssertionError("the checks' thread neither waits nor ends")


def running() -> list[threading.Thread]:
    """Return the threads that check prompts."""
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


class Traffic:
    """The bytes that went each way."""

    def __init__(self) -> None:
        self.sent = 0
        self.received = 0


@contextmanager
def counting(url: str) -> Iterator[tuple[str, Traffic]]:
    """Stand between a client and a server on loopback, and count the bytes."""
    host, port = url.removeprefix("http://").split(":")
    traffic, ends = Traffic(), []

    def carry(source: socket.socket, target: socket.socket, field: str) -> None:
        try:
            while data := source.recv(65_536):
                setattr(traffic, field, getattr(traffic, field) + len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:  # the other side ended first
            return

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection((host, int(port)), PATIENCE)
            ends.extend([client, server])
            for pair in ((client, server, "sent"), (server, client, "received")):
                threads.append(threading.Thread(target=carry, args=pair, daemon=True))
                threads[-1].start()

    threads: list[threading.Thread] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", traffic
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(PATIENCE)
    for end in ends:
        with suppress(OSError):  # it has ended already
            end.shutdown(socket.SHUT_RDWR)
    for each in threads:
        each.join(PATIENCE)
    for end in ends:
        end.close()
