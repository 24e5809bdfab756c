"""The batches that a fake provider has been sent, in no vendor's words."""

import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from genai_sdk.testing.answer import Answer

_MADE = 1_700_000_000
"""When every batch was made: the same batch says the same."""

Run = Callable[[str, Mapping[str, Any]], Answer]
"""Answers one request of a batch: its path and its body."""

End = Literal["completed", "expired", "cancelled", "failed"]


class FakeLine(msgspec.Struct, frozen=True):
    """A request of a batch."""

    custom_id: str
    path: str
    body: Mapping[str, Any]


class FakeBatch(msgspec.Struct, kw_only=True):
    """A batch.

    Attributes:
        id: Its id.
        kind: Whose it is: what its id begins with.
        lines: Its requests.
        facts: What its wire keeps of it.
        looks: How often it can still be looked at before it ends.
        end: How it will end, or has.
        over: Whether it has.
        cancelling: Whether it is to be cancelled.
        answers: What came of its requests, in order; those without an answer have None.
        errors: Why it failed as a whole.
    """

    id: str
    kind: str = ""
    lines: Sequence[FakeLine] = ()
    facts: dict[str, Any] = {}
    looks: int = 0
    end: End = "completed"
    over: bool = False
    cancelling: bool = False
    answers: list[Answer | None] = []
    errors: Sequence[str] = ()

    @property
    def done(self) -> int:
        """How many requests were answered well."""
        return sum(answer is not None and answer.status < 300 for answer in self.answers)

    @property
    def created(self) -> int:
        """When it was made."""
        return _MADE

    @property
    def ended(self) -> int:
        """When it was over."""
        return _MADE + 600


class FakeBatches:
    """The batches of one fake; safe between threads.

    Batches end when they are looked at for the first time, and every request of them is answered as a call of its own
    would be, by the steps that are scripted for it.

    Args:
        run: Answers one request.

    Attributes:
        looks: How often the next batches are still under way when they are looked at.
        expire_after: How many of their requests are answered before they expire; None: all, and they do not.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._all: dict[str, FakeBatch] = {}
        self.looks = 0
        self.expire_after: int | None = None

    def __len__(self) -> int:
        return len(self._all)

    def drop(self) -> None:
        """Forget the batch that was made first."""
        with self._lock:
            self._all.pop(next(iter(self._all)))

    def clear(self) -> None:
        """Forget every batch, and what was ordered of them."""
        with self._lock:
            self._all.clear()
            self.looks, self.expire_after = 0, None

    def make(
        self, prefix: str, lines: Sequence[FakeLine], facts: Mapping[str, Any], errors: Sequence[str] = ()
    ) -> FakeBatch:
        """Make a batch; with `errors` it fails as a whole."""
        with self._lock:
            ident = f"{prefix}{next(self._numbers):08d}"
            end: End = "failed" if errors else "completed" if self.expire_after is None else "expired"
            batch = FakeBatch(
                id=ident, kind=prefix, lines=lines, facts=dict(facts), looks=self.looks, end=end, errors=errors
            )
            self._all[ident] = batch
            return batch

    def look(self, ident: str) -> FakeBatch | None:
        """Return a batch, which may end by that; None if there is none."""
        with self._lock:
            batch = self._all.get(ident)
            if batch is None or batch.over:
                return batch
            batch.looks -= 1
            if batch.looks >= 0 and not batch.cancelling:
                return batch
            batch.over = True
            batch.end = "cancelled" if batch.cancelling else batch.end
        self._finish(batch)
        return batch

    def cancel(self, ident: str) -> FakeBatch | None:
        """Have a batch end, when it is looked at next; None if there is none."""
        with self._lock:
            batch = self._all.get(ident)
            if batch is not None and not batch.over:
                batch.cancelling = True
            return batch

    def newest(self, kind: str, after: str, limit: int) -> tuple[Sequence[FakeBatch], bool]:
        """Return batches of one API, the newest first, and whether there are more."""
        with self._lock:
            batches = [batch for batch in reversed(self._all.values()) if batch.kind == kind]
        start = next((place + 1 for place, batch in enumerate(batches) if batch.id == after), 0)
        return batches[start : start + limit], len(batches) > start + limit

    def _finish(self, batch: FakeBatch) -> None:
        most = {"completed": len(batch.lines), "expired": self.expire_after or 0}.get(batch.end, 0)
        answers = [self._run(line.path, line.body) for line in batch.lines[:most]]
        batch.answers = [*answers, *[None] * (len(batch.lines) - most)]
