"""Which prompt a page is about."""

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.prompt import PromptVersion
from genai_sdk.local.ui.page import Page

_DIGITS = 9


def number(text: str | None) -> int | None:
    """Return a number that an address or a form gives, None if it gives none."""
    known = text is not None and text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    return int(text) if text and known else None


def versions_of(page: Page, name: str) -> list[PromptVersion]:
    """Return a prompt's versions, newest first.

    Raises:
        ApiError: There is no such prompt (404).
    """
    versions = page.store.prompts.versions(name)
    if not versions:
        raise ApiError(404, page.words("prompts.no_such", name=name))
    return versions[::-1]


def version_of(page: Page, name: str, wanted: str | None) -> PromptVersion:
    """Return a version of a prompt.

    Raises:
        ApiError: There is none of this number (404).
    """
    version_number = number(wanted)
    prompt = None if version_number is None else page.store.prompts.find(name, version=version_number)
    if prompt is None:
        raise ApiError(404, page.words("prompts.no_such_version", name=name, version=wanted or "?"))
    return prompt
