"""What a fake has seen: every request, and the connections they came over."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec


class Watch:
    """Something that threads wait for changes of; every wait is bounded."""

    def __init__(self) -> None:
        self.changed = threading.Condition(threading.RLock())

    def wait(self, done: Callable[[], bool], timeout: float, what: Callable[[], str]) -> None:
        """Wait until `done()`.

        Args:
            done: Asked at each change.
            timeout: Seconds.
            what: Says what was waited for, for the error.

        Raises:
            TimeoutError: It did not come true in time.
        """
        with self.changed:
            if not self.changed.wait_for(done, timeout):
                raise TimeoutError(f"waited {timeout} s for {what()}")


class JournalEntry(msgspec.Struct, kw_only=True, eq=False):
    """One request and what became of it; the last three fields are filled in as the answer goes out.

    Attributes:
        wire: The adapter whose wire the path belongs to (`"openai"`, `"bedrock"` …), or `"unknown"`.
        operation: What was asked for: chat, embedding, models, token or unknown.
        method: The HTTP method.
        path: The path as sent, still percent-encoded.
        query: The query's parameters.
        headers: The request's headers, names in lower case.
        model: The model or deployment asked for, or an empty string.
        body: The decoded JSON body, or None.
        raw: The body as sent.
        stream: Whether a stream was asked for.
        scheme: How the caller proved itself: bearer, api-key, x-api-key, x-goog-api-key, query, sigv4, oauth, or
            an empty string where that failed.
        authenticated_as: The key, access key id or service account's address that was accepted, or None.
        request_id: The id given in the response's header.
        connection: Which TCP connection it came over, counted from 1.
        started: When the request was complete (`time.monotonic()`, seconds).
        status: The status answered, or None when there was none.
        aborted: Whether the client left before the answer was out.
        ended: Whether the fake is done with it.
    """

    wire: str
    operation: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    model: str
    body: Any
    raw: bytes
    stream: bool
    scheme: str
    authenticated_as: str | None
    request_id: str
    connection: int
    started: float
    status: int | None = None
    aborted: bool = False
    ended: bool = False

    def __repr__(self) -> str:
        """Say what an assertion's report needs, without headers: a key in them might be a real one."""
        return f"<{self.method} {self.path} ({self.wire} {self.operation}, model {self.model!r}): {self.status}>"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [
            ("method", self.method),
            ("path", self.path),
            ("status", self.status),
        ]  # else msgspec's own tells every field


class Journal:
    """The requests a fake has taken, in order; safe to read from any thread.

    The waits block: from async code call them with `asyncio.to_thread`.
    """

    def __init__(self, watch: Watch | None = None) -> None:
        self._watch = watch or Watch()
        self._entries: list[JournalEntry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self.entries)

    def __getitem__(self, index: int) -> JournalEntry:
        return self._entries[index]

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """The entries so far."""
        with self._watch.changed:
            return tuple(self._entries)

    @property
    def models(self) -> list[str]:
        """The models asked for, in order."""
        return [entry.model for entry in self.entries]

    def add(self, entry: JournalEntry) -> None:
        """Append a request."""
        with self._watch.changed:
            self._entries.append(entry)
            self._watch.changed.notify_all()

    def finish(self, entry: JournalEntry, *, aborted: bool) -> None:
        """Note that the fake is done with a request."""
        with self._watch.changed:
            entry.aborted = aborted
            entry.ended = True
            self._watch.changed.notify_all()

    def clear(self) -> None:
        """Forget every entry."""
        with self._watch.changed:
            self._entries.clear()

    def wait_for(self, count: int = 1, timeout: float = 5.0) -> tuple[JournalEntry, ...]:
        """Wait until `count` requests have come, and return them.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """
        return self._wait(lambda entry: True, count, timeout, "requests")

    def wait_ended(self, count: int = 1, timeout: float = 5.0) -> tuple[JournalEntry, ...]:
        """Wait until the fake is done with `count` requests, and return them.

        Raises:
            TimeoutError: It was not within `timeout` seconds.
        """
        return self._wait(lambda entry: entry.ended, count, timeout, "finished requests")

    def wait_aborted(self, count: int = 1, timeout: float = 5.0) -> tuple[JournalEntry, ...]:
        """Wait until the clients of `count` requests have left before the end, and return those.

        Raises:
            TimeoutError: They did not within `timeout` seconds.
        """
        return self._wait(lambda entry: entry.aborted, count, timeout, "aborted requests")

    def _wait(
        self, counts: Callable[[JournalEntry], bool], count: int, timeout: float, what: str
    ) -> tuple[JournalEntry, ...]:
        def matches() -> tuple[JournalEntry, ...]:
            return tuple(entry for entry in self._entries if counts(entry))

        self._watch.wait(
            lambda: len(matches()) >= count,
            timeout,
            lambda: f"{count} {what}; there are {len(matches())} (of {len(self._entries)} requests in all)",
        )
        with self._watch.changed:
            return matches()
