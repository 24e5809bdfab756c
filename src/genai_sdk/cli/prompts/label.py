"""`genai prompts label`: which version runs."""

from typing import TYPE_CHECKING

import click

from genai_sdk.cli.output import show
from genai_sdk.cli.prompts.common import (
    agreed,
    as_json,
    break_contract,
    diff_of,
    dry_run,
    opened_store,
    origin_of,
    print_diff,
    print_json,
    yes,
)
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    pass


@click.command("label", short_help="Move labels to a version.")
@click.argument("name")
@click.argument("labels", metavar="LABEL...", nargs=-1, required=True)
@click.option("--version", type=click.IntRange(1), help="The version that gets them.")
@click.option("--from", "source", metavar="LABEL", help="The version that has this label gets them.")
@break_contract
@yes
@dry_run
@as_json
def label_prompt(
    name: str,
    labels: tuple[str, ...],
    version: int | None,
    source: str | None,
    break_contract: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Move LABELs to a version of the prompt NAME, and with them the calls that ask for them.

    What changes is shown before, and asked for. A version that breaks the contract of the one that has a label does
    not get it: what its callers give, what they read, what it may cost and take.
    """
    from genai_sdk.cli.prompts.moves import moves, refusal

    if (version is None) == (source is None):
        raise click.UsageError(
            Sentence.of("prompts.which_version", "say which version gets the labels: give --version or --from")
        )
    with opened_store() as store:
        target = store.get(name, label=source, version=version)
        moved = moves(store, store.get(name, version=target.version, resolve=True).document, labels, target.version)
        diffs = {each.before: "" for each in moved if each.before is not None}
        for before in diffs:
            old = store.get(name, version=before)
            diffs[before] = diff_of(old.document, target.document, (origin_of(old), origin_of(target)))
            if not as_json and diffs[before]:
                print_diff(diffs[before])
        reason = refusal(name, moved)
        row = {"name": name, "version": target.version, "moved": False, "labels": moved}
        if reason is not None and not break_contract:
            if as_json:
                print_json(row)
            raise click.ClickException(reason)
        question = Sentence.of(
            "prompts.ask_label",
            "Give {labels} of {name} to version {version}?",
            labels=" ".join(each.label for each in moved),
            name=name,
            version=target.version,
        )
        if moved and not dry_run and (yes or agreed(question, as_json)):
            store.label(name, target.version, [each.label for each in moved])
            row["moved"] = True
    if as_json:
        return print_json(row)
    if not moved:
        return show(
            Sentence.of(
                "prompts.has_label",
                "Version {version} of {name} has {labels} already.",
                version=target.version,
                name=name,
                labels=" ".join(labels),
            )
        )
    for each in moved:
        had = Sentence.of("prompts.which_had", ", which version {before} had", before=each.before)
        facts: dict[str, object] = {
            "version": target.version,
            "name": name,
            "label": each.label,
            "before": "" if each.before is None else had,
        }
        if row["moved"]:
            show(Sentence.of("prompts.moved", "version {version} of {name} has {label}{before}", **facts), fg="green")
        else:
            show(Sentence.of("prompts.would_move", "version {version} of {name} would get {label}{before}", **facts))
    return None
