"""`genai doctor`: whether everything that a program needs is there, and what to do where it is not."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.output import folded, show

if TYPE_CHECKING:
    from genai_sdk.cli.check import Check

_COLOURS = {"ok": "green", "note": None, "warning": "yellow", "failed": "red"}
_MARKS = {"ok": "ok", "note": "", "warning": "warning", "failed": "FAILED"}


@click.command()
@click.option("--live", is_flag=True, help="Ask a model of each connection, which costs a few tokens.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(live: bool, as_json: bool) -> None:
    """Look at settings, Langfuse, Redis, connections, prompts and traces, and say what to do.

    The exit code is 1 if anything failed; warnings alone leave it 0. A trace named "genai doctor" is written and read
    back.
    """
    import msgspec

    from genai_sdk.cli.check import Check
    from genai_sdk.cli.checks import examine

    found: list[Check] = []
    area = ""
    for check in examine(live=live):
        found.append(check)
        if as_json:
            continue
        if check.area != area:
            area = check.area
            show()
            show(area.upper(), bold=True)
        _print(check)
    states: Counter[str] = Counter(check.state for check in found)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found)).decode())
    else:
        show()
        show(_verdict(states), fg="red" if states["failed"] else "yellow" if states["warning"] else "green")
    if states["failed"]:
        raise click.exceptions.Exit(1)


def _print(check: "Check") -> None:
    mark = _MARKS[check.state]
    start = f"  {mark:8}{check.name}: "
    lines = folded(start + check.detail, " " * 10)
    for line in lines:
        show(line, fg=_COLOURS[check.state] if check.state in ("warning", "failed") else None)
    for line in folded(" " * 10 + check.remedy, " " * 10) if check.remedy else []:
        show(line, bold=True)


def _verdict(states: "Counter[str]") -> str:
    parts = [
        f"{states[state]} {word if states[state] == 1 else word + 's'}"
        for state, word in (("failed", "problem"), ("warning", "warning"))
        if states[state]
    ]
    return " and ".join(parts) + "." if parts else f"All well: {states['ok']} checks."
