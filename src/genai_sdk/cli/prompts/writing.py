"""`genai prompts pull` and `push`: nothing is written before its difference was shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.output import show
from genai_sdk.cli.prompts.common import (
    agreed,
    as_json,
    break_contract,
    diff_of,
    directory,
    dry_run,
    opened_store,
    origin_of,
    print_diff,
    print_json,
    which,
    yes,
)
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.document import PromptDocument
    from genai_sdk.cli.prompts.folder import Folder
    from genai_sdk.cli.prompts.stored import PromptStore


@click.command(short_help="Write what Langfuse has into files.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@which
@directory
@yes
@dry_run
@as_json
def pull(
    names: tuple[str, ...],
    label: str | None,
    version: int | None,
    root: Path,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write what Langfuse has into files: the prompts NAME, or all.

    What a file would lose is shown before, and asked for.
    """
    from genai_sdk.cli.prompts.folder import Folder

    folder = Folder(root)
    if version is not None and len(names) != 1:
        raise click.UsageError(Sentence.of("prompts.version_of_one", "--version is that of one prompt: name it"))
    report: list[dict[str, Any]] = []
    with opened_store() as store:
        for name in names or [row.name for row in store.rows(label=label)]:
            found = store.get(name, label=label, version=version)
            old = folder.find(name)
            path = str(folder.path(name))
            diff = diff_of(old, found.document, (path, origin_of(found)))
            report.append({"name": name, "version": found.version, "file": path, "written": bool(diff), "diff": diff})
            if not diff:
                continue
            if not as_json:
                print_diff(diff)
            if dry_run:
                report[-1]["written"] = False
            elif (
                old is None
                or yes
                or agreed(Sentence.of("prompts.ask_overwrite", "Overwrite {path}?", path=path), as_json)
            ):
                folder.write(found.document)
            else:
                report[-1]["written"] = False
    if not report and not as_json:
        show(
            Sentence.of("prompts.none_yet", "The project has no prompts yet.")
            if label is None
            else Sentence.of("prompts.no_label", "No prompt has the label {label!r}.", label=label)
        )
    _print_report(report, "written", "file", as_json=as_json, dry_run=dry_run)


@click.command(short_help="Write files into Langfuse as new versions.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--label", "labels", multiple=True, help="A label for the new versions; may be repeated.")
@click.option("--message", help="What is said of the new versions, such as a commit.")
@break_contract
@directory
@yes
@dry_run
@as_json
def push(
    names: tuple[str, ...],
    labels: tuple[str, ...],
    message: str | None,
    break_contract: bool,
    root: Path,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write files into Langfuse as new versions: the prompts NAME, or all.

    What differs from the latest version is shown before, and asked for. What is the same gets no new version.
    """
    from genai_sdk.cli.prompts.folder import Folder, dependencies_first

    folder = Folder(root)
    documents = dependencies_first(folder.select(names))
    report: list[dict[str, Any]] = []
    with opened_store() as store:
        pending = [(document, *_difference(store, document, folder)) for document in documents]
        refused = [] if break_contract else _refusals(store, [row[0] for row in pending if row[2]], folder, labels)
        if refused:
            raise click.ClickException("\n".join(refused))
        for document, latest, diff in pending:
            row = {"name": document.name, "version": latest, "pushed": False, "diff": diff}
            report.append(row)
            if not diff:
                continue
            if not as_json:
                print_diff(diff)
            if not dry_run and (
                yes
                or agreed(
                    Sentence.of("prompts.ask_write", "Write a new version of {name}?", name=document.name), as_json
                )
            ):
                row["version"] = store.write(document, labels=labels, message=message)
                row["pushed"] = True
    _print_report(report, "pushed", "name", as_json=as_json, dry_run=dry_run)


def _difference(store: "PromptStore", document: "PromptDocument", folder: "Folder") -> tuple[int | None, str]:
    """Return the number of the latest version, and what a file says otherwise."""
    latest = store.find(document.name)
    path = str(folder.path(document.name))
    if latest is None:
        return None, diff_of(None, document, (document.name, path))
    return latest.version, diff_of(latest.document, document, (origin_of(latest), path))


def _refusals(
    store: "PromptStore", documents: "list[PromptDocument]", folder: "Folder", labels: tuple[str, ...]
) -> list[str]:
    """Return why labels may not go to new versions that are to be written."""
    from genai_sdk.cli.prompts.composition import composed
    from genai_sdk.cli.prompts.moves import moves, refusal

    def find(name: str, label: str | None, version: int | None) -> "PromptDocument | None":
        document = folder.find(name) if version is None else None
        if document is None:
            found = store.find(name, label=label, version=version)
            document = None if found is None else found.document
        return document

    if not labels:
        return []
    reasons = (refusal(each.name, moves(store, composed(each, find), labels)) for each in documents)
    return [reason for reason in reasons if reason is not None]


_DONE = {
    "written": Sentence.of("prompts.written", "written"),
    "pushed": Sentence.of("prompts.pushed", "pushed"),
}


def _print_report(report: list[dict[str, Any]], done: str, what: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        return print_json(report)
    for row in report:
        if row[done]:
            show(
                Sentence.of(
                    "prompts.done",
                    "{done} {what} (version {version})",
                    done=_DONE[done],
                    what=row[what],
                    version=row["version"],
                ),
                fg="green",
            )
    same = sum(not row["diff"] for row in report)
    would = sum(bool(row["diff"]) for row in report) if dry_run else 0
    if would:
        show(
            Sentence.of(
                "prompts.dry_run",
                "{count} would be {done}; nothing was, because of --dry-run.",
                count=would,
                done=_DONE[done],
            )
        )
    if same == 1:
        show(Sentence.of("prompts.one_same", "1 is the same already."))
    elif same:
        show(Sentence.of("prompts.same", "{count} are the same already.", count=same))
    return None
