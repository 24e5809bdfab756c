"""`genai explain`: who would serve a model."""

from typing import Any

import click

from genai_sdk.cli.output import json_text
from genai_sdk.sentence import Sentence


@click.command(short_help="Show who would serve MODEL, and why; nobody is called.")
@click.argument("model")
@click.option(
    "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the call; may be repeated."
)
@click.option(
    "--operation", metavar="NAME", help="What would be asked for, such as speech; see `genai docs operations`."
)
@click.option("--stream", is_flag=True, help="As stream=True of a call.")
@click.option("--drop-params", is_flag=True, help="As drop_params=True of a call.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(
    model: str, parameters: tuple[str, ...], operation: str | None, stream: bool, drop_params: bool, as_json: bool
) -> None:
    """Show who would serve MODEL, and what would become of the parameters, without asking anybody."""
    from genai_sdk.client import GenAIClient

    with GenAIClient(tracing=False) as client:
        options = {"operation": operation, "stream": stream, "drop_params": drop_params}
        chosen = {name: item for name, item in options.items() if item}
        plan = client.explain(model, **{**dict(map(_read, parameters)), **chosen})
    click.echo(json_text(plan) if as_json else str(plan))


def _read(parameter: str) -> tuple[str, Any]:
    """Read `name=value`; a value that is no JSON is a text."""
    import msgspec

    name, equals, value = parameter.partition("=")
    if not equals or not name:
        raise click.BadParameter(
            Sentence.of(
                "explain.parameter", "{parameter!r} is not NAME=VALUE, such as temperature=0.2", parameter=parameter
            ),
            param_hint="--param",
        )
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value
