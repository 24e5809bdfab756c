"""Charts, axes and timelines as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.local.store.span_rows import SpanRow
from genai_sdk.local.ui.axis import compact, even_top, marks, top_of
from genai_sdk.local.ui.chart import HEIGHT, WIDTH, line, stack
from genai_sdk.local.ui.timeline import DEEPEST, arrange, axis_of


def row(number, parent=None, start=0, end=10, **more):
    facts = dict.fromkeys(SpanRow.__struct_fields__)
    facts |= {
        "id": str(number),
        "parent_id": None if parent is None else str(parent),
        "type": "SPAN",
        "name": "x",
        "title": "x",
    }
    return SpanRow(
        **{**facts, "start": start, "end": end, "level": "DEFAULT", "is_call": False, "environment": "x", **more}
    )


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (-3, 1), (1, 1), (1.1, 2), (2.2, 2.5), (7, 10), (0.031, 0.05), (1234, 2000), (float("nan"), 1)],
)
def test_an_axis_ends_at_a_round_number(most, top):
    assert top_of(most) == pytest.approx(top)


@pytest.mark.parametrize(
    ("most", "top"), [(0, 2), (1, 2), (3, 4), (5, 6), (9, 10), (22, 30), (52, 60), (61, 80), (99, 100), (2400, 3000)]
)
def test_the_half_of_a_whole_axis_is_whole(most, top):
    assert even_top(most, whole=True) == top


@pytest.mark.parametrize(("most", "top"), [(0, 1), (0.25, 0.3), (1, 1), (0.083, 0.1), (4.2, 5), (float("inf"), 1)])
def test_an_axis_of_amounts_ends_at_a_number_that_halves_well(most, top):
    assert even_top(most) == pytest.approx(top)


@pytest.mark.parametrize(
    ("nanoseconds", "texts"),
    [
        (1_200_000, ["0 ms", "0.25 ms", "0.5 ms", "0.75 ms", "1 ms"]),
        (10_000_000, ["0 ms", "2 ms", "4 ms", "6 ms", "8 ms", "10 ms"]),
        (12_000_000, ["0 ms", "2.5 ms", "5 ms", "7.5 ms", "10 ms"]),
        (2_000_000_000, ["0 ms", "500 ms", "1.00 s", "1.50 s", "2.00 s"]),
        (0, ["0"]),
    ],
)
def test_the_marks_of_an_axis_of_time_are_told_apart(nanoseconds, texts):
    assert [mark.text for mark in axis_of(nanoseconds)] == texts


@given(st.floats(min_value=1e-9, max_value=1e18))
def test_an_axis_holds_its_largest_value_and_wastes_little(most):
    assert most <= top_of(most) * (1 + 1e-6) <= most * 2.51
    assert len(marks(most)) <= 6
    assert all(0 <= mark <= most * (1 + 1e-6) for mark in marks(most))


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "\N{EN DASH}"), (0, "0"), (999, "999"), (12_500, "12.5k"), (2.5e6, "2.5M"), (0.25, "0.25")],
)
def test_numbers_are_written_in_few_characters(number, text):
    assert compact(number) == text


def test_pieces_stand_on_each_other_and_nothing_is_left_out():
    made = stack([[1, 3], [0, 0], [2, 0]])
    assert made.top == 4
    first, empty, last = made.columns
    assert (first.total, empty.pieces, len(last.pieces)) == (4, (), 1)
    below, above = first.pieces
    assert below.y + below.height == HEIGHT
    assert above.y + above.height == below.y
    assert above.height == pytest.approx(3 * below.height)
    assert last.x + last.width < WIDTH


def test_a_line_breaks_off_where_nothing_is_known():
    drawn = line([1, 2, None, 4, None], 4)
    assert drawn.path == "M100 75L300 50"
    assert drawn.dots == ((700.0, 0.0),)
    assert line([], 1).path == ""


def test_observations_stand_below_those_they_are_part_of():
    rows = [
        row(1, None, 0, 100),
        row(2, 1, 10, 40, first_token=15),
        row(3, 2, 20, 30),
        row(4, 1, 50, 100),
        row(5, 99, 60, 60),
    ]
    lines = arrange(rows, 0, 100)
    assert [(each.row.id, each.depth) for each in lines] == [("1", 0), ("2", 1), ("3", 2), ("4", 1), ("5", 0)]
    second = lines[1]
    assert (second.x, second.width, second.first) == (10.0, 30.0, 25.0)
    assert lines[-1].width > 0


def test_observations_that_are_part_of_each_other_or_very_deep_are_all_drawn():
    assert len(arrange([row(1, 2), row(2, 1), row(3, 3)], 0, 10)) == 3
    deep = arrange([row(number, number - 1) for number in range(5_000)], 0, 10)
    assert len(deep) == 5_000
    assert max(each.depth for each in deep) == DEEPEST


@given(st.integers(-(10**18), 10**18), st.integers(-(10**18), 10**18), st.integers(-(10**18), 10**18))
def test_no_bar_leaves_the_axis(start, end, first):
    (drawn,) = arrange([row(1, start=start, end=end, first_token=first)], 0, 10**9)
    assert 0 <= drawn.x <= drawn.x + drawn.width <= 100.001
    assert 0 <= drawn.first <= 100


def test_the_marks_of_a_timeline_are_durations():
    assert [mark.text for mark in axis_of(1_000_000_000)] == ["0 ms", "200 ms", "400 ms", "600 ms", "800 ms", "1.00 s"]
    assert len(axis_of(0)) == 1
