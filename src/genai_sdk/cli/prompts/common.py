"""What the commands of `genai prompts` share: options, Langfuse, and how differences are shown."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from genai_sdk.cli.output import confirm, json_text
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.document import PromptDocument
    from genai_sdk.cli.prompts.stored import PromptStore, StoredVersion

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
break_contract = click.option(
    "--break-contract", is_flag=True, help="Give labels to versions that do not keep what callers rely on."
)
yes = click.option("--yes", is_flag=True, help="Do not ask.")


def which(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take `--label` or `--version`, which may not both be given."""

    @click.option("--label", help="The version with this label.  [default: latest]")
    @click.option("--version", type=click.IntRange(1), help="This version.")
    @functools.wraps(command)
    def wrapped(label: str | None, version: int | None, **options: Any) -> None:
        if label is not None and version is not None:
            raise click.UsageError(
                Sentence.of(
                    "prompts.label_and_version", "--label and --version both say which version: give one of them"
                )
            )
        command(label=label, version=version, **options)

    return wrapped


@contextmanager
def opened_store() -> "Iterator[PromptStore]":
    """Open the prompts of the Langfuse that the environment names."""
    from genai_sdk.cli.prompts.stored import PromptStore
    from genai_sdk.cli.remote import Remote
    from genai_sdk.client.settings import read_access

    with Remote(read_access()) as remote:
        yield PromptStore(remote)


def origin_of(found: "StoredVersion") -> str:
    """Name a version for the head of a diff."""
    return f"{found.document.name} (version {found.version} in Langfuse)"


def diff_of(before: "PromptDocument | None", after: "PromptDocument | None", names: tuple[str, str]) -> str:
    """Return what differs between two states of a prompt; empty where they say the same."""
    from genai_sdk.cli.prompts.difference import difference

    return difference(before, after, names)


def print_diff(diff: str) -> None:
    """Print a diff, in colours where a terminal reads them."""
    from genai_sdk.cli.prompts.difference import coloured

    for line in coloured(diff):
        click.echo(line)
    click.echo()


def agreed(question: str, as_json: bool) -> bool:
    """Ask; a script that reads JSON is not asked."""
    if as_json:
        raise click.UsageError(
            Sentence.of("prompts.json_asks", "with --json nothing is asked: give --yes or --dry-run")
        )
    return confirm(question, err=True)


def print_json(value: Any) -> None:
    """Print JSON for scripts."""
    click.echo(json_text(value))
