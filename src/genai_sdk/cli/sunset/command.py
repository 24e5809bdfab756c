"""`genai sunset`: what of a project's own asks for models that end soon."""

import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.moments import moment
from genai_sdk.cli.next_steps import typed
from genai_sdk.cli.output import folded, json_text, printable, reading, show
from genai_sdk.cli.rehearse.command import GATE_BROKEN
from genai_sdk.cli.router_args import WHERE, load_router_args
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.stored import PromptStore
    from genai_sdk.cli.sunset.report import Ending, Report
    from genai_sdk.cli.sunset.uses import Use

_KINDS = {"prompt": "prompts", "alias": "aliases", "fallback": "fallbacks"}
_SOON = 30
"""Within so many days an end is shown in red."""


@click.command()
@click.option(
    "--within", type=click.IntRange(0), default=120, show_default=True, metavar="DAYS", help="How far to look."
)
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day to count from.  [default: today]"
)
@click.option("--since", metavar="TIME", default="30d", show_default=True, help="Traffic from then on counts.")
@click.option("--until", metavar="TIME", help="Up to then.  [default: now]")
@click.option(
    "--router-args",
    metavar="SOURCE",
    envvar="GENAI_ROUTER_ARGS",
    help=f"Where aliases and fallbacks are: {WHERE} (GENAI_ROUTER_ARGS).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@click.pass_context
def sunset(
    ctx: click.Context,
    within: int,
    on: datetime | None,
    since: str,
    until: str | None,
    router_args: str | None,
    as_json: bool,
) -> None:
    """Find what asks for models that end soon.

    Joins the ends of life that vendors name with the models of prompts' configs, with aliases and fallbacks, and with
    the traffic of the last month; names the successor where the vendor does, and how to try it. The exit code is 3
    where something in use ends within DAYS, for CI.
    """
    from genai_sdk.cli.call_rows import call_rows
    from genai_sdk.cli.prompts.stored import PromptStore
    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.sunset.report import Report, endings
    from genai_sdk.cli.sunset.uses import led_to, option_uses, traffic_of
    from genai_sdk.cli.whatif.project import connections_of
    from genai_sdk.client.settings import read_access
    from genai_sdk.routing import Planner, RoutingOptions, read_router_args

    options = RoutingOptions()
    if router_args is not None:
        options = read_router_args(load_router_args(router_args), options)
    hidden = as_json or not sys.stderr.isatty()
    begin = moment(since)
    end = moment("0s") if until is None else moment(until, "--until")
    day = (datetime.now(UTC) if on is None else on).date()
    with Remote(read_access()) as remote:
        connections = connections_of(remote.connections(), None)
        uses = [*option_uses(options), *_prompts(PromptStore(remote), hidden=hidden)]
        calls = call_rows(remote, begin, end)
        with reading(calls, hidden=hidden) as bar:
            traffic = traffic_of(bar)
    names = [connection.name for connection in connections.connections]  # a default identity is used too
    found, nowhere = led_to(uses, traffic, Planner(connections, names), options)
    views = {connection.name: connection.view for connection in connections.connections}
    report = Report(
        on=day,
        within=within,
        endings=endings(found, traffic, views, day, within),
        in_use=len({*found, *traffic}),
        nowhere={f"{use.kind} {use.where}: {use.name}": reason for use, reason in nowhere.items()},
    )
    if as_json:
        click.echo(json_text(report))
    else:
        _show(report, since, has_options=router_args is not None)
    ctx.exit(GATE_BROKEN if report.endings else 0)


def _prompts(store: "PromptStore", *, hidden: bool) -> "list[Use]":
    """Read the versions in use: those with a label of somebody's own, else the latest."""
    from genai_sdk.cli.sunset.uses import prompt_uses

    uses: list[Use] = []
    rows = store.rows()
    with click.progressbar(rows, label="reading prompts", file=sys.stderr, hidden=hidden) as bar:
        for row in bar:
            versions = {}
            for label in [each for each in row.labels if each != "latest"] or ["latest"]:
                found = store.find(row.name, label=label, resolve=True)
                if found is not None:
                    versions[found.version] = found
            for number, found in sorted(versions.items()):
                labels = [each for each in found.labels if each != "latest"]
                uses.extend(prompt_uses(row.name, number, labels, found.document.config))
    return uses


def _show(report: "Report", since: str, *, has_options: bool) -> None:
    if not report.endings:
        show(
            Sentence.of(
                "sunset.none",
                "None of {count} deployments in use ends within {days} days of {day}.",
                count=report.in_use,
                days=report.within,
                day=report.on,
            ),
            fg="green",
        )
    for number, ending in enumerate(report.endings):
        if number:
            show()
        where = f"{ending.connection or f'any {ending.adapter}'}/{ending.model}"
        left = f"in {ending.days} days" if ending.days > 0 else "today" if ending.days == 0 else "over"
        for line in folded(f"{ending.ends}  {where}  ({left})", "            "):
            show(line, fg="red" if ending.days <= _SOON else "yellow", bold=True)
        for line in _lines(ending, since):
            for part in folded(f"  {line}", "    "):
                show(part)
        if ending.calls:
            show(f"  try it: {_replay(ending, since)}")  # in one line, however long: it is there to be copied
    if report.nowhere and not has_options:
        show(Sentence.of("sunset.router_args", "Aliases and fallbacks are known by --router-args alone."), fg="yellow")
    for name, reason in report.nowhere.items():
        for part in folded(f"leads nowhere: {name}: {printable(reason)}", "  "):
            show(part, fg="yellow")


def _lines(ending: "Ending", since: str) -> Iterator[str]:
    for kind, title in _KINDS.items():
        places = dict.fromkeys(_place(use) for use in ending.uses if use.kind == kind)
        if places:
            yield f"{title}: {printable('; '.join(places))}"
    if ending.calls:
        people = f" for {ending.users} users" if ending.users else ""
        yield f"traffic: {ending.calls:,} calls{people}, ${ending.cost:.4f}, the last one {(ending.last or '')[:10]}"
    else:
        yield "traffic: none"
    if ending.successor is None:
        yield "successor: its vendor names none that is known here"
    else:
        lacking = "" if ending.served else "; no connection of this project has it yet"
        yield f"successor: {ending.successor}{lacking}"


def _replay(ending: "Ending", since: str) -> str:
    """Return the command that asks the successor what the model was asked."""
    successor = ending.successor or "MODEL"
    model = f"{ending.connection}/{successor}" if ending.connection and ending.successor else successor
    command = ["replay", "--since", since, "--from-model", ending.model, "--model", model, "--max-cost", "1"]
    return typed(f"genai {shlex.join(command)}")


def _place(use: "Use") -> str:
    if use.kind == "prompt":
        return use.where
    return f"{use.where} → {use.name}" if use.kind == "alias" else f"{use.name} {use.where}"
