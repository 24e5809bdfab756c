"""What cannot be true of a row: a price in another unit, below zero, or the wrong way round."""

from collections.abc import Iterator
from datetime import date

from genai_sdk.catalogue.model_table import TableRow

DEAREST = 1_000.0
"""Dollars a million tokens; the dearest model ever sold took 600 for its output."""
CHEAPEST = 0.001
"""Dollars a million tokens; below it somebody meant thousands of tokens, or characters."""
LONGEST_WINDOW = 20_000_000
FIRST, LAST = date(2020, 1, 1), date(2032, 1, 1)
"""Between these a model ends; a date outside is a slip of the pen."""


def faults(row: TableRow) -> Iterator[str]:
    """Yield what is implausible of a row's prices; such a row is not to be believed in anything it says of them."""
    for where, rates in (("", row.rates), *((f" above {least}", part) for least, part in row.above.items())):
        for kind, rate in rates.items():
            if rate < 0:
                yield f"{kind}{where} is below zero: {rate}"
            elif rate > DEAREST:
                yield f"{kind}{where} is {rate:g} dollars a million tokens"
            elif 0 < rate < CHEAPEST:
                yield f"{kind}{where} is only {rate:g} dollars a million tokens"
    put, out = row.rates.get("input", 0), row.rates.get("output", 0)
    if out and put > out:
        yield f"its input ({put:g}) costs more than its output ({out:g})"
    if put > 0 and out > 100 * put:
        yield f"its output ({out:g}) costs more than a hundred times its input ({put:g})"
    if put > 0 and row.rates.get("cached", 0) > put:
        yield f"what is read from the cache ({row.rates['cached']:g}) costs more than input ({put:g})"
    if put > 0 and row.rates.get("written", 0) > 4 * put:
        yield f"what is written to the cache ({row.rates['written']:g}) costs more than four times the input ({put:g})"
    for least, part in row.above.items():
        if part.get("input", put) < put:
            yield f"prompts above {least} cost less"
    for tier, factor in row.tiers.items():
        if isinstance(factor, float) and not 0.1 <= factor <= 12:
            yield f"its tier {tier} costs {factor:g} times the ordinary"


def oddities(row: TableRow) -> Iterator[str]:
    """Yield what is implausible of the rest; only that is left out."""
    if row.window is not None and row.window > LONGEST_WINDOW:
        yield "window"
    if row.output is not None and row.window is not None and row.output > max(row.window, 1) * 4:
        yield "output"
    if row.ends is not None and not FIRST <= row.ends <= LAST:
        yield "ends"
