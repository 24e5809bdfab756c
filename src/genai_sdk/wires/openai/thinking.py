"""Thinking that an open model writes into its text between tags, which some servers pass on as they are. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

# DeepSeek, Qwen and many more; older prompts; Magistral's template; Kimi-VL; Seed-OSS.
_TAGS: Mapping[str, str] = MappingProxyType(
    {
        "<think>": "</think>",
        "<thinking>": "</thinking>",
        "[THINK]": "[/THINK]",
        "◁think▷": "◁/think▷",
        "<seed:think>": "</seed:think>",
    }
)
_FIRST = frozenset(tag[0] for tag in _TAGS)


def may_think(text: str) -> bool:
    """Tell whether a text can begin with thinking between tags."""
    return text.lstrip()[:1] in _FIRST


class ThinkTags:
    """Takes one text apart, however it is cut into pieces: a whole text and a stream come out alike.

    Attributes:
        plain: Whether what is still to come is text alone.
    """

    def __init__(self) -> None:
        self.plain = False
        self._held = ""
        self._closing = ""

    @property
    def began(self) -> bool:
        """Whether a tag has opened, or may have."""
        return bool(self._closing or self._held)

    def feed(self, piece: str) -> tuple[str, str]:
        """Take a piece in; returns what of it is thinking and what is text, as far as that can be told by now."""
        if self.plain:
            return "", piece
        held = self._held + piece
        self._held = ""
        if self._closing:
            return self._inside(held)
        text = held.lstrip()
        if not text:
            self._held = held
            return "", ""
        for tag, closing in _TAGS.items():
            if text.startswith(tag):
                self._closing = closing
                return self._inside(text[len(tag) :])
        if text[0] in _FIRST and any(tag.startswith(text) for tag in _TAGS):
            self._held = held
            return "", ""
        self.plain = True
        return "", held

    def end(self) -> tuple[str, str]:
        """Return what was held back, once the text has ended."""
        held, self._held = self._held, ""
        return (held, "") if self._closing and not self.plain else ("", held)

    def _inside(self, text: str) -> tuple[str, str]:
        thinking, closed, rest = text.partition(self._closing)
        if closed:
            self.plain = True
            return thinking, rest
        for length in range(min(len(self._closing) - 1, len(text)), 0, -1):  # a closing tag may have begun
            if text.endswith(self._closing[:length]):
                self._held = text[-length:]
                return text[:-length], ""
        return text, ""
