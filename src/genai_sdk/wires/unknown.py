"""Words of a vendor that no row names: whoever meets one says so, and goes on. Pure."""

from collections.abc import Callable, Iterable
from typing import Literal

Kind = Literal["finish reason", "block", "delta", "event", "usage field", "error code"]
"""What kind of word it is; a block is any typed piece of an answer: an item, a part, a block."""

Notice = Callable[[Kind, object], None]
"""Is told of a word that no row names."""


def ignore(kind: Kind, word: object, /) -> None:
    """Take no notice."""


def notice_all(notice: Notice, kind: Kind, words: Iterable[object]) -> None:
    """Tell of several words of one kind."""
    for word in words:
        notice(kind, word)
