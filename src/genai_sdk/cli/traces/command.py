"""`genai traces`: recorded traces as a list, as they come in, and one as a tree."""

import functools
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from genai_sdk.cli.moments import moment
from genai_sdk.cli.output import columns_of_terminal, json_line, json_text, show
from genai_sdk.cli.traces.trace import NOTHING, trace
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.traces.reader import TraceReader, TraceSelection, TraceSummary

_LATE = timedelta(minutes=15)
"""How long after its beginning a trace may still come in: Langfuse lists traces by when they began."""

_MOST = 1_000


def selection(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take which traces are wanted, and hand them over as `wanted`."""

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
    @functools.wraps(command)
    def wrapped(
        *args: Any,
        name: str | None,
        user: str | None,
        session: str | None,
        environment: str | None,
        level: str | None,
        since: str | None,
        **options: Any,
    ) -> None:
        from genai_sdk.cli.traces.reader import TraceSelection

        wanted = TraceSelection(
            name=name,
            user=user,
            session=session,
            environment=environment,
            level=level and level.upper(),
            since=None if since is None else moment(since),
        )
        command(*args, wanted=wanted, **options)

    return wrapped


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(1, _MOST), default=20, show_default=True, help="How many.")
@selection
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@click.pass_context
def traces(ctx: click.Context, limit: int, wanted: "TraceSelection", as_json: bool) -> None:
    """List recorded traces, the newest first."""
    if ctx.invoked_subcommand is not None:
        _refuse_options(ctx)
        return

    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.traces.reader import TraceReader, TraceSelection
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        rows = TraceReader(remote).traces(wanted, limit)
    if as_json:
        show(json_text(rows))
    elif rows:
        from genai_sdk.cli.traces.rows import trace_lines

        for row, each in zip(trace_lines(rows, columns_of_terminal(), datetime.now(UTC)), rows, strict=True):
            show(row, fg="red" if each.level == "ERROR" else None)
    elif wanted == TraceSelection():
        raise click.ClickException(NOTHING)
    else:
        show(Sentence.of("traces.nothing", "No trace is like that."))


@traces.command()
@click.option("--lines", type=click.IntRange(0, _MOST), default=10, show_default=True, help="How many to begin with.")
@selection
@click.option(
    "--interval", type=click.FloatRange(0.2, 3_600), default=3.0, show_default=True, help="Seconds between two looks."
)
@click.option("--json", "as_json", is_flag=True, help="Print a line of JSON for each.")
def tail(lines: int, wanted: "TraceSelection", interval: float, as_json: bool) -> None:
    """Show traces as they come in, until Ctrl-C."""
    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.traces.reader import TraceReader
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        try:
            for each in _incoming(TraceReader(remote), wanted, lines, interval):
                _print(each, as_json=as_json)
        except KeyboardInterrupt:
            return


traces.add_command(trace, "show")


def _refuse_options(ctx: click.Context) -> None:
    """Refuse options in front of a command of the group, which would not heed them."""
    for parameter in ctx.command.params:
        if parameter.name and ctx.get_parameter_source(parameter.name) is not ParameterSource.DEFAULT:
            raise click.UsageError(
                Sentence.of(
                    "traces.option_place",
                    "{option} belongs behind {command!r}",
                    option=parameter.opts[-1],
                    command=ctx.invoked_subcommand,
                ),
                ctx,
            )


def _incoming(reader: "TraceReader", wanted: "TraceSelection", lines: int, interval: float) -> "Iterator[TraceSummary]":
    """Yield the newest traces, then each as it comes in; a Langfuse that is away is asked again."""
    import msgspec

    from genai_sdk.errors import SourceUnavailableError

    rows = reader.traces(wanted, max(lines, 1))
    seen = {row.id for row in rows}
    yield from reversed(rows[:lines])
    newest = rows[0].start if rows else None
    is_away = False
    while True:
        time.sleep(interval)
        since = _back(newest or datetime.now(UTC).isoformat())
        try:
            rows = reader.traces(msgspec.structs.replace(wanted, since=max(since, wanted.since or "")), _MOST)
        except SourceUnavailableError as error:
            if not is_away:
                show(
                    Sentence.of("traces.again", "genai: {error}; it is asked again", error=error), err=True, fg="yellow"
                )
            is_away = True
            continue
        is_away = False
        yield from unseen(rows, seen)
        newest = rows[0].start if rows else newest


def unseen(rows: "Iterable[TraceSummary]", seen: set[str]) -> "list[TraceSummary]":
    """Return traces that were not seen yet, the oldest first, and see them.

    Args:
        rows: Traces, the newest first.
        seen: The ids of those that were; it is added to.
    """
    fresh = [row for row in rows if row.id not in seen]
    seen.update(row.id for row in fresh)
    return fresh[::-1]


def _back(newest: str) -> str:
    when = datetime.fromisoformat(newest).astimezone(UTC) - _LATE
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _print(each: "TraceSummary", *, as_json: bool) -> None:

    from genai_sdk.cli.traces.rows import trace_line

    if as_json:
        click.echo(json_line(each))
        return
    line = trace_line(each, columns_of_terminal())
    show(line, fg="red" if each.level == "ERROR" else "yellow" if each.level == "WARNING" else None)
