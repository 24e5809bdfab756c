"""`genai costs --reconcile`: what was recorded beside what Langfuse's own prices say, and where they differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import click

from genai_sdk.cli.call_rows import call_rows
from genai_sdk.cli.costs.definitions import Definitions
from genai_sdk.cli.costs.reader import CostReader
from genai_sdk.cli.costs.reconciliation import WORDS, KindCost, by_kind, reconcile
from genai_sdk.cli.figures import dollars, spreadsheet, tokens
from genai_sdk.cli.output import json_text, show, table
from genai_sdk.cli.remote import Remote
from genai_sdk.sentence import Sentence

_PAGE = 100
_MOST_PAGES = 50
_AGREES = 1e-6


def compare(remote: Remote, begin: str, end: str, limit: int, *, as_csv: bool, as_json: bool) -> None:
    """Compare the calls of a time, and print what came of it.

    Args:
        remote: The Langfuse.
        begin: From this moment on, in ISO 8601.
        end: Up to before this one.
        limit: How many differences are told to people.
        as_csv: Print CSV, a row for each model, kind and reason.
        as_json: Print JSON.
    """
    reader = CostReader(remote)
    definitions = Definitions(_models(remote))
    rows = reconcile(call_rows(remote, begin, end), definitions)
    summed = sum(row.cost for row in reader.rows("day", begin, end))
    if as_json:
        click.echo(json_text(_document(rows, summed, definitions)))
    elif as_csv:
        names = ["model", "kind", "units", "recorded", "langfuse", "calls", "reason"]
        click.echo(spreadsheet(names, ([getattr(row, name) for name in names] for row in rows)), nl=False)
    elif not rows:
        show(
            Sentence.of("costs.no_call", "No call was recorded since {since} UTC.", since=begin[:16].replace("T", " "))
        )
    else:
        _show(rows, summed, limit, definitions)


def _models(remote: Remote) -> Iterator[Mapping[str, Any]]:
    for page in range(1, _MOST_PAGES + 1):
        answer = remote.ask("GET", f"/api/public/models?{urlencode({'page': page, 'limit': _PAGE})}")
        yield from answer["data"]
        if page >= answer["meta"]["totalPages"]:
            return


def _document(rows: Sequence[KindCost], summed: float, definitions: Definitions) -> dict[str, Any]:
    return {
        "recorded": sum(row.recorded for row in rows),
        "langfuse": sum(row.langfuse for row in rows),
        "sum_of_langfuse": summed,
        "kinds": [
            {"kind": row.kind, "units": row.units, "recorded": row.recorded, "langfuse": row.langfuse}
            for row in by_kind(rows)
        ],
        "rows": rows,
        "ignored_definitions": definitions.ignored,
    }


def _show(rows: Sequence[KindCost], summed: float, limit: int, definitions: Definitions) -> None:
    kinds = by_kind(rows)
    recorded, langfuse = sum(row.recorded for row in rows), sum(row.langfuse for row in rows)
    cells = [["KIND", "USED", "RECORDED", "LANGFUSE", "DIFFERENCE"]]
    cells += [
        [row.kind, tokens(row.units), dollars(row.recorded), dollars(row.langfuse), _signed(row.difference)]
        for row in kinds
    ]
    cells.append(["total", "", dollars(recorded), dollars(langfuse), _signed(recorded - langfuse)])
    wide = [max(len(row[place]) for row in cells) for place in range(5)]
    for number, row in enumerate(cells):
        line = "  ".join(
            [f"{row[0]:{wide[0]}}", *(f"{cell:>{size}}" for cell, size in zip(row[1:], wide[1:], strict=True))]
        )
        show(line.rstrip(), bold=number == 0 or None)
    show()
    differing = [row for row in rows if row.reason]
    if not differing:
        show(Sentence.of("costs.alike", "Langfuse's own prices make the same of every kind."), fg="green")
    else:
        head = ["DIFFERENCE", "KIND", "MODEL", "WHY"]
        told = [[_signed(row.difference), row.kind, row.model, _why(row)] for row in differing[:limit]]
        for number, line in enumerate(table([head, *told])):
            show(line, bold=number == 0 or None)
        if len(differing) > limit:
            show(
                Sentence.of("costs.more", "… and {count} more: --limit, --csv or --json", count=len(differing) - limit)
            )
    show()
    off = recorded - summed
    if abs(off) > _AGREES * max(recorded, summed):
        show(
            Sentence.of(
                "costs.off",
                "Langfuse adds up {sum}, which is {off} off: calls may still be on their way.",
                sum=dollars(summed),
                off=_signed(-off),
            ),
            fg="yellow",
        )
    else:
        show(Sentence.of("costs.same", "Langfuse adds up the same: {sum}.", sum=dollars(summed)))
    if definitions.ignored:
        names = ", ".join(definitions.ignored[:5]) + (", …" if len(definitions.ignored) > 5 else "")
        show(
            Sentence.of(
                "costs.ignored", "Definitions that are not understood here, and left out: {names}", names=names
            ),
            fg="yellow",
        )


def _why(row: KindCost) -> str:
    calls = f"{row.calls:,} call{'' if row.calls == 1 else 's'}"
    if row.reason == "other rate" and row.units:
        a_million = (f"${1e6 * cost / row.units:.4g}" for cost in (row.recorded, row.langfuse))
        return f"{' was taken and Langfuse takes '.join(a_million)} a million ({calls})"
    return f"{WORDS[row.reason]} ({calls})"


def _signed(cost: float) -> str:
    if abs(cost) < 1e-12:
        return "-"
    return f"{'+' if cost > 0 else '-'}{dollars(abs(cost))}"
