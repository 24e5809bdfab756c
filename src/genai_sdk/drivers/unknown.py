"""How often vendors used words that no row of ours names."""

import re
import threading
from collections.abc import Mapping
from functools import partial

from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.wires.unknown import Kind, Notice

MOST_WORDS = 1_000
"""Distinct words that are counted one by one; those beyond are counted together, as `OTHERS`."""

OTHERS = "…"
"""Stands for words beyond the bound, and for what is no word but a text, which may quote anything."""

# What enums and field names are made of, and what no text of a call looks like for long.
_WORD = re.compile(r"[\w.:/#-]{1,80}")


class UnknownWords:
    """Counts words by wire and kind; safe to share between threads."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], int] = {}
        self._lock = threading.Lock()
        in_forked_child(self._begin_in_child)

    def of(self, wire: str) -> Notice:
        """Return what is told of the words of one wire."""
        return partial(self._count, wire)

    def counts(self) -> Mapping[tuple[str, str, str], int]:
        """Return how often each was met, by (wire, kind, word)."""
        with self._lock:
            return dict(sorted(self._counts.items()))

    def _count(self, wire: str, kind: Kind, word: object) -> None:
        text = word if isinstance(word, str) and _WORD.fullmatch(word) else OTHERS
        with self._lock:
            key = (wire, kind, text)
            if key not in self._counts and len(self._counts) >= MOST_WORDS:
                key = (wire, kind, OTHERS)
            self._counts[key] = self._counts.get(key, 0) + 1

    def _begin_in_child(self) -> None:
        self._lock = threading.Lock()
