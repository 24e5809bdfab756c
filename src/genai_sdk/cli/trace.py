"""`genai trace`: a recorded trace as a tree."""

import click

from genai_sdk.cli.output import show


@click.command()
@click.argument("trace_id", metavar="[ID]", required=False)
def trace(trace_id: str | None) -> None:
    """Show a recorded trace: the newest, or the one with ID."""
    from urllib.parse import quote

    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.trees import tree_of
    from genai_sdk.client.settings import read_place

    with Remote(read_place()) as remote:
        wanted = trace_id
        if wanted is None:
            newest = remote.ask("GET", "/api/public/traces?limit=1")["data"]
            if not newest:
                raise click.ClickException("nothing is recorded yet: make a call, such as examples/quickstart.py does")
            wanted = str(newest[0]["id"])
        found = remote.ask("GET", f"/api/public/traces/{quote(wanted, safe='')}")
    show(tree_of(found))
