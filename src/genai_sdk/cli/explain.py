"""`genai explain`: who would serve a model."""

import click


@click.command()
@click.argument("model")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(model: str, as_json: bool) -> None:
    """Show who would serve MODEL, without asking anybody."""
    import msgspec

    from genai_sdk.client import GenAIClient

    with GenAIClient(tracing=False) as client:
        plan = client.explain(model)
    click.echo(msgspec.json.format(msgspec.json.encode(plan)).decode() if as_json else str(plan))
