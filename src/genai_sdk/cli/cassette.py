"""`genai cassette`: a recorded trace as a cassette, to be replayed in tests."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from genai_sdk.cli.output import show
from genai_sdk.sentence import Sentence


@click.command()
@click.argument("trace_id", metavar="ID")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--model", help="The name that the program asks for; by default the model that was sent.")
@click.option("--mask", "named", metavar="MODULE:NAME", help="A mask to go over it once more, as the client's is.")
def cassette(trace_id: str, output: Path, model: str | None, named: str | None) -> None:
    """Make a cassette of a recorded trace, for tests.

    It holds what users wrote and models answered, as far as it was recorded: look through it before you commit it.
    """
    from genai_sdk.cli.recorded_calls import recorded_calls
    from genai_sdk.cli.remote import Remote
    from genai_sdk.cli.trace_reader import TraceReader
    from genai_sdk.client.settings import read_access
    from genai_sdk.testing.cassettes.document import write

    if output.exists():
        raise click.ClickException(
            Sentence.of("cassette.exists", "{output} exists: name another file, or delete it", output=output)
        )
    mask = None if named is None else _mask(named)
    with Remote(read_access()) as remote:
        rows = TraceReader(remote).rows(trace_id)
    taken, left = recorded_calls(rows, trace_id, model, mask)
    skipped = f"{left} of its calls {'is' if left == 1 else 'are'} none that can be replayed (see genai docs cli)"
    if not taken:
        raise click.ClickException(
            Sentence.of(
                "cassette.nothing",
                "trace {trace_id} has no answered chat call with its content; {skipped}",
                trace_id=trace_id,
                skipped=skipped,
            )
        )
    write(output, taken)
    show(f"{output}: {len(taken)} {'call' if len(taken) == 1 else 'calls'}")
    if left:
        show(skipped, err=True, fg="yellow")
    show(
        Sentence.of(
            "cassette.look", "{output} holds what users wrote: look through it before you commit it", output=output
        ),
        err=True,
        fg="yellow",
    )


def _mask(named: str) -> Callable[..., Any]:
    """Return the function that MODULE:NAME means; modules of the current directory are found."""
    module, _, name = named.partition(":")
    if not module or not name:
        raise click.UsageError(
            Sentence.of(
                "cassette.mask_form",
                "--mask takes MODULE:NAME, such as app.privacy:mask, not {named}",
                named=repr(named),
            )
        )
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise click.ClickException(
            Sentence.of("cassette.mask_failed", "--mask {named}: {error}", named=named, error=error)
        ) from None
    if not callable(found):
        raise click.ClickException(Sentence.of("cassette.mask_kind", "--mask {named} is no function", named=named))
    return found  # type: ignore[no-any-return]
