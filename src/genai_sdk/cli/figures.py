"""Costs and counts as people write them, and as spreadsheets read them."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal


def dollars(cost: float) -> str:
    """Return a cost as people write it."""
    if cost >= 1 or cost == 0:
        return f"${cost:,.2f}"
    return f"${cost:.4f}" if cost >= 0.001 else f"${Decimal(f'{cost:.2g}'):f}"


def tokens(count: int) -> str:
    """Return a count as people write it."""
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if count >= size:
            return f"{count / (1_000 if unit == 'k' else size):.1f}{unit}"
    return f"{count:,}"


def spreadsheet(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return CSV; a text that begins like a formula is run by the spreadsheet that opens it, and so is quoted."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        first, *others = row
        writer.writerow([f"'{first}" if str(first)[:1] in ("=", "+", "-", "@", "\t") else first, *others])
    return file.getvalue()
