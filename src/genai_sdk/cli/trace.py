"""`genai trace` and `genai traces`: a recorded trace as a tree, and the newest ones as a list."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.output import show, table

if TYPE_CHECKING:
    from genai_sdk.cli.trace_reader import TraceSummary

_NOTHING = "nothing is recorded yet: make a call, such as `genai example quickstart --run`"
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST_AGO = 36_500 * 86_400


@click.command()
@click.argument("trace_id", metavar="[ID]", required=False)
def trace(trace_id: str | None) -> None:
    """Show a recorded trace: the newest, or the one with ID."""
    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.trace_reader import TraceReader, TraceSelection
    from genai_sdk.cli.trace_tree import tree_of
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        recorded = TraceReader(remote)
        if trace_id is None:
            newest = recorded.traces(TraceSelection(), 1)
            if not newest:
                raise click.ClickException(_NOTHING)
            trace_id = newest[0].id
        recorded_trace = recorded.trace(trace_id)
    show(tree_of(recorded_trace))


@click.command()
@click.option("--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="How many.")
@click.option("--name", help="Of this name.")
@click.option("--user", help="Of this user.")
@click.option("--session", help="Of this session.")
@click.option("--environment", help="From this environment.")
@click.option(
    "--level",
    type=click.Choice(["DEBUG", "DEFAULT", "WARNING", "ERROR"], case_sensitive=False),
    help="That went so; ERROR for what failed.",
)
@click.option("--since", metavar="TIME", help="Begun since: 90s, 15m, 2h or 7d ago, or an ISO 8601 time.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
def traces(
    limit: int,
    name: str | None,
    user: str | None,
    session: str | None,
    environment: str | None,
    level: str | None,
    since: str | None,
    as_json: bool,
) -> None:
    """List recorded traces, the newest first."""
    import msgspec

    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.trace_reader import TraceReader, TraceSelection
    from genai_sdk.client.settings import read_access

    wanted = TraceSelection(
        name=name,
        user=user,
        session=session,
        environment=environment,
        level=level and level.upper(),
        since=None if since is None else _moment(since),
    )
    with Remote(read_access()) as remote:
        rows = TraceReader(remote).traces(wanted, limit)
    if as_json:
        show(msgspec.json.format(msgspec.json.encode(rows)).decode())
    elif rows:
        for row, each in zip(table([_cells(each) for each in rows]), rows, strict=False):
            show(row, fg="red" if each.level == "ERROR" else None)
    elif wanted == TraceSelection():
        raise click.ClickException(_NOTHING)
    else:
        show("No trace is like that.")


def _cells(each: "TraceSummary") -> list[str]:
    from genai_sdk.langfuse.tree import clock, dollars

    cost = "" if each.cost is None else dollars(each.cost)
    took = "" if each.seconds is None else clock(each.seconds)
    return [each.id, each.start[:19].replace("T", " "), took, cost, each.name]


def _moment(since: str) -> str:
    """Return what `--since` says as an ISO time."""
    number, unit = since[:-1], since[-1:]
    if unit in _UNITS and number.isascii() and number.isdecimal() and int(number[:20]) * _UNITS[unit] <= _LONGEST_AGO:
        when = datetime.now(UTC) - timedelta(seconds=int(number) * _UNITS[unit])
    else:
        try:
            when = datetime.fromisoformat(since)
        except ValueError:
            raise click.BadParameter(
                f"{since!r} is no time; write 90s, 15m, 2h or 7d for how long ago, or 2026-11-28T12:00:00Z",
                param_hint="--since",
            ) from None
        when = when if when.tzinfo is not None else when.astimezone()
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
