"""`genai doctor`: whether everything that a program needs is there, and what to do where it is not."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.columns import padded
from genai_sdk.cli.language import say
from genai_sdk.cli.output import folded, json_text, show
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.doctor.check import Check

_COLOURS = {"ok": "green", "note": None, "warning": "yellow", "failed": "red"}
_MARKS = {
    "ok": Sentence.of("doctor.mark_ok", "ok"),
    "note": "",
    "warning": Sentence.of("doctor.mark_warning", "warning"),
    "failed": Sentence.of("doctor.mark_failed", "FAILED"),
}
_MARK = 8  # columns of a mark
_AREAS = {
    "settings": Sentence.of("doctor.area_settings", "SETTINGS"),
    "versions": Sentence.of("doctor.area_versions", "VERSIONS"),
    "langfuse": Sentence.of("doctor.area_langfuse", "LANGFUSE"),
    "redis": Sentence.of("doctor.area_redis", "REDIS"),
    "connections": Sentence.of("doctor.area_connections", "CONNECTIONS"),
    "prompts": Sentence.of("doctor.area_prompts", "PROMPTS"),
    "traces": Sentence.of("doctor.area_traces", "TRACES"),
}
_NAMES = {
    "address": Sentence.of("doctor.name_address", "address"),
    "key pair": Sentence.of("doctor.name_key_pair", "key pair"),
    "clock": Sentence.of("doctor.name_clock", "clock"),
    "local platform": Sentence.of("doctor.name_platform", "local platform"),
    "packages": Sentence.of("doctor.name_packages", "packages"),
    "client": Sentence.of("doctor.name_client", "client"),
    "source": Sentence.of("doctor.name_source", "source"),
    "read": Sentence.of("doctor.name_read", "read"),
    "written": Sentence.of("doctor.name_written", "written"),
    "read back": Sentence.of("doctor.name_read_back", "read back"),
    "spool": Sentence.of("doctor.name_of_spool", "spool"),
}
"""What the names of checks are called; a connection or a setting has a name of its own."""


@click.command(short_help="Look at all that a program needs, and say what to do.")
@click.option("--live", is_flag=True, help="Ask a model of each connection, which costs a few tokens.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(live: bool, as_json: bool) -> None:
    """Look at settings, Langfuse, Redis, connections, prompts and traces, and say what to do.

    The exit code is 1 if anything failed; warnings alone leave it 0. A trace named "genai doctor" is written and read
    back.
    """
    from genai_sdk.cli.doctor.check import Check
    from genai_sdk.cli.doctor.checks import examine

    found: list[Check] = []
    area = ""
    for check in examine(live=live):
        found.append(check)
        if as_json:
            continue
        if check.area != area:
            area = check.area
            show()
            show(_AREAS[area], bold=True)
        _print(check)
    states: Counter[str] = Counter(check.state for check in found)
    if as_json:
        click.echo(json_text([_plain(check) for check in found]))
    else:
        show()
        show(_verdict(states), fg="red" if states["failed"] else "yellow" if states["warning"] else "green")
    if states["failed"]:
        raise click.exceptions.Exit(1)


def _plain(check: "Check") -> dict[str, Any]:
    """Return a check for scripts: in no language, with the keys of what it says."""
    import msgspec

    keys = {name: getattr(getattr(check, of), "key", "") for name, of in (("key", "detail"), ("remedy_key", "remedy"))}
    return {**msgspec.structs.asdict(check), **{name: key for name, key in keys.items() if key}}


def _print(check: "Check") -> None:
    own = check.area in ("connections", "settings") and check.name not in ("client", "source", "local platform")
    name = check.name if own else _NAMES.get(check.name, check.name)
    start = f"  {padded(say(_MARKS[check.state]), _MARK)}{say(name)}: "
    lines = folded(start + say(check.detail), " " * 10)
    for line in lines:
        show(line, fg=_COLOURS[check.state] if check.state in ("warning", "failed") else None)
    for line in folded(" " * 10 + say(check.remedy), " " * 10) if check.remedy else []:
        show(line, bold=True)


def _verdict(states: "Counter[str]") -> str:
    failed, warned = states["failed"], states["warning"]
    problems = Sentence.of("doctor.problems", "{count} problems", count=failed)
    if failed == 1:
        problems = Sentence.of("doctor.problem", "1 problem")
    warnings = Sentence.of("doctor.warnings", "{count} warnings", count=warned)
    if warned == 1:
        warnings = Sentence.of("doctor.warning", "1 warning")
    if parts := [part for part, count in ((problems, failed), (warnings, warned)) if count]:
        return Sentence.of("doctor.verdict", "{parts: and }.", parts=parts)
    return Sentence.of("doctor.all_well", "All well: {ok} checks.", ok=states["ok"])
