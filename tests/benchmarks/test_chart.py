"""Charts are whole SVG documents whose bars are as long as their values."""

from xml.etree import ElementTree

import pytest
from benchmarks.chart import Bar, chart

NAMESPACE = {"svg": "http://www.w3.org/2000/svg"}


def drawn(*bars):
    return ElementTree.fromstring(chart("CPU of a call", "µs", bars))


def test_bars_are_as_long_as_their_values():
    widths = [float(bar.get("width")) for bar in drawn(Bar("a", 100.0), Bar("b", 50.0)).findall("svg:rect", NAMESPACE)]
    assert widths[0] == pytest.approx(2 * widths[1])


def test_a_bar_too_short_to_see_is_seen():
    widths = [float(bar.get("width")) for bar in drawn(Bar("a", 1e6), Bar("b", 0.0)).findall("svg:rect", NAMESPACE)]
    assert widths[1] == 1.0


def test_ours_stand_out():
    bars = drawn(Bar("a", 1.0), Bar("b", 1.0, ours=True)).findall("svg:rect", NAMESPACE)
    assert [bar.get("class") for bar in bars] == ["peer", "ours"]


def test_labels_are_text_whatever_is_in_them():
    texts = [text.text for text in drawn(Bar("<a> & b", 1_234.0)).findall("svg:text", NAMESPACE)]
    assert texts == ["CPU of a call (µs)", "<a> & b", "1,230"]


def test_who_cannot_see_is_told_the_same():
    described = drawn(Bar("a", 100.0), Bar("b", 50.0)).find("svg:desc", NAMESPACE).text
    assert described == "CPU of a call in µs: a 100, b 50"


def test_it_is_readable_on_dark_ground():
    assert "prefers-color-scheme: dark" in chart("t", "u", [Bar("a", 1.0)])


@pytest.mark.parametrize("bars", [[], [Bar("a", -1.0)]])
def test_there_is_no_chart_of_nothing_or_less(bars):
    with pytest.raises(ValueError, match="a chart needs bars"):
        chart("t", "u", bars)
