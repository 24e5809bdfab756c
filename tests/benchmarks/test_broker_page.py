"""The page about the broker says what was measured, and which goals were missed."""

from benchmarks.broker.load import percentile
from benchmarks.broker.measuring import Kind, Measured, quantiles
from benchmarks.broker.page import page

FACTS = {
    "command": "make bench-broker",
    "date": "2026-11-28",
    "cores": 2,
    "system": "Linux",
    "python": "Python 3.11",
    "uvicorn": "0.54.0",
    "rounds": 3,
    "requests": 10,
    "seconds": 1.0,
}


def measured(rate: float, slowest: float, wrong: list[str]) -> Measured:
    kinds = [
        Kind(name, [speed] * 3, [1e6 / speed] * 3)
        for name, speed in (("empty", 1000.0), ("304", rate), ("sealed", 150.0), ("clear", 500.0))
    ]
    windows = [[0.001] * 98 + [slowest] * 2] * 3
    return Measured(kinds, 30_000, rate / 2, windows, [[0.001] * 100] * 3, {200: 90, 304: 10}, wrong)


def test_goals_that_are_reached_are_said_to_be() -> None:
    written = page(FACTS, measured(600.0, 0.012, []))
    assert "| 304 by ETag, share of an empty answer's rate | 0.6 | ≥ 0.5 | reached |" in written
    assert "| 99th percentile at half load, ms | 12 | < 20 | reached |" in written
    assert "missed" not in written
    assert "By status:\n90 × 200, 10 × 304. Answers that held anything of\nanother project: 0." in written


def test_goals_that_are_missed_are_said_to_be() -> None:
    written = page(FACTS, measured(400.0, 0.025, ["project 1"]))
    assert written.count("**missed**") == 3


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([1.0], 0.99)) == (50.0, 99.0, 1.0)
    assert quantiles([[1.0] * 10, [3.0] * 10, [2.0] * 10]) == (2.0, 2.0, 1.0, 3.0)
