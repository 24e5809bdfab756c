"""The pages' words, in English and Korean."""

import re
import string
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES: Mapping[str, str] = {"en": "English", "ko": "한국어"}
"""The languages there are, each by its own name."""

USUAL = "en"

_TOLD = "told."
_OURS, _REST = "why", "rest"  # parts that are sentences again: one that has to be ours, and one that may be
_SEVERAL, _JOINT = "rows", "; "  # several of them
_FREE = frozenset({_REST, _SEVERAL, "words", "what", "expected"})  # others have no colon in them
_LONGEST = 4_000  # characters; longer texts are somebody else's


class Words:
    """One language's words.

    Args:
        language: One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words_of(language)

    def __call__(self, key: str, **values: object) -> str:
        """Return a phrase, with what is given in place of `{names}`.

        Raises:
            KeyError: There is no such phrase; a test looks for that.
        """
        phrase = self._words[key]
        return phrase.format(**values) if values else phrase

    def translate(self, text: str) -> str:
        """Return a sentence of ours in this language; what is not ours, such as a provider's words, stays as it is."""
        if self.language == USUAL or len(text) > _LONGEST:
            return text
        for sentence, key in _sentences():
            if match := sentence.fullmatch(text):
                parts = {name: self._part(name, part) for name, part in match.groupdict().items()}
                if parts.get(_OURS) is None or parts[_OURS] != match[_OURS]:
                    return self(key, **parts)
        return text

    def _part(self, name: str, text: str) -> str:
        """Return a part of a sentence, which may be made of sentences of ours again."""
        if name == _SEVERAL:
            return _JOINT.join(map(self.translate, text.split(_JOINT)))
        return self.translate(text) if name in (_OURS, _REST) else text

    def __contains__(self, key: str) -> bool:
        return key in self._words


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of ours, each as a pattern with its key.

    Those that begin with words of their own come first, and of these the ones with the most; what begins with a part
    that is not known would else take a whole text for that part.
    """
    sentences: list[tuple[bool, int, str, str]] = []
    for key, phrase in words_of(USUAL).items():
        if key.startswith(_TOLD):
            parts = list(string.Formatter().parse(phrase))
            pattern = "".join(re.escape(text) + (_group(name) if name else "") for text, name, _, _ in parts)
            sentences.append((not parts[0][0], -sum(len(text) for text, _, _, _ in parts), pattern, key))
    return [(re.compile(pattern, re.DOTALL), key) for _, _, pattern, key in sorted(sentences)]


def _group(name: str) -> str:
    return f"(?P<{name}>.+?)" if name in _FREE else f"(?P<{name}>(?:(?!: ).)+?)"


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return every phrase of a language by its key, such as `connections.title`."""
    text = (files("genai_sdk.local.ui") / "words" / f"{language}.toml").read_text(encoding="utf-8")
    return {f"{part}.{key}": phrase for part, phrases in tomllib.loads(text).items() for key, phrase in phrases.items()}


def choose(wanted: str | None, accepted: str) -> str:
    """Return the language to speak.

    Args:
        wanted: What was chosen before, if anything.
        accepted: The Accept-Language header.
    """
    if wanted in LANGUAGES:
        return str(wanted)
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        if code in LANGUAGES:
            return code
    return USUAL
