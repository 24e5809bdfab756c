"""Commands as they work when they are typed here: with the way to a program that the shell would not find."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from genai_sdk.cli.columns import width_of
from genai_sdk.cli.language import say
from genai_sdk.cli.output import width

_GAP = 4  # columns between a command and what is said of it


def typed(command: str) -> str:
    """Return a command that begins with `genai` or `python` so that it runs those of this installation.

    Where the shell would find another one or none, the way to it stands before it, such as `.venv/bin/genai trace`:
    from the working directory if it lies below it.
    """
    program, space, rest = command.partition(" ")
    directory = Path(sys.executable).absolute().parent
    if _is_installed(program, directory) or not (directory / program).exists():
        return command
    here = Path.cwd()
    way = str((directory.relative_to(here) if directory.is_relative_to(here) else directory) / program)
    return f"{shlex.quote(way if os.sep in way else os.path.join(os.curdir, way))}{space}{rest}"


def steps(rows: Sequence[tuple[str, str]], indent: str) -> Iterator[str]:
    """Yield the lines of commands that are to be typed, with what is said of each as a comment of the shell's."""
    commands = [typed(command) for command, _ in rows]
    column = max(map(len, commands)) + _GAP
    comments = [say(comment) for _, comment in rows]
    beside = all(len(indent) + column + width_of(f"# {comment}") <= width() for comment in comments)
    for command, comment in zip(commands, comments, strict=True):
        if beside:
            yield f"{indent}{command:{column}}# {comment}"
        else:
            yield f"{indent}# {comment}"
            yield f"{indent}{command}"


def _is_installed(program: str, directory: Path) -> bool:
    """Whether the shell finds this installation's program: in its directory, or by a link to it, as pipx makes."""
    path = shutil.which(program)
    if path is None:
        return False
    if os.path.samefile(Path(path).absolute().parent, directory):
        return True
    own = directory / program
    # A virtual environment's `python` is a link to the one that it was made from, which knows nothing of it.
    return program != "python" and own.exists() and os.path.samefile(path, own)
