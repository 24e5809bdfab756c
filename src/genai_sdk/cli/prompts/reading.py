"""`genai prompts list`, `show` and `diff`: nothing is written."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.headings import headings
from genai_sdk.cli.output import printable, show, table
from genai_sdk.cli.prompts.common import (
    as_json,
    diff_of,
    directory,
    opened_store,
    origin_of,
    print_diff,
    print_json,
    which,
)
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    pass

DIFFERS = 3
"""The exit code of `diff` where something differs."""


@click.command("list")
@click.option("--label", help="Only those that have a version with this label.")
@click.option("--tag", help="Only those with this tag.")
@as_json
def list_prompts(label: str | None, tag: str | None, as_json: bool) -> None:
    """List the prompts that Langfuse has."""
    with opened_store() as store:
        rows = store.rows(label=label, tag=tag)
    if as_json:
        return print_json(rows)
    if not rows:
        return show(
            Sentence.of("prompts.no_such", "No prompt is like that.")
            if label or tag
            else Sentence.of("prompts.none_yet", "The project has no prompts yet.")
        )
    cells = [headings("NAME", "TYPE", "VERSION", "UPDATED", "LABELS")]
    for row in rows:
        when = row.updated_at[:16].replace("T", " ")
        labels = " ".join([*row.labels, *(f"#{tag}" for tag in row.tags)])
        cells.append([row.name, row.type, str(row.versions[-1]), when, labels])
    for number, line in enumerate(table(cells)):
        show(line, bold=number == 0 or None)
    return None


@click.command("show")
@click.argument("name")
@which
@click.option("--resolved", is_flag=True, help="Replace references to other prompts by what they say.")
@as_json
def show_prompt(name: str, label: str | None, version: int | None, resolved: bool, as_json: bool) -> None:
    """Show a prompt as its file would be."""
    from genai_sdk.cli.prompts.document import write_document

    with opened_store() as store:
        found = store.get(name, label=label, version=version, resolve=resolved)
    if as_json:
        return print_json(
            {
                "name": found.document.name,
                "version": found.version,
                "labels": found.labels,
                "message": found.message,
                "type": found.document.type,
                "prompt": found.document.prompt,
                "config": found.document.config,
                "tags": found.document.tags,
                "variables": found.document.template.names,
            }
        )
    said = [
        Sentence.of("prompts.version", "version {version}", version=found.version),
        *found.labels,
        *([found.message] if found.message else []),
    ]
    click.secho(" · ".join(said), bold=True, err=True)
    text = write_document(found.document)
    click.echo(printable(text) if sys.stdout.isatty() else text, nl=False)
    return None


@click.command(short_help="Show what differs; exit code 3 if anything does.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@which
@directory
@as_json
def diff(names: tuple[str, ...], label: str | None, version: int | None, root: Path, as_json: bool) -> None:
    """Show what files say otherwise than Langfuse: the prompts NAME, or all of both.

    The exit code is 3 where something differs.
    """
    from genai_sdk.cli.prompts.folder import Folder

    folder = Folder(root)
    report: list[dict[str, Any]] = []
    with opened_store() as store:
        wanted = list(names) or sorted({*folder.names(), *(row.name for row in store.rows(label=label))})
        for name in wanted:
            mine = folder.find(name)
            theirs = store.find(name, label=label, version=version)
            if mine is None and theirs is None:
                theirs = store.get(name, label=label, version=version)
            origin = name if theirs is None else origin_of(theirs)
            text = diff_of(None if theirs is None else theirs.document, mine, (origin, str(folder.path(name))))
            state = (
                "same"
                if not text
                else "only in Langfuse"
                if mine is None
                else "only a file"
                if theirs is None
                else "differs"
            )
            report.append({"name": name, "version": theirs and theirs.version, "state": state, "diff": text})
    if as_json:
        print_json(report)
    else:
        for row in report:
            if row["state"] == "only in Langfuse":
                show(
                    Sentence.of(
                        "prompts.only_langfuse",
                        "{name}: only in Langfuse, in version {version}",
                        name=row["name"],
                        version=row["version"],
                    ),
                    fg="yellow",
                )
            elif row["diff"]:
                print_diff(row["diff"])
        if not any(row["diff"] for row in report):
            same = Sentence.of(
                "prompts.all_same", "{count} prompts are the same here and in Langfuse.", count=len(report)
            )
            if len(report) == 1:
                same = Sentence.of("prompts.one_is_same", "1 prompt is the same here and in Langfuse.")
            show(same)
    if any(row["diff"] for row in report):
        raise click.exceptions.Exit(DIFFERS)
