"""`genai rehearse`: what the routing options do when regions fail, before they do."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.headings import headings
from genai_sdk.cli.output import folded, json_text, printable, show, table
from genai_sdk.cli.router_args import WHERE, load_router_args
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.rehearse.report import Report, Side

GATE_BROKEN = 3
"""The exit code where the faults did more than the gate allows."""


@click.command(short_help="Play the faults of FILE against simulated regions.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--router-args",
    metavar="SOURCE",
    envvar="GENAI_ROUTER_ARGS",
    help=f"Where router_args are: {WHERE} (GENAI_ROUTER_ARGS).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@click.pass_context
def rehearse(ctx: click.Context, file: Path, router_args: str | None, as_json: bool) -> None:
    """Play the faults of FILE against simulated regions, with your own router_args.

    Counts calls lost, and seconds and dollars added. Needs no key, no Langfuse and no network: minutes of cooldowns
    pass in a second. The exit code is 3 where the faults do more than FILE's gate allows, for CI.
    """
    from genai_sdk.cli.rehearse.report import report_of
    from genai_sdk.cli.rehearse.run import rehearse as play
    from genai_sdk.cli.rehearse.scenario import read_scenario

    scenario = read_scenario(file)
    if router_args is not None and scenario.router_args is not None:
        raise click.UsageError(
            Sentence.of(
                "rehearse.both",
                "{file} has [router_args], and --router-args (GENAI_ROUTER_ARGS) is given: one of them",
                file=file,
            )
        )
    arguments = scenario.router_args or {} if router_args is None else load_router_args(router_args)
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(length=2 * scenario.calls, label="rehearsing", file=sys.stderr, hidden=hidden) as bar:
        quiet, faulty = play(scenario, arguments, bar.update)
    report = report_of(scenario, quiet, faulty)
    if as_json:
        click.echo(json_text(report))
    else:
        _show(report, has_gate=scenario.gate != type(scenario.gate)())
    ctx.exit(GATE_BROKEN if report.broken else 0)


def _show(report: "Report", *, has_gate: bool) -> None:
    show(
        Sentence.of(
            "rehearse.calls",
            "{calls} calls of {model} in {seconds:g} s, twice: on quiet regions, and with the faults",
            calls=report.calls,
            model=report.model,
            seconds=report.seconds,
        )
    )
    show()
    for number, line in enumerate(table(_figures(report))):
        show(line, bold=number == 0 or None)
    show()
    for name in dict.fromkeys([*report.quiet.served, *report.faulty.served]):
        show(
            Sentence.of(
                "rehearse.served",
                "{name} answered {quiet} calls, and {faulty} with the faults",
                name=name,
                quiet=_of(report.quiet, name),
                faulty=_of(report.faulty, name),
            )
        )
    for met in report.faults:
        line = Sentence.of(
            "rehearse.fault", "fault: {fault}: {requests} requests met it", fault=met.fault, requests=met.requests
        )
        show(line, fg=None if met.requests else "yellow")
    for error, count in report.errors.items():
        for line in folded(
            Sentence.of("rehearse.lost", "lost {count}: {error}", count=count, error=printable(error)), "  "
        ):
            show(line, fg="red")
    for words in report.broken:
        show(Sentence.of("rehearse.gate", "gate: {words}", words=words), fg="red", bold=True)
    if has_gate and not report.broken:
        show(Sentence.of("rehearse.passed", "gate: passed"), fg="green")


def _of(side: "Side", name: str) -> int:
    return side.served.get(name, 0)


def _figures(report: "Report") -> Sequence[Sequence[str]]:
    quiet, faulty, added = report.quiet, report.faulty, report.added
    rows = [headings("", "QUIET", "FAULTS", "ADDED")]
    rows += [[name, *(str(getattr(side, name)) for side in (quiet, faulty, added))] for name in ("lost", "attempts")]
    rows += [
        [name, *(f"{getattr(side, name):.2f} s" for side in (quiet, faulty, added))]
        for name in ("mean", "p95", "longest")
    ]
    return [*rows, ["dollars", *(_dollars(side.dollars) for side in (quiet, faulty, added))]]


def _dollars(cost: float | None) -> str:
    return "unknown" if cost is None else f"{'-' if cost < 0 else ''}${abs(cost):.4f}"
