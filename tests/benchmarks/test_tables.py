"""Tables say what was measured, and leave open what was not."""

import pytest
from benchmarks.goals import GOALS
from benchmarks.samples import Figure
from benchmarks.tables import goals, number, side_by_side, spread, table, vendors

SAMPLES = {
    "chat": {
        "openai": {"cpu": [1_000.0, 900.0, 1_100.0], "rate": [1_000.0]},
        "ours-direct-traced": {"cpu": [150.0, 135.0, 165.0], "thread": [140.0, 130.0, 150.0], "rate": [6_000.0]},
        "ours-direct": {"cpu": [100.0, 90.0, 110.0], "thread": [90.0, 85.0, 95.0]},
    }
}


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.01234, "0.0123"), (1.5, "1.5"), (99.94, "99.9"), (123.4, "123"), (12_345, "12,300"), (-3.0, "-3")],
)
def test_a_number_has_three_digits_that_matter(value, text):
    assert number(value) == text


def test_a_table_has_a_line_for_its_heads_one_for_their_sides_and_one_for_each_row():
    assert table(["", "a"], [["x", "1"]]) == "|  | a |\n| --- | ---: |\n| x | 1 |"


def test_one_sample_has_no_spread():
    assert spread(Figure(1.0, 1.0, 1.0)) == "–"
    assert spread(Figure(2.0, 1.0, 3.0)) == "1 to 3"


def test_contenders_stand_in_the_order_of_the_roster_as_multiples_of_the_peer():
    lines = side_by_side(SAMPLES, "chat", [("cpu", "CPU"), ("rate", "calls a second")]).splitlines()
    assert lines[0] == "|  | CPU, µs | calls a second | spread | of openai SDK |"
    assert lines[2:] == [
        "| openai SDK | 1,000 | 1,000 | 900 to 1,100 | 1 × |",
        "| **GenAI SDK, direct driver** | 100 | – | 90 to 110 | 0.1 × |",
        "| **GenAI SDK, direct driver, traced** | 150 | 6,000 | 135 to 165 | 0.15 × |",
    ]


def test_without_the_peer_there_is_no_column_of_multiples():
    alone = {"chat": {"ours-direct": SAMPLES["chat"]["ours-direct"]}}
    assert side_by_side(alone, "chat", [("cpu", "CPU")]).splitlines()[0] == "|  | CPU, µs | spread |"


def test_a_goal_says_whether_it_is_reached_missed_or_not_measured():
    rows = {line.split(" | ")[0].strip("| "): line for line in goals(SAMPLES).splitlines()[2:]}
    assert len(rows) == len(GOALS)
    reached = rows["tracing's share of a call on the calling thread"]
    assert "| ≤ 60 µs | 50 µs | 45 to 55 | reached | 140 µs | – |" in reached
    assert "not measured" in rows["memory after the first call"]
    slow = {"chat": {**SAMPLES["chat"], "ours-direct-traced": {"thread": [500.0]}}}
    assert "**not reached**" in goals(slow)


def test_beside_the_vendors_a_line_has_a_figure_for_each_that_was_measured():
    anthropic = {"anthropic": {"cpu": [100.0, 100.0]}, "ours-anthropic": {"cpu": [20.0, 40.0]}}
    lines = vendors({**SAMPLES, "chat-anthropic": anthropic}).splitlines()
    assert lines[0].endswith("| openai SDK | anthropic SDK | google-genai | boto3 |")
    assert lines[2] == (
        "| CPU of a call, warm, sync | **0.15** (≤ 0.12) | **0.3** (≤ 0.15, 0.2 to 0.4) | not measured (≤ 0.15) "
        "| not measured (≤ 0.15) |"
    )
    assert lines[3].endswith("| not measured (≥ 10) | – |")  # boto3 has no async
