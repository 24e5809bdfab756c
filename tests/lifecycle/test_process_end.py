import os
import threading
from typing import NoReturn

import pytest

from genai_sdk.lifecycle.process_end import ProcessEnd


def test_another_librarys_os_exit_stays_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    process_end = ProcessEnd()

    def leave(status: int) -> NoReturn:
        raise SystemExit(status)

    with monkeypatch.context() as patch:
        patch.setattr(os, "_exit", leave)
        process_end.guard()
        assert os._exit is leave


class Member:
    """One whose work takes a thread that somebody wakes, as a client's does."""

    exit_timeout = 30.0
    unfinished = True

    def __init__(self, *, waits_for: "Member | None" = None) -> None:
        self.woken = threading.Event()
        self.waits_for = waits_for
        self.finished = False

    def flush(self, timeout: float, *, durable: bool = False) -> bool:
        self.woken.set()
        return timeout > 0

    def finish(self, timeout: float) -> None:
        self.woken.set()
        self.finished = self.waits_for is None or self.waits_for.woken.wait(timeout)


def test_while_one_is_waited_for_the_others_are_under_way() -> None:
    process_end = ProcessEnd()
    second = Member()
    first = Member(waits_for=second)
    for member in (first, second):
        process_end.add(member)
    process_end._finish()
    assert first.finished
    assert second.finished
