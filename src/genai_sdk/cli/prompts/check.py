"""`genai prompts check` and `codegen`: prompts and the code that uses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.output import folded, show
from genai_sdk.cli.prompts.common import (
    as_json,
    directory,
    opened_store,
    print_json,
)
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.folder import Folder
    from genai_sdk.cli.prompts.inspection import Inspection


_COLOURS = {"error": "red", "warning": "yellow", "note": None}

offline = click.option("--offline", is_flag=True, help="Ask neither Langfuse nor where connections come from.")


@click.command(short_help="Look for what would go wrong: for CI.")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--code",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Python code that uses prompts: a file or a directory; may be repeated.",
)
@click.option("--max-tokens", type=click.IntRange(1), help="Most tokens of a prompt.  [default: the model's window]")
@offline
@directory
@as_json
def check(
    names: tuple[str, ...], code: tuple[Path, ...], max_tokens: int | None, offline: bool, root: Path, as_json: bool
) -> None:
    """Look for what would go wrong with the prompts NAME, or with all: for CI.

    Files, what prompts are made of, configs (models served, parameters, schemas, tools), contracts, size, and with
    --code whether code gives what prompts need. The exit code is 1 where there is an error; warnings leave it 0.
    """
    from genai_sdk.cli.prompts.folder import Folder

    folder = Folder(root)
    wanted = list(names) or folder.names()
    if not wanted and not code:
        folder.select(())
    with _inspection(folder, max_tokens, offline=offline) as inspection:
        found = [*inspection.prompts(wanted), *inspection.code(code)]
    errors = sum(each.level == "error" for each in found)
    if as_json:
        print_json(found)
    else:
        for each in found:
            place = each.file if each.line is None else f"{each.file}:{each.line}"
            for line in folded(f"{place}: {each.level}: {each.message} [{each.code}]", "    "):
                show(line, fg=_COLOURS[each.level])
        warnings = sum(each.level == "warning" for each in found)
        show(
            Sentence.of(
                "prompts.checked",
                "{prompts}, {errors}, {warnings}.",
                prompts=_prompts(len(wanted)),
                errors=_errors(errors),
                warnings=_warnings(warnings),
            ),
            fg="red" if errors else "yellow" if warnings else "green",
        )
    if errors:
        raise click.exceptions.Exit(1)


@click.command(short_help="Write a typed function for each prompt.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The module to write.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; the exit code is 3 if --output is not this.")
@offline
@directory
def codegen(output: Path | None, only_check: bool, offline: bool, root: Path) -> None:
    """Write a Python module with a typed function for each prompt, its variables as arguments.

    Type checkers then say where code leaves a variable out or names one that is not there. Without --output it is
    printed.
    """
    from genai_sdk.cli.prompts.codegen import generate
    from genai_sdk.cli.prompts.folder import Folder

    folder = Folder(root)
    documents = folder.select(())
    with _inspection(folder, None, offline=offline) as inspection:
        source = generate([inspection.whole(document) for document in documents])
    if output is None:
        if only_check:
            raise click.UsageError(Sentence.of("prompts.check_output", "--check compares with a file: give --output"))
        click.echo(source, nl=False)
        return
    old = output.read_text(encoding="utf-8") if output.exists() else None
    if old == source:
        show(Sentence.of("prompts.up_to_date", "{output} is up to date.", output=output))
    elif only_check:
        show(
            Sentence.of(
                "prompts.outdated",
                "{output} is not what the prompts say now: run `genai prompts codegen -o {output}`",
                output=output,
            ),
            fg="red",
        )
        raise click.exceptions.Exit(3)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(source, encoding="utf-8")
        show(
            Sentence.of("prompts.wrote", "wrote {output}: {prompts}", output=output, prompts=_prompts(len(documents))),
            fg="green",
        )


def _prompts(count: int) -> Sentence:
    if count == 1:
        return Sentence.of("prompts.one_prompt", "1 prompt")
    return Sentence.of("prompts.prompts", "{count} prompts", count=count)


def _errors(count: int) -> Sentence:
    if count == 1:
        return Sentence.of("prompts.one_error", "1 error")
    return Sentence.of("prompts.errors", "{count} errors", count=count)


def _warnings(count: int) -> Sentence:
    if count == 1:
        return Sentence.of("prompts.one_warning", "1 warning")
    return Sentence.of("prompts.warnings", "{count} warnings", count=count)


@contextmanager
def _inspection(folder: "Folder", max_tokens: int | None, *, offline: bool) -> "Iterator[Inspection]":
    from genai_sdk.cli.prompts.inspection import Inspection

    if offline:
        yield Inspection(folder, None, None, max_tokens)
        return
    from genai_sdk.cli.prompts.served import Served
    from genai_sdk.client import GenAIClient
    from genai_sdk.errors import GenAIError

    with opened_store() as store, GenAIClient(tracing=False) as client:
        served, unserved = None, ""
        try:
            served = Served(client)
        except GenAIError as error:  # such as a machine of CI that connections are kept from
            unserved = str(error)
        yield Inspection(folder, store, served, max_tokens, unserved)
