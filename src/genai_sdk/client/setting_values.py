"""Values of settings, each checked and in the form that the client keeps."""

from collections.abc import Sequence
from typing import Any

from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing.options import read_seconds
from genai_sdk.sentence import Sentence


def text_of(name: str, item: Any) -> str | None:
    """Return a text without blanks around it, None where it says nothing.

    Raises:
        InvalidRequestError: It is none.
    """
    if item is not None and not isinstance(item, str):
        raise InvalidRequestError(
            Sentence.of("settings.text", "{name} must be a string, not {kind}", name=name, kind=type(item).__name__)
        )
    return item.strip() or None if item is not None else None


def ttl_of(item: Any) -> float | None:
    """Return the seconds for which prompts are fresh, None where they are not given."""
    return None if item is None else read_seconds("prompt_cache_ttl", item, zero=True)


def limit_of(name: str, item: Any) -> float | None:
    """Return a limit in seconds, None where there is none."""
    return None if item is None else read_seconds(name, item)


def bytes_of(name: str, item: Any) -> int:
    """Return a number of bytes.

    Raises:
        InvalidRequestError: It is none.
    """
    if not isinstance(item, int) or isinstance(item, bool) or item <= 0:
        raise InvalidRequestError(
            Sentence.of(
                "settings.bytes",
                "{name} must be a number of bytes, more than zero, not {item}",
                name=name,
                item=repr(item),
            )
        )
    return item


def names_of(item: Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the names of connections, each once and in their order.

    Raises:
        InvalidRequestError: It is none.
    """
    if item is None:
        return None
    names = isinstance(item, Sequence) and not isinstance(item, str)
    if not names or not item or not all(isinstance(name, str) and name for name in item):
        raise InvalidRequestError(
            Sentence.of(
                "settings.connection_names",
                "llm_connection_names must be a list of connection names, not {item}; leave it out to "
                "use every connection",
                item=repr(item),
            )
        )
    return tuple(dict.fromkeys(item))
