"""What waits to be sent comes together before its reader is woken."""

import threading
import time

import pytest

from genai_sdk.tracing.backlog import WORTH_SENDING, Backlog
from genai_sdk.tracing.record import Score

LONG = 60.0


def score(size):
    return Score(id="s", trace_id="t", name="n", value=1, comment="x" * size)


@pytest.fixture
def backlog():
    return Backlog()


def took(backlog, seconds):
    begun = time.monotonic()
    backlog.gather(seconds)
    return time.monotonic() - begun


def test_small_records_ring_for_nobody(backlog):
    for _ in range(100):
        backlog.put(score(10))
    assert backlog._bell.empty()
    assert took(backlog, 0.05) >= 0.05


def test_enough_of_them_end_the_gathering(backlog):
    threading.Timer(0.05, backlog.put, [score(WORTH_SENDING)]).start()
    assert took(backlog, LONG) < LONG / 2


def test_enough_that_came_before_begin_none(backlog):
    backlog.put(score(WORTH_SENDING))
    assert took(backlog, LONG) < LONG / 2


def test_who_waits_for_an_event_ends_the_gathering(backlog):
    threading.Timer(0.05, backlog.mark, [threading.Event()]).start()
    assert took(backlog, LONG) < LONG / 2


def test_a_ring_counts_once_and_never_for_what_comes_later(backlog):
    for _ in range(5):
        backlog.mark(threading.Event())
    assert took(backlog, LONG) < LONG / 2
    assert backlog._bell.empty()
