"""Ranges and filters, read from addresses and written into them."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from genai_sdk.langfuse.api.cursor import Cursor
from genai_sdk.local.store.call_query import CallQuery
from genai_sdk.local.store.trace_query import TraceQuery
from genai_sdk.local.ui.ranges import (
    DAY,
    HOUR,
    SECOND,
    Range,
    WrongRangeError,
    period_of,
    read_moment,
    read_range,
    step_for,
)
from genai_sdk.local.ui.spreadsheet import sheet
from genai_sdk.local.ui.trace_filter import read_filter, read_short_cursor, write_short_cursor

NOW = 1_780_000_123_456_789_012


def test_a_quick_range_counts_before_what_else_was_filled_in():
    assert read_range("1h", "2020-01-01", None, NOW) == Range("1h", NOW - HOUR * SECOND)
    assert read_range("custom", None, None, NOW) == Range()
    custom = read_range("custom", "1970-01-02T00:00", None, NOW)
    assert custom == Range("custom", DAY * SECOND)
    assert read_range(None, *(custom.query.get(name) for name in ("since", "until")), NOW) == custom


@pytest.mark.parametrize("text", ["yesterday", "1969-12-31", "9999-12-31", "2026-13-01", "0001-01-01T00:00+23:59", "1"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(WrongRangeError):
        read_moment(text)


def test_offsets_count():
    assert read_moment("1970-01-01T09:00+09:00") == read_moment("1970-01-01T00:00:00Z") == 0


@pytest.mark.parametrize(("key", "steps"), [("1h", 60), ("24h", 24), ("7d", 28), ("30d", 30), ("15m", 24), ("", 24)])
def test_a_period_has_whole_steps_and_holds_this_moment(key, steps):
    period = period_of(Range(key), NOW)
    assert len(period.starts) == steps
    assert period.since <= NOW < period.until
    assert period.since % (period.step * SECOND) == 0
    assert period.before.until == period.since


@pytest.mark.parametrize("seconds", [1, HOUR, 3 * HOUR, 2 * DAY, 40 * DAY, 800 * DAY, 100_000 * DAY])
def test_a_custom_period_has_few_steps_however_long_it_is(seconds):
    period = period_of(Range("custom", 10**18, 10**18 + seconds * SECOND), NOW)
    assert 1 <= len(period.starts) <= 74
    assert period.since <= 10**18
    assert period.until >= 10**18 + seconds * SECOND
    assert step_for(seconds) == period.step


def test_a_filter_is_written_as_it_was_read():
    pairs = [
        ("q", "a&b"),
        ("deep", "1"),
        ("tag", "x"),
        ("tag", "y"),
        ("tag", "x"),
        ("prompt", "p/한"),
        ("version", "3"),
    ]
    chosen = read_filter([*pairs, ("unknown", "1"), ("user", "  ")], NOW)
    again = read_filter(parse_qsl(urlsplit(chosen.link()).query), NOW)
    assert again == chosen
    query = chosen.query()
    assert (query.content, query.text, query.tags, query.prompt, query.prompt_version) == (
        "a&b",
        None,
        ["x", "y"],
        "p/한",
        3,
    )
    chips = {text: link for _, text, link in chosen.chips}
    assert "tag=y" in chips["x"]
    assert "tag=x" not in chips["x"]
    assert "deep" not in chips["a&b"]
    assert "version" not in chips["p/한"]


def test_what_is_asked_of_calls_is_asked_of_one_call_and_the_rest_of_its_trace():
    pairs = [
        *[("calls", "failed"), ("sort", "first_token"), ("model", "m"), ("version", "3"), ("without", "prompt")],
        *[("without", "connection"), ("without", "sense"), ("user", "u"), ("environment", "e"), ("range", "1h")],
    ]
    chosen = read_filter(pairs, NOW)
    assert read_filter(parse_qsl(urlsplit(chosen.link()).query), NOW) == chosen
    query = chosen.query()
    assert query.calls == CallQuery(
        failed=True,
        model="m",
        connection="",
        prompt="",
        prompt_version=0,
        environments=["e"],
        since=NOW - HOUR * SECOND,
        slowest="first_token",
    )
    assert query == TraceQuery(user_id="u", tags=[], calls=query.calls)
    without = {text: link for name, text, link in chosen.chips if name == "without"}
    assert "without=connection" not in without["connection"]
    assert "without=prompt" in without["connection"]


def test_a_value_counts_before_its_absence():
    chosen = read_filter([("without", "model"), ("model", "m")], NOW)
    assert chosen.query() == TraceQuery(model="m", tags=[], environments=[])


def test_what_cannot_be_read_is_told_and_left_out():
    chosen = read_filter(
        [*((name, "x") for name in ("status", "calls", "sort")), ("version", "²"), ("prompt", "p"), ("since", "?")], NOW
    )
    assert [name for name, _ in chosen.faults] == ["status", "calls", "sort", "version", "range"]
    assert chosen.pairs == [("prompt", "p")]


def test_places_are_written_and_read():
    assert read_short_cursor(write_short_cursor(Cursor(NOW, 7))) == Cursor(NOW, 7)
    for text in (None, "", "1", "1.", "a.b", "1.²", f"{2**63}.1", "1" * 50 + ".1"):
        assert read_short_cursor(text) is None


def test_no_cell_is_a_formula():
    cells = ["=1+1", "+1", "-1", "@x", "\t=1", "  =1", "fine", -1, None, 'say "hi", 한국']
    text = sheet(["a"], [[cell] for cell in cells])
    assert text.splitlines()[1:] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\t=1",
        "'  =1",
        "fine",
        "-1",
        '""',
        '"say ""hi"", 한국"',
    ]
