"""How figures read."""

import pytest

from genai_sdk.langfuse import tree
from genai_sdk.local.ui.filters import dollars


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (None, "\N{EN DASH}"),
        (0, "$0.00"),
        (4.4e-08, "$0.000000044"),
        (4.5e-07, "$0.00000045"),
        (2.55e-06, "$0.00000255"),
        (0.000123456, "$0.000123"),
        (0.00125, "$0.001250"),
        (0.0125, "$0.0125"),
        (3.5, "$3.50"),
        (1234.5, "$1,234.50"),
    ],
)
def test_an_amount_shows_as_many_places_as_it_needs_and_is_never_nothing(amount, text):
    assert dollars(amount) == text


def test_small_amounts_add_up_as_they_are_shown():
    shown = [float(dollars(amount)[1:]) for amount in (2.55e-06, 4.5e-07, 3.004e-06)]
    assert sum(shown) == pytest.approx(float(dollars(sum((2.55e-06, 4.5e-07, 3.004e-06)))[1:]), rel=0.01)


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "$0"), (4.4e-08, "$0.000000044"), (0.0000042, "$0.0000042"), (0.5, "$0.5"), (12.0, "$12")]
)
def test_a_terminal_shows_small_amounts_too(amount, text):
    assert tree.dollars(amount) == text
