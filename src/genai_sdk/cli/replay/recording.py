"""`genai replay --cassette`: recorded calls as a cassette."""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from genai_sdk.cli.output import show
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.cassette import write_cassette
from genai_sdk.cli.replay.generation import Mask
from genai_sdk.cli.replay.selection import GenerationReader, Selection
from genai_sdk.client.settings import read_access
from genai_sdk.sentence import Sentence


def record_cassette(
    trace_ids: Sequence[str], wanted: Selection, output: Path, model: str | None, named: str | None
) -> None:
    """Write a cassette of recorded calls, and say what was left out.

    Args:
        trace_ids: The traces; without any, a sample is taken.
        wanted: Which of the calls.
        output: The file.
        model: The name that the program asks for; None for the model that was sent.
        named: A mask as `MODULE:NAME`, or None.
    """
    if output.exists():
        raise click.ClickException(
            Sentence.of("replay.exists", "{file} exists: name another file, or delete it", file=output)
        )
    mask = None if named is None else find_mask(named)
    with Remote(read_access()) as remote:
        reader = GenerationReader(remote, mask)
        sample = reader.of_traces(trace_ids, wanted) if trace_ids else reader.sample(wanted)
    reasons = [each.reason for each in sample.skipped]
    left = "; ".join(f"{reasons.count(reason)}: {reason}" for reason in sorted(set(reasons)))
    if not sample.generations:
        raise click.ClickException(
            Sentence.of(
                "replay.nothing_recorded",
                "no answered chat call with its content is recorded there; left out {left}",
                left=left or "none",
            )
        )
    write_cassette(output, sample.generations, model)
    count = len(sample.generations)
    show(f"{output}: {count} {'call' if count == 1 else 'calls'}")
    if left:
        show(Sentence.of("replay.left_out", "left out {left}", left=left), err=True, fg="yellow")
    show(
        Sentence.of(
            "replay.look_through", "{file} holds what users wrote: look through it before you commit it", file=output
        ),
        err=True,
        fg="yellow",
    )


def find_mask(named: str) -> Mask:
    """Return the function that MODULE:NAME means; modules of the current directory are found."""
    module, _, name = named.partition(":")
    if not module or not name:
        raise click.UsageError(
            Sentence.of(
                "replay.mask_form", "--mask takes MODULE:NAME, such as app.privacy:mask, not {named!r}", named=named
            )
        )
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        mask = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise click.ClickException(
            Sentence.of("replay.mask_import", "--mask {named}: {error}", named=named, error=error)
        ) from None
    if not callable(mask):
        raise click.ClickException(Sentence.of("replay.mask_kind", "--mask {named} is no function", named=named))
    return mask  # type: ignore[no-any-return]
