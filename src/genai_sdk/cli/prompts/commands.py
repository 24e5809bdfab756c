"""`genai prompts` with its commands; what they decide lies in the modules beside it."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.output import show, table

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.document import PromptDocument
    from genai_sdk.cli.prompts.stored import PromptStore, StoredVersion

DIFFERS = 3
"""The exit code of `diff` where something differs."""

directory = click.option(
    "--dir",
    "root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("prompts"),
    show_default=True,
    help="Where the files lie.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
dry_run = click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
yes = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group(no_args_is_help=True)
def prompts() -> None:
    """Keep prompts as files of a repository, and in step with Langfuse.

    The prompt support/greeting is prompts/support/greeting.md: a head with type, tags and config, and the text.
    """


@prompts.command("list")
@click.option("--label", help="Only those that have a version with this label.")
@click.option("--tag", help="Only those with this tag.")
@as_json
def list_prompts(label: str | None, tag: str | None, as_json: bool) -> None:
    """List the prompts that Langfuse has."""
    with opened_store() as store:
        rows = store.rows(label=label, tag=tag)
    if as_json:
        return _print_json(rows)
    if not rows:
        return show("No prompt is like that." if label or tag else "The project has no prompts yet.")
    cells = [["NAME", "TYPE", "VERSION", "UPDATED", "LABELS"]]
    for row in rows:
        when = row.updated_at[:16].replace("T", " ")
        labels = " ".join([*row.labels, *(f"#{tag}" for tag in row.tags)])
        cells.append([row.name, row.type, str(row.versions[-1]), when, labels])
    for number, line in enumerate(table(cells)):
        show(line, bold=number == 0)
    return None


def which(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take `--label` or `--version`, which may not both be given."""

    @click.option("--label", help="The version with this label.  [default: latest]")
    @click.option("--version", type=click.IntRange(1), help="This version.")
    @functools.wraps(command)
    def wrapped(label: str | None, version: int | None, **options: Any) -> None:
        if label is not None and version is not None:
            raise click.UsageError("--label and --version both say which version: give one of them")
        command(label=label, version=version, **options)

    return wrapped


@prompts.command("show")
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
        return _print_json(
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
    said = [f"version {found.version}", *found.labels, *([found.message] if found.message else [])]
    click.secho(" · ".join(said), bold=True, err=True)
    click.echo(write_document(found.document), nl=False)
    return None


@prompts.command()
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
        raise click.UsageError("--version is that of one prompt: name it")
    report: list[dict[str, Any]] = []
    with opened_store() as store:
        for name in names or [row.name for row in store.rows(label=label)]:
            found = store.get(name, label=label, version=version)
            old = folder.find(name)
            path = str(folder.path(name))
            diff = _diff(old, found.document, (path, _origin(found)))
            report.append({"name": name, "version": found.version, "file": path, "written": bool(diff), "diff": diff})
            if not diff:
                continue
            if not as_json:
                _print_diff(diff)
            if dry_run:
                report[-1]["written"] = False
            elif old is None or yes or _agreed(f"Overwrite {path}?", as_json):
                folder.write(found.document)
            else:
                report[-1]["written"] = False
    _print_report(report, "written", "file", as_json=as_json, dry_run=dry_run)


@prompts.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--label", "labels", multiple=True, help="A label for the new versions; may be repeated.")
@click.option("--message", help="What is said of the new versions, such as a commit.")
@directory
@yes
@dry_run
@as_json
def push(
    names: tuple[str, ...],
    labels: tuple[str, ...],
    message: str | None,
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
        for document in documents:
            report.append(_pushed(store, document, folder, labels, message, yes=yes, dry_run=dry_run, as_json=as_json))
    _print_report(report, "pushed", "name", as_json=as_json, dry_run=dry_run)


def _pushed(
    store: "PromptStore",
    document: "PromptDocument",
    folder: Any,
    labels: tuple[str, ...],
    message: str | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> dict[str, Any]:
    latest = store.find(document.name)
    old = None if latest is None else latest.document
    origin = f"{document.name} (not in Langfuse)" if latest is None else _origin(latest)
    diff = _diff(old, document, (origin, str(folder.path(document.name))))
    row = {"name": document.name, "version": latest and latest.version, "pushed": False, "diff": diff}
    if not diff:
        return row
    if not as_json:
        _print_diff(diff)
    if not dry_run and (yes or _agreed(f"Write a new version of {document.name}?", as_json)):
        row["version"] = store.write(document, labels=labels, message=message)
        row["pushed"] = True
    return row


@prompts.command()
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
            origin = name if theirs is None else _origin(theirs)
            text = _diff(None if theirs is None else theirs.document, mine, (origin, str(folder.path(name))))
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
        _print_json(report)
    else:
        for row in report:
            if row["state"] == "only in Langfuse":
                show(f"{row['name']}: only in Langfuse, in version {row['version']}", fg="yellow")
            elif row["diff"]:
                _print_diff(row["diff"])
        if not any(row["diff"] for row in report):
            show(f"{len(report)} prompts are the same here and in Langfuse.")
    if any(row["diff"] for row in report):
        raise click.exceptions.Exit(DIFFERS)


@contextmanager
def opened_store() -> "Iterator[PromptStore]":
    """Open the prompts of the Langfuse that the environment names."""
    from genai_sdk.cli.prompts.stored import PromptStore
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        yield PromptStore(remote)


def _origin(found: "StoredVersion") -> str:
    return f"{found.document.name} (version {found.version} in Langfuse)"


def _diff(before: "PromptDocument | None", after: "PromptDocument | None", names: tuple[str, str]) -> str:
    from genai_sdk.cli.prompts.difference import difference

    return difference(before, after, names)


def _print_diff(diff: str) -> None:
    from genai_sdk.cli.prompts.difference import coloured

    for line in coloured(diff):
        click.echo(line)
    click.echo()


def _agreed(question: str, as_json: bool) -> bool:
    if as_json:
        raise click.UsageError("with --json nothing is asked: give --yes or --dry-run")
    return click.confirm(question, err=True)


def _print_report(report: list[dict[str, Any]], done: str, what: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        return _print_json(report)
    for row in report:
        if row[done]:
            show(f"{done} {row[what]} (version {row['version']})", fg="green")
    same = sum(not row["diff"] for row in report)
    would = sum(bool(row["diff"]) for row in report) if dry_run else 0
    if would:
        show(f"{would} would be {done}; nothing was, because of --dry-run.")
    if same:
        show(f"{same} {'is' if same == 1 else 'are'} the same already.")
    return None


def _print_json(value: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())
