"""`genai trace`: a recorded trace as a tree."""

import click

from genai_sdk.cli.output import json_text, show
from genai_sdk.sentence import Sentence

NOTHING = Sentence.of(
    "traces.none_yet", "nothing is recorded yet: make a call, such as `genai example quickstart --run`"
)


@click.command()
@click.argument("trace_id", metavar="[ID]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
def trace(trace_id: str | None, as_json: bool) -> None:
    """Show a recorded trace: the newest, or the one with ID."""
    import msgspec

    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.traces.reader import TraceReader, TraceSelection
    from genai_sdk.cli.traces.tree import tree_of
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        recorded = TraceReader(remote)
        if trace_id is None:
            newest = recorded.traces(TraceSelection(), 1)
            if not newest:
                raise click.ClickException(NOTHING)
            trace_id = newest[0].id
        recorded_trace = recorded.trace(trace_id)
    if as_json:
        fields = {"id": trace_id, **msgspec.to_builtins(recorded_trace)}
        return click.echo(json_text(fields))
    return show(tree_of(recorded_trace))
