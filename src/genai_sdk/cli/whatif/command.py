"""`genai whatif`: what other routing options would have come to, by the attempts that were recorded."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.amounts import Amount
from genai_sdk.cli.moments import moment, seconds_of
from genai_sdk.cli.output import folded, json_text, lines_of, printable, reading, show
from genai_sdk.cli.rehearse.command import GATE_BROKEN
from genai_sdk.cli.router_args import WHERE, load_router_args
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.whatif.report import Estimate, Report

_UNITS = {"mean": " s", "p95": " s", "longest": " s"}


@click.command(short_help="Say what recorded calls would have met otherwise.")
@click.option(
    "--router-args",
    metavar="SOURCE",
    envvar="GENAI_ROUTER_ARGS",
    required=True,
    help=f"Where the other router_args are: {WHERE} (GENAI_ROUTER_ARGS).",
)
@click.option("--connections", metavar="A,B,…", help="The connections to use, in this order (llm_connection_names).")
@click.option("--since", metavar="TIME", default="7d", show_default=True, help="7d or 12h ago, or an ISO 8601 time.")
@click.option("--until", metavar="TIME", help="Up to then.  [default: now]")
@click.option("--model", metavar="NAME", help="Only calls that asked for this.")
@click.option("--name", metavar="NAME", help="Only calls of traces of this name.")
@click.option("--near", default="1h", show_default=True, help="How near an attempt has to be to tell of another.")
@click.option("--deadline", type=Amount(0, min_open=True), default=600, show_default=True, help="As of the client.")
@click.option(
    "--runs", type=click.IntRange(1, 1_000), default=10, show_default=True, help="How often outcomes are drawn."
)
@click.option("--seed", type=int, default=1, show_default=True, help="What chance begins with.")
@click.option(
    "--max-lost", type=int, metavar="N", help="Fail if more calls than so many would be lost beside those that were."
)
@click.option("--max-mean", type=Amount(), metavar="SECONDS", help="Fail if more is added on average.")
@click.option("--max-p95", type=Amount(), metavar="SECONDS", help="Fail if more is added at the 95th percentile.")
@click.option("--max-dollars", type=Amount(), metavar="DOLLARS", help="Fail if more is added to all calls together.")
@click.option("--max-unknown", type=int, metavar="N", help="Fail if nothing can be said of more calls.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@click.pass_context
def whatif(
    ctx: click.Context,
    router_args: str,
    connections: str | None,
    since: str,
    until: str | None,
    model: str | None,
    name: str | None,
    near: str,
    deadline: float,
    runs: int,
    seed: int,
    max_lost: int | None,
    max_mean: float | None,
    max_p95: float | None,
    max_dollars: float | None,
    max_unknown: int | None,
    as_json: bool,
) -> None:
    """Say what recorded calls would have met with other router_args.

    Runs them again over the client's own routing, in simulated time: an attempt that was made meets what it met, every
    other one meets what was observed of its deployment about that time. Calls that would have asked a deployment that
    nobody observed then are left out, and said. The exit code is 3 where a bound is passed.
    """
    from genai_sdk.cli.call_rows import call_rows
    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.whatif.project import connections_of, price_of
    from genai_sdk.cli.whatif.recorded import EXPANDED, read_calls
    from genai_sdk.cli.whatif.report import Gate, report_of
    from genai_sdk.cli.whatif.run import WhatIf, draw, routing_options
    from genai_sdk.client.settings import read_access

    options = routing_options(load_router_args(router_args), deadline)
    hidden = as_json or not sys.stderr.isatty()
    begin = moment(since)
    end = moment("0s") if until is None else moment(until, "--until")
    listed = None if connections is None else [each.strip() for each in connections.split(",")]
    with Remote(read_access()) as remote:
        rows = remote.connections()
        if missing := set(listed or ()) - {row["provider"] for row in rows}:
            remote.connection(min(missing))  # raises, with those that there are
        price = price_of(remote)
        recorded = call_rows(remote, begin, end, expand=EXPANDED)
        with reading(recorded, hidden=hidden) as bar:
            calls, without = read_calls(bar, {row["provider"] for row in rows})
    calls = [call for call in calls if model in (None, call.model) and name in (None, call.name)]
    if not calls:
        raise click.ClickException(
            Sentence.of(
                "whatif.none",
                "no call with its attempts was recorded since {since} UTC that is like that",
                since=begin[:16].replace("T", " "),
            )
        )
    what = WhatIf(
        calls=calls,
        connections=connections_of(rows, listed),
        listed=listed,
        options=options,
        price=price,
        near=seconds_of(near, "--near"),
        runs=runs,
        seed=seed,
    )
    steps = runs * len(calls)
    with click.progressbar(
        length=steps, label="trying", update_min_steps=steps // 100 + 1, file=sys.stderr, hidden=hidden
    ) as bar:
        drawings = draw(what, bar.update)
    gate = Gate(lost=max_lost, mean=max_mean, p95=max_p95, dollars=max_dollars, unknown=max_unknown)
    report = report_of(calls, drawings, without, gate)
    if as_json:
        click.echo(json_text(report))
    else:
        _show(report, near, has_gate=gate != Gate())
    ctx.exit(GATE_BROKEN if report.broken else 0)


def _show(report: "Report", near: str, *, has_gate: bool) -> None:
    first, last = (
        f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M}" for at in (report.since, report.until)
    )
    show(
        Sentence.of(
            "whatif.calls", "{calls} calls from {first} to {last} UTC", calls=report.calls, first=first, last=last
        )
    )
    show()
    for number, line in enumerate(lines_of(list(_figures(report)))):
        show(line, bold=number == 0 or None)
    show()
    for served, (before, after) in report.served.items():
        for line in folded(f"{served} answered {before} calls, and {after:.0f} as tried", "  "):
            show(line)
    for error, count in report.errors.items():
        for line in folded(f"lost {count:.1f}: {printable(error)}", "  "):
            show(line, fg="red")
    for line in folded(
        f"drawn: {report.drawn:.0f} attempts of each run were not made then and met what others met there within "
        f"{near}, {report.from_few:.0f} of them one of fewer than 5"
    ):
        show(line)
    for deployment, count in report.unknown.items():
        for line in folded(
            f"left out: {count} calls that would have asked {deployment}, which nobody asked within {near} of them",
            "  ",
        ):
            show(line, fg="yellow")
    if report.without:
        for line in folded(
            f"left out: {report.without} calls that were recorded without their attempts, or ended by their callers",
            "  ",
        ):
            show(line, fg="yellow")
    for words in report.broken:
        show(Sentence.of("whatif.gate", "gate: {words}", words=words), fg="red", bold=True)
    if has_gate and not report.broken:
        show(Sentence.of("whatif.passed", "gate: passed"), fg="green")


def _figures(report: "Report") -> Iterator[list[str]]:
    yield ["", "RECORDED", "TRIED", f"LOWEST TO HIGHEST OF {report.runs}", "ADDED"]
    for name, figure in report.what_if.items():
        added = report.added[name]
        yield [
            name,
            _said(name, getattr(report.recorded, name)),
            _said(name, None if figure is None else figure.mean),
            _spread(name, figure),
            _said(name, None if added is None else added.mean, signed=True),
        ]


def _spread(name: str, figure: "Estimate | None") -> str:
    return "" if figure is None else f"{_said(name, figure.low)} to {_said(name, figure.high)}"


def _said(name: str, figure: float | None, *, signed: bool = False) -> str:
    if figure is None:
        return "unknown"
    sign = "-" if figure < 0 else "+" if signed and figure > 0 else ""
    size = abs(figure)
    if name == "dollars":
        return f"{sign}${size:.4f}"
    if name in _UNITS:
        return f"{sign}{size:.2f} s"
    return f"{sign}{size:.1f}".removesuffix(".0")
