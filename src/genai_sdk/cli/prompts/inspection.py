"""`genai prompts check`: what would go wrong with prompts, before it does."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from genai_sdk.cli.prompts.code import Use, read_uses
from genai_sdk.cli.prompts.composition import composed
from genai_sdk.cli.prompts.config import check_config
from genai_sdk.cli.prompts.document import PromptDocument
from genai_sdk.cli.prompts.finding import Finding, Level
from genai_sdk.cli.prompts.folder import Folder
from genai_sdk.errors import ConfigurationError
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.new_prompt import read_prompt
from genai_sdk.prompts.contract import read_contract
from genai_sdk.prompts.template import ChatTemplate, TextTemplate
from genai_sdk.routing.windows import tokens_in
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from genai_sdk.cli.prompts.served import Served
    from genai_sdk.cli.prompts.stored import PromptStore


class _Request(msgspec.Struct):
    messages: list[dict[str, Any]]
    options: Mapping[str, Any]


class _NotAskedError(Exception):
    """What a prompt is made of has no file, and Langfuse is not asked."""


class Inspection:
    """Looks at the prompts of a directory and at the code that uses them.

    Args:
        folder: The directory.
        store: Langfuse's prompts, for what has no file; None to ask nobody.
        served: Who serves models; None to ask nobody.
        max_tokens: The most tokens that a prompt may have before its variables are put in; None for the model's window.
        unserved: Why nobody can be asked who serves models; empty where somebody can, or is not to be.
    """

    def __init__(
        self,
        folder: Folder,
        store: "PromptStore | None",
        served: "Served | None",
        max_tokens: int | None,
        unserved: str = "",
    ) -> None:
        self._folder, self._store, self._served, self._max_tokens = folder, store, served, max_tokens
        self._unserved = unserved
        self._wholes: dict[str, PromptDocument] = {}
        self._broken: set[str] = set()

    def prompts(self, names: Iterable[str]) -> Iterator[Finding]:
        """Yield what is wrong with prompts."""
        if self._unserved:
            message = f"who serves their models was not looked at: {self._unserved}"
            yield Finding(level="note", code="model", file=str(self._folder.root), message=message)
        for name in names:
            for level, code, message in self._prompt(name):
                if level == "error" and code in ("file", "composition"):
                    self._broken.add(name)
                yield Finding(level=level, code=code, file=str(self._folder.path(name)), prompt=name, message=message)

    def whole(self, document: PromptDocument) -> PromptDocument:
        """Return a prompt with all that it is made of.

        Raises:
            ConfigurationError: That is missing, or may not be looked for.
        """
        try:
            return composed(document, self._part)
        except _NotAskedError as part:
            raise ConfigurationError(
                Sentence.of(
                    "prompts.part_missing",
                    "{name} is made of {part}, which has no file: leave --offline out to ask Langfuse",
                    name=document.name,
                    part=part,
                )
            ) from None

    def code(self, paths: Iterable[Path]) -> Iterator[Finding]:
        """Yield where code does not give what a prompt needs, or gives what it does not."""
        for use in read_uses(paths):
            for level, message in self._use(use):
                yield Finding(
                    level=level, code="variables", file=use.file, line=use.line, prompt=use.prompt, message=message
                )

    def _prompt(self, name: str) -> Iterator[tuple[Level, str, str]]:
        try:
            document = self._folder.select([name])[0]
        except ConfigurationError as error:
            yield "error", "file", str(error)
            return
        try:
            read_prompt(msgspec.json.encode({"name": name, "prompt": document.prompt, "type": document.type}))
        except ApiError as error:
            yield "error", "file", f"Langfuse does not take it: {error.message}"
        for text in _odd_variables(document.template):
            yield "warning", "variables", text
        problems = [*check_config(document.config)]
        for level, text in problems:
            yield level, "config", text
        try:
            whole = self._wholes[name] = composed(document, self._part)
        except _NotAskedError as part:
            yield "note", "composition", f"it refers to {part}, which has no file and was not looked for (--offline)"
            return
        except ConfigurationError as error:
            yield "error", "composition", str(error)
            return
        try:
            contract = read_contract(document.config, whole.template)
        except ConfigurationError as error:
            yield "error", "contract", str(error)
        else:
            if lost := [one for one in whole.template.names if one not in contract.variables]:
                yield "error", "contract", f"it needs {', '.join(lost)}, which its contract does not have"
        is_sound = isinstance(document.config, Mapping) and not any(level == "error" for level, _ in problems)
        if self._served is not None and is_sound:
            for level, text in self._served.check(document.config):
                yield level, "model", text
        for text in self._too_large(whole):
            yield "error", "size", text

    def _too_large(self, whole: PromptDocument) -> Iterator[str]:
        content = [{"content": whole.prompt}] if isinstance(whole.prompt, str) else whole.prompt
        tokens = tokens_in(_Request(content, whole.config if isinstance(whole.config, Mapping) else {}))
        if self._max_tokens is not None:
            if tokens > self._max_tokens:
                yield f"it has about {tokens:,} tokens before its variables, over --max-tokens {self._max_tokens:,}"
            return
        window = None if self._served is None else self._served.window(whole.config)
        if window is not None and tokens > window[0]:
            yield f"it has about {tokens:,} tokens, and {window[1]} takes {window[0]:,}"

    def _use(self, use: Use) -> Iterator[tuple[Level, str]]:
        if use.prompt in self._broken:
            return
        try:
            template = self._template(use.prompt)
        except (_NotAskedError, ConfigurationError) as error:
            yield "note", f"the variables of {use.prompt!r} were not looked at: {error}"
            return
        if template is None:
            if self._store is None:
                yield "note", f"{use.prompt!r} has no file, so that its variables were not looked at (--offline)"
            else:
                yield "error", f"{use.prompt!r} is neither a file nor in Langfuse with the label production"
            return
        if use.variables is None:
            return
        missing = [name for name in template.names if name not in use.variables]
        if missing and not use.is_open:
            yield "error", f"{use.prompt!r} needs {', '.join(missing)}, which this call does not give"
        unused = [name for name in use.variables if name not in template.names]
        if unused:
            yield "warning", f"{use.prompt!r} has no {', '.join(unused)}, which this call gives"

    def _template(self, name: str) -> TextTemplate | ChatTemplate | None:
        whole = self._wholes.get(name)
        if whole is None and (document := self._folder.find(name)) is not None:
            whole = self._wholes[name] = composed(document, self._part)
        if whole is None and self._store is not None:
            found = self._store.find(name, label="production", resolve=True)
            whole = None if found is None else found.document
        return None if whole is None else whole.template

    def _part(self, name: str, label: str | None, version: int | None) -> PromptDocument | None:
        """Return what a reference leads to: a file stands for every label, since it is what gets them."""
        document = self._folder.find(name) if version is None else None
        if document is not None:
            return document
        if self._store is None:
            raise _NotAskedError(name)
        found = self._store.find(name, label=label, version=version)
        return None if found is None else found.document


def _odd_variables(template: TextTemplate | ChatTemplate) -> Iterator[str]:
    """Yield what stands between braces and is no variable, so that the model reads the braces."""
    from genai_sdk.prompts.template import Variable

    parts = [template.pieces] if isinstance(template, TextTemplate) else []
    if isinstance(template, ChatTemplate):
        parts = [part[1] or () for part in template.parts if isinstance(part, tuple)]
    odd = [
        piece
        for pieces in parts
        for piece in pieces
        if isinstance(piece, Variable) and piece.name not in template.names
    ]
    for piece in dict.fromkeys(odd):
        yield f"{piece.raw[:60]!r} is no variable and goes to the model as it stands"
