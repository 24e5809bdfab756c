"""A prompt with the references in it replaced: by the files of a directory, and by Langfuse for what has none."""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from genai_sdk.cli.prompts.document import PromptDocument
from genai_sdk.errors import ConfigurationError
from genai_sdk.langfuse.composition import resolve
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import PromptVersion

Find = Callable[[str, str | None, int | None], PromptDocument | None]
"""Finds a prompt by name and label or version."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def composed(document: PromptDocument, find: Find) -> PromptDocument:
    """Return a prompt with all that it is made of put in.

    Raises:
        ConfigurationError: What it refers to is missing or no text, or they refer to each other or too deeply.
    """
    if not document.references:
        return document

    def found(name: str, *, label: str | None = None, version: int | None = None) -> PromptVersion | None:
        part = find(name, label, version)
        return None if part is None else _version(part)

    try:
        whole = resolve(found, _version(document))
    except ApiError as error:
        raise ConfigurationError(str(error.message)) from None
    return msgspec.structs.replace(document, prompt=whole.prompt)


def _version(document: PromptDocument) -> PromptVersion:
    return PromptVersion(
        id=document.name,
        name=document.name,
        version=0,
        type=document.type,
        prompt=document.prompt,
        labels=[],
        tags=[],
        config={},
        commit_message=None,
        created_at=_NEVER,
        updated_at=_NEVER,
    )
