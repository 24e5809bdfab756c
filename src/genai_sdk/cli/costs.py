"""`genai costs`: what calls cost, by day, model, prompt and the like."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.columns import padded, width_of
from genai_sdk.cli.headings import headings
from genai_sdk.cli.language import say
from genai_sdk.cli.moments import moment
from genai_sdk.cli.output import json_text, show, width
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.cost_reader import CostRow

_BY = ("day", "model", "connection", "prompt", "user", "session", "trace", "environment")
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_WIDEST_KEY = 40


@click.command()
@click.option("--by", type=click.Choice(_BY), default="day", show_default=True, help="What costs are told apart by.")
@click.option("--since", metavar="TIME", default="7d", show_default=True, help="7d or 12h ago, or an ISO 8601 time.")
@click.option("--until", metavar="TIME", help="Up to then.  [default: now]")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many rows; the rest is one.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, all rows of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, all rows of it.")
def costs(by: str, since: str, until: str | None, limit: int, as_csv: bool, as_json: bool) -> None:
    """Sum up what calls cost, as Langfuse recorded it.

    A cost that nobody knows counts as 0 there.
    """
    from genai_sdk.cli.cost_reader import CostReader
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    if as_csv and as_json:
        raise click.UsageError(Sentence.of("costs.both", "--csv and --json: give one of them"))
    begin = moment(since)
    end = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    end = end if until is None else moment(until, "--until")
    with Remote(read_access()) as remote:
        rows = CostReader(remote).rows(by, begin, end)
    if as_json:
        click.echo(json_text(rows))
    elif as_csv:
        click.echo(_csv(by, rows), nl=False)
    elif not rows:
        show(
            Sentence.of("costs.no_call", "No call was recorded since {since} UTC.", since=begin[:16].replace("T", " "))
        )
    else:
        for number, line in enumerate(_lines(by, _cut(by, rows, limit))):
            show(line, bold=number == 0 or None)


def _cut(by: str, rows: "list[CostRow]", limit: int) -> "list[CostRow]":
    """Return as many rows as are wanted, and what is left as one more: the dearest, or the latest days."""
    from genai_sdk.cli.cost_reader import CostRow

    if len(rows) <= limit:
        return rows
    kept, rest = (rows[-limit:], rows[:-limit]) if by == "day" else (rows[:limit], rows[limit:])
    others = CostRow(
        key=f"{len(rest)} {'earlier' if by == 'day' else 'others'}",
        cost=sum(row.cost for row in rest),
        calls=sum(row.calls for row in rest),
        input_tokens=sum(row.input_tokens for row in rest),
        output_tokens=sum(row.output_tokens for row in rest),
    )
    return [others, *kept] if by == "day" else [*kept, others]


def _lines(by: str, rows: "list[CostRow]") -> list[str]:
    cells = [headings(by.upper(), "COST", "CALLS", "IN", "OUT")]
    cells += [[_short(row.key), *_figures(row)] for row in rows]
    cells.append(
        [
            Sentence.of("heading.total", "total"),
            _dollars(sum(row.cost for row in rows)),
            f"{sum(row.calls for row in rows):,}",
            _tokens(sum(row.input_tokens for row in rows)),
            _tokens(sum(row.output_tokens for row in rows)),
        ]
    )
    said = [[say(part) for part in cell] for cell in cells]
    wide = [max(width_of(cell[column]) for cell in said) for column in range(5)]
    table = [
        "  ".join(
            [
                padded(cell[0], wide[0]),
                *(" " * (size - width_of(part)) + part for part, size in zip(cell[1:], wide[1:], strict=True)),
            ]
        )
        for cell in said
    ]
    room = min(40, width() - width_of(table[0]) - 2)
    if room < 5:
        return table
    most = max(row.cost for row in rows) or max(row.calls for row in rows)
    is_free = not any(row.cost for row in rows)
    bars = ["", *(_bar((row.calls if is_free else row.cost) / most, room) for row in rows), ""]
    return [f"{line}  {bar}".rstrip() for line, bar in zip(table, bars, strict=True)]


def _figures(row: "CostRow") -> list[str]:
    return [_dollars(row.cost), f"{row.calls:,}", _tokens(row.input_tokens), _tokens(row.output_tokens)]


def _bar(share: float, room: int) -> str:
    eighths = max(1 if share > 0 else 0, round(share * room * 8))
    return _EIGHTHS[-1] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _short(key: str) -> str:
    return key if len(key) <= _WIDEST_KEY else f"{key[: _WIDEST_KEY - 1]}…"


def _dollars(cost: float) -> str:
    if cost >= 1 or cost == 0:
        return f"${cost:,.2f}"
    return f"${cost:.4f}" if cost >= 0.001 else f"${Decimal(f'{cost:.2g}'):f}"


def _tokens(count: int) -> str:
    for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (10_000, "k")):
        if count >= size:
            return f"{count / (1_000 if unit == 'k' else size):.1f}{unit}"
    return f"{count:,}"


def _csv(by: str, rows: "list[CostRow]") -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([by, "cost", "calls", "input_tokens", "output_tokens"])
    # A text that begins like a formula is run by the spreadsheet that opens it.
    writer.writerows(
        [
            f"'{row.key}" if row.key[:1] in "=+-@\t" else row.key,
            f"{row.cost:.12g}",
            row.calls,
            row.input_tokens,
            row.output_tokens,
        ]
        for row in rows
    )
    return file.getvalue()
