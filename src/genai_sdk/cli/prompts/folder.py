"""Where the files of prompts lie: the prompt `support/greeting` in `support/greeting.md`."""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote, unquote

from genai_sdk.cli.prompts.document import PromptDocument, read_document, write_document
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

SUFFIX = ".md"
_README = "README"
_ODD = re.compile(r"[^\w .@+-]|^\.|[. ]$")


class Folder:
    """A directory of prompts.

    Args:
        root: The directory.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Return where a prompt's file lies, or would: what no system takes in a file's name is percent-encoded."""
        *folders, last = (_ODD.sub(_encoded, part) for part in name.split("/"))
        last = "%52EADME" if last == _README else last
        return self.root.joinpath(*folders, last + SUFFIX)

    def names(self) -> list[str]:
        """Return the names of all prompts that have a file; a README is none."""
        found = sorted(self.root.rglob(f"*{SUFFIX}"))
        return [
            "/".join(map(unquote, path.relative_to(self.root).with_suffix("").parts))
            for path in found
            if path.stem != _README and not any(part.startswith(".") for part in path.relative_to(self.root).parts)
        ]

    def find(self, name: str) -> PromptDocument | None:
        """Read a prompt's file; None where there is none.

        Raises:
            ConfigurationError: It cannot be read.
        """
        path = self.path(name)
        try:
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                Sentence.of("prompts.file_unreadable", "{path} cannot be read: {error}", path=path, error=error)
            ) from None
        return read_document(name, text, str(path))

    def select(self, names: Iterable[str]) -> list[PromptDocument]:
        """Read the files of these prompts, or of all where none is named.

        Raises:
            ConfigurationError: One is missing or cannot be read, or there is none at all.
        """
        wanted = list(dict.fromkeys(names)) or self.names()
        if not wanted:
            raise ConfigurationError(
                Sentence.of(
                    "prompts.no_files",
                    "there is no prompt below {root}/ (files *{suffix}): fetch what Langfuse has by `genai "
                    "prompts pull`, or name another directory by --dir",
                    root=self.root,
                    suffix=SUFFIX,
                )
            )
        documents = []
        for name in wanted:
            document = self.find(name)
            if document is None:
                known = ", ".join(self.names()[:20]) or "none"
                raise ConfigurationError(
                    Sentence.of(
                        "prompts.no_file",
                        "there is no file {path}; prompts with one: {known}",
                        path=self.path(name),
                        known=known,
                    )
                )
            documents.append(document)
        return documents

    def write(self, document: PromptDocument) -> Path:
        """Write a prompt's file, whole or not at all.

        Raises:
            ConfigurationError: It cannot be written.
        """
        path = self.path(document.name)
        draft = path.with_name(f".{path.name}.draft")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(write_document(document).encode())
            draft.replace(path)
        except OSError as error:
            raise ConfigurationError(
                Sentence.of(
                    "prompts.file_unwritable",
                    "{path} cannot be written: {reason}",
                    path=path,
                    reason=error.strerror or error,
                )
            ) from None
        return path


def dependencies_first(documents: Iterable[PromptDocument]) -> list[PromptDocument]:
    """Return prompts in an order in which each comes after those it is made of: Langfuse takes no other."""
    waiting = {document.name: document for document in documents}
    ordered: list[PromptDocument] = []

    def place(name: str) -> None:
        document = waiting.pop(name, None)
        if document is not None:
            for reference, _, _ in document.references:
                place(reference)
            ordered.append(document)

    for name in list(waiting):
        place(name)
    return ordered


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="") if found[0] not in ". " else f"%{ord(found[0]):02X}"
