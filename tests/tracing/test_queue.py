"""What waits to be sent comes together before its reader is woken."""

import threading
import time

import pytest

from genai_sdk.tracing.queue import WORTH_SENDING, RecordQueue
from genai_sdk.tracing.record import ScoreRecord

LONG = 60.0


def score(size):
    return ScoreRecord(id="s", trace_id="t", name="n", value=1, comment="x" * size)


@pytest.fixture
def records():
    return RecordQueue()


def took(records, seconds):
    begun = time.monotonic()
    records.gather(seconds)
    return time.monotonic() - begun


def test_small_records_ring_for_nobody(records):
    for _ in range(100):
        records.put(score(10))
    assert records._bell.empty()
    assert took(records, 0.05) >= 0.05


def test_enough_of_them_end_the_gathering(records):
    threading.Timer(0.05, records.put, [score(WORTH_SENDING)]).start()
    assert took(records, LONG) < LONG / 2


def test_enough_that_came_before_begin_none(records):
    records.put(score(WORTH_SENDING))
    assert took(records, LONG) < LONG / 2


def test_who_waits_for_an_event_ends_the_gathering(records):
    threading.Timer(0.05, records.mark, [threading.Event()]).start()
    assert took(records, LONG) < LONG / 2


def test_a_ring_counts_once_and_never_for_what_comes_later(records):
    for _ in range(5):
        records.mark(threading.Event())
    assert took(records, LONG) < LONG / 2
    assert records._bell.empty()
