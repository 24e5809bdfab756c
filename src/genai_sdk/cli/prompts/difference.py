"""What differs between a prompt's file and Langfuse, as a unified diff."""

import difflib
from collections.abc import Iterator

import click

from genai_sdk.cli.output import printable
from genai_sdk.cli.prompts.document import PromptDocument, write_document

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def difference(before: PromptDocument | None, after: PromptDocument | None, names: tuple[str, str]) -> str:
    """Return a unified diff between two states of a prompt; empty where they say the same.

    Both are written anew before they are compared, so that the order or form of a file's head is no difference.

    Args:
        before: The one state; None where there is none.
        after: The other.
        names: What to call them in the diff's head.
    """
    if before == after:
        return ""
    old, new = (_lines(document) for document in (before, after))
    origin, target = (
        name if document is not None else "/dev/null" for name, document in zip(names, (before, after), strict=True)
    )
    return "\n".join(difflib.unified_diff(old, new, origin, target, lineterm=""))


def coloured(diff: str) -> Iterator[str]:
    """Yield the lines of a diff, with colours for a terminal."""
    for number, line in enumerate(diff.splitlines()):
        head, line = number < 2, printable(line)
        colour = _COLOURS.get(line[:1])
        yield click.style(line, bold=True) if head else click.style(line, fg=colour) if colour else line


def _lines(document: PromptDocument | None) -> list[str]:
    return [] if document is None else write_document(document).removesuffix("\n").split("\n")
