"""The arithmetic of limits, by a clock that is turned by hand."""

import pytest

from genai_sdk.http import Budget, ConnectTimedOut, ReadTimedOut, TotalTimedOut


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_wait_gets_the_lesser_of_gap_and_what_is_left(clock: Clock) -> None:
    budget = Budget(10, gap=4, connect=3, now=clock)
    assert (budget.read_timeout(), budget.connect_timeout(), budget.remaining()) == (4, 3, 10)
    clock.time += 8
    assert (budget.read_timeout(), budget.connect_timeout(), budget.remaining()) == (2, 2, 2)
    clock.time += 8
    assert (budget.read_timeout(), budget.connect_timeout(), budget.remaining()) == (0, 0, 0)
    assert budget.spent


def test_no_limit_is_none(clock: Clock) -> None:
    budget = Budget(None, now=clock)
    assert (budget.read_timeout(), budget.connect_timeout(), budget.remaining()) == (None, None, None)
    assert not budget.spent


def test_lifting_ends_the_total_and_keeps_the_gap(clock: Clock) -> None:
    budget = Budget(10, gap=4, now=clock)
    budget.lift()
    clock.time += 1000
    assert (budget.read_timeout(), budget.remaining(), budget.spent) == (4, None, False)


def test_the_connect_phase_ends_by_whichever_limit_comes_first(clock: Clock) -> None:
    assert Budget(10, connect=3, now=clock).connecting().remaining() == 3
    budget = Budget(10, connect=30, now=clock)
    clock.time += 4
    assert budget.connecting().remaining() == 6


def test_the_error_says_which_limit_it_was(clock: Clock) -> None:
    budget = Budget(10, gap=4, connect=3, now=clock)
    with pytest.raises(ReadTimedOut, match="4 s"):
        raise budget.read_overdue()
    with pytest.raises(ConnectTimedOut, match="3 s"):
        raise budget.connect_overdue()
    clock.time += 10 - 1e-6  # timers fire a little early
    for error in (budget.read_overdue(), budget.connect_overdue()):
        with pytest.raises(TotalTimedOut, match="10 s"):
            raise error
