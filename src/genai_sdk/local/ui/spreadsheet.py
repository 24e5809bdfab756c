"""Tables for spreadsheets, which take a text that begins like a formula for one."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV, with a byte order mark so that spreadsheets read it as UTF-8."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(head)
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + written.getvalue()


def _cell(value: object) -> object:
    """Return a cell; of a text that a spreadsheet would run, one that it shows.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA) else value
