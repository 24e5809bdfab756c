"""The arithmetic of limits, by a clock that is turned by hand."""

import pytest

from genai_sdk.http import ConnectTimedOut, Deadline, ReadTimedOut, TotalTimedOut


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_wait_gets_the_lesser_of_gap_and_what_is_left(clock: Clock) -> None:
    deadline = Deadline(10, gap=4, connect=3, now=clock)
    assert (deadline.read_timeout(), deadline.connect_timeout(), deadline.remaining()) == (4, 3, 10)
    clock.time += 8
    assert (deadline.read_timeout(), deadline.connect_timeout(), deadline.remaining()) == (2, 2, 2)
    clock.time += 8
    assert (deadline.read_timeout(), deadline.connect_timeout(), deadline.remaining()) == (0, 0, 0)
    assert deadline.expired


def test_no_limit_is_none(clock: Clock) -> None:
    deadline = Deadline(None, now=clock)
    assert (deadline.read_timeout(), deadline.connect_timeout(), deadline.remaining()) == (None, None, None)
    assert not deadline.expired


def test_lifting_ends_the_total_and_keeps_the_gap(clock: Clock) -> None:
    deadline = Deadline(10, gap=4, now=clock)
    deadline.lift()
    clock.time += 1000
    assert (deadline.read_timeout(), deadline.remaining(), deadline.expired) == (4, None, False)


@pytest.mark.parametrize("stream", [None, 60])
def test_what_was_cancelled_stays_so_when_its_first_content_comes_all_the_same(
    clock: Clock, stream: float | None
) -> None:
    deadline = Deadline(10, gap=4, stream=stream, now=clock)
    deadline.cancel()
    deadline.lift()
    assert deadline.expired
    assert (deadline.read_timeout(), deadline.connect_timeout(), deadline.remaining()) == (0, 0, 0)


def test_the_connect_phase_ends_by_whichever_limit_comes_first(clock: Clock) -> None:
    assert Deadline(10, connect=3, now=clock).connecting().remaining() == 3
    deadline = Deadline(10, connect=30, now=clock)
    clock.time += 4
    assert deadline.connecting().remaining() == 6


def test_the_error_says_which_limit_it_was(clock: Clock) -> None:
    deadline = Deadline(10, gap=4, connect=3, now=clock)
    with pytest.raises(ReadTimedOut, match="4 s"):
        raise deadline.read_overdue()
    with pytest.raises(ConnectTimedOut, match="3 s"):
        raise deadline.connect_overdue()
    clock.time += 10 - 1e-6  # timers fire a little early
    for error in (deadline.read_overdue(), deadline.connect_overdue()):
        with pytest.raises(TotalTimedOut, match="10 s"):
            raise error
