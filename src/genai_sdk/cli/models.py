"""`genai models`: what can be asked by name."""

from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.headings import headings
from genai_sdk.cli.output import json_text, show, table
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.catalogue import Price
    from genai_sdk.models import ModelRow
    from genai_sdk.types import ConnectionView


@click.command(short_help="List the models that can be asked by name.")
@click.argument("words", metavar="[WORD]...", nargs=-1)
@click.option("--connection", help="Only those that this connection serves.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
def models(words: tuple[str, ...], connection: str | None, as_json: bool) -> None:
    """List the models that can be asked by name, and who serves them; with WORDs those whose names have them all.

    Connections take more names than these: `genai explain` says what becomes of any.
    """
    from genai_sdk.client import GenAIClient

    with GenAIClient(tracing=False) as client:
        views = {view.name: view for view in client.connections()}
        if connection is not None and connection not in views:
            known = ", ".join(views) or "none"
            raise click.ClickException(
                Sentence.of(
                    "cli.no_connection",
                    "there is no connection {connection!r}; there are: {known}",
                    connection=connection,
                    known=known,
                )
            )
        rows = [
            row
            for row in client.models()
            if all(word.lower() in row.name.lower() for word in words)
            and (connection is None or connection in row.connections)
        ]
    facts = [_facts(row, views) for row in rows]
    if as_json:
        click.echo(json_text(facts))
    elif not rows:
        show(_none(words, connection))
    else:
        cells = [headings("MODEL", "WINDOW", "IN $/M", "OUT $/M", "SERVED BY"), *map(_cells, facts)]
        for number, line in enumerate(table(cells)):
            show(line, bold=number == 0 or None)


def _none(words: tuple[str, ...], connection: str | None) -> str:
    """Say that nothing is listed, and where to look."""
    if not words:
        return (
            Sentence.of("models.none_listed", "No connection lists a model.")
            if connection is None
            else Sentence.of("models.none_of", "{connection} lists no model.", connection=connection)
        )
    place = "" if connection is None else Sentence.of("models.of", " of {connection}", connection=connection)
    return Sentence.of(
        "models.no_word",
        "No model{place} has {words} in its name; `genai models` lists all there are.",
        place=place,
        words=" and ".join(map(repr, words)),
    )


def _facts(row: "ModelRow", views: "dict[str, ConnectionView]") -> dict[str, Any]:
    """Return what is known of a model where it is asked first, and who else serves it."""
    from genai_sdk.catalogue import facts_of, price_of

    first = row.candidates[0]
    view = views[first.connection]
    known = facts_of(view.adapter, first.model, region=view.region)
    price = price_of(view.adapter, first.model, region=view.region, base_url=view.base_url)
    return {
        "name": row.name,
        "window": known and known.window,
        "max_output": known and known.max_output,
        "input_price": _million(price, "input"),
        "output_price": _million(price, "output"),
        "takes": sorted(known.takes) if known else [],
        "connections": row.connections,
        "ends": dict(row.ends),
    }


def _million(price: "Price | None", kind: str) -> float | None:
    """Return dollars a million tokens."""
    from genai_sdk.catalogue.prices import UNIT
    from genai_sdk.catalogue.service import STANDARD

    rate = None if price is None else price.cards[STANDARD].rates.get(kind)
    return None if price is None or rate is None else rate * 10**6 * price.uplift / (UNIT * 1_000)


def _cells(row: "dict[str, Any]") -> list[str]:
    served = [
        name + (Sentence.of("models.ends", " (ends {day})", day=row["ends"][name]) if name in row["ends"] else "")
        for name in row["connections"]
    ]
    window = "" if row["window"] is None else f"{row['window'] / 1_000:,.0f}k"
    prices = ["" if row[key] is None else f"{row[key]:.4g}" for key in ("input_price", "output_price")]
    return [row["name"], window, *prices, ", ".join(served)]
