"""`genai costs`: what calls cost, by day, model, prompt and the like."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from genai_sdk.cli.columns import padded, width_of
from genai_sdk.cli.figures import dollars, spreadsheet, tokens
from genai_sdk.cli.headings import headings
from genai_sdk.cli.language import say
from genai_sdk.cli.moments import moment
from genai_sdk.cli.output import cut, json_text, show, width
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.costs.reader import CostRow

_BY = ("day", "model", "connection", "prompt", "user", "session", "trace", "environment")
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_WIDEST_KEY = 40


@click.command()
@click.option("--by", type=click.Choice(_BY), default="day", show_default=True, help="What costs are told apart by.")
@click.option("--since", metavar="TIME", default="7d", show_default=True, help="7d or 12h ago, or an ISO 8601 time.")
@click.option("--until", metavar="TIME", help="Up to then.  [default: now]")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many rows; the rest is one.")
@click.option("--reconcile", is_flag=True, help="Compare with what Langfuse's own prices make of the same calls.")
@click.option("--svg", metavar="FILE", help="Draw the rows as bars into a file, - for standard output.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, all rows of it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, all rows of it.")
@click.pass_context
def costs(
    ctx: click.Context,
    by: str,
    since: str,
    until: str | None,
    limit: int,
    reconcile: bool,
    svg: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Sum up what calls cost, as Langfuse recorded it.

    A cost that nobody knows counts as 0 there.
    """
    from genai_sdk.cli.costs.reader import CostReader
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    outputs = {"--csv": as_csv, "--json": as_json, "--svg": svg is not None}
    if sum(outputs.values()) > 1:
        wanted = " and ".join(name for name, given in outputs.items() if given)
        raise click.UsageError(Sentence.of("costs.both", "{options}: give one of them", options=wanted))
    if reconcile and (svg is not None or ctx.get_parameter_source("by") is not ParameterSource.DEFAULT):
        raise click.UsageError(
            Sentence.of("costs.reconcile", "--reconcile compares models and kinds of token: leave --by and --svg out")
        )
    begin = moment(since)
    end = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    end = end if until is None else moment(until, "--until")
    with Remote(read_access()) as remote:
        if reconcile:
            from genai_sdk.cli.costs.reconcile import compare

            compare(remote, begin, end, limit, as_csv=as_csv, as_json=as_json)
            return
        rows = CostReader(remote).rows(by, begin, end)
    _print(by, rows, begin, end, limit, svg=svg, as_csv=as_csv, as_json=as_json)


def _print(
    by: str,
    rows: "list[CostRow]",
    begin: str,
    end: str,
    limit: int,
    *,
    svg: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    if as_json:
        click.echo(json_text(rows))
    elif as_csv:
        click.echo(_csv(by, rows), nl=False)
    elif svg is not None:
        _draw(svg, by, _cut(by, rows, limit), begin, end)
    elif not rows:
        show(
            Sentence.of("costs.no_call", "No call was recorded since {since} UTC.", since=begin[:16].replace("T", " "))
        )
    else:
        for number, line in enumerate(_lines(by, _cut(by, rows, limit))):
            show(line, bold=number == 0 or None)


def _draw(file: str, by: str, rows: "list[CostRow]", begin: str, end: str) -> None:
    from genai_sdk.cli.costs.chart import svg

    total, calls = sum(row.cost for row in rows), sum(row.calls for row in rows)
    is_free = total == 0
    span = f"{begin[:10]} to {end[:10]} UTC"
    drawn = svg(
        f"{'Calls' if is_free else 'Cost of calls'} by {by}",
        f"{span}: {dollars(total)}, {calls:,} call{'' if calls == 1 else 's'}",
        [
            (row.key, row.calls if is_free else row.cost, f"{row.calls:,}" if is_free else dollars(row.cost))
            for row in rows
        ],
    )
    try:
        with click.open_file(file, "w", encoding="utf-8") as opened:
            opened.write(drawn)
    except OSError as error:
        raise click.FileError(file, error.strerror or str(error)) from None
    if file != "-":
        show(f"{len(rows)} row{' is' if len(rows) == 1 else 's are'} drawn in {file}.", err=True)


def _cut(by: str, rows: "list[CostRow]", limit: int) -> "list[CostRow]":
    """Return as many rows as are wanted, and what is left as one more: the dearest, or the latest days."""
    from genai_sdk.cli.costs.reader import CostRow

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
    cells += [[cut(row.key, _WIDEST_KEY), *_figures(row)] for row in rows]
    cells.append(
        [
            Sentence.of("heading.total", "total"),
            dollars(sum(row.cost for row in rows)),
            f"{sum(row.calls for row in rows):,}",
            tokens(sum(row.input_tokens for row in rows)),
            tokens(sum(row.output_tokens for row in rows)),
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
    return [dollars(row.cost), f"{row.calls:,}", tokens(row.input_tokens), tokens(row.output_tokens)]


def _bar(share: float, room: int) -> str:
    eighths = max(1 if share > 0 else 0, round(share * room * 8))
    return _EIGHTHS[-1] * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _csv(by: str, rows: "list[CostRow]") -> str:
    return spreadsheet(
        [by, "cost", "calls", "input_tokens", "output_tokens"],
        ([row.key, f"{row.cost:.12g}", row.calls, row.input_tokens, row.output_tokens] for row in rows),
    )
