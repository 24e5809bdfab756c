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
_OURS = frozenset({"why", "rest"})  # parts of a sentence that are sentences of ours again
_SEVERAL, _JOINT = frozenset({"rows"}), "; "  # and several of them
_LONGEST = 4_000  # characters; longer texts are somebody else's


class Words:
    """One language's words.

    Args:
        language: One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = words_of(language)

    def __call__(self, key: str, **given: object) -> str:
        """Return a phrase, with what is given in place of `{names}`.

        Raises:
            KeyError: There is no such phrase; a test looks for that.
        """
        phrase = self._words[key]
        return phrase.format(**given) if given else phrase

    def told(self, text: str) -> str:
        """Return a sentence of ours in this language; what is not ours, such as a provider's words, stays as it is."""
        if self.language == USUAL or len(text) > _LONGEST:
            return text
        for sentence, key in _sentences():
            if found := sentence.fullmatch(text):
                return self(key, **{name: self._part(name, part) for name, part in found.groupdict().items()})
        return text

    def _part(self, name: str, text: str) -> str:
        """Return a part of a sentence, which may be made of sentences of ours again."""
        if name in _SEVERAL:
            return _JOINT.join(map(self.told, text.split(_JOINT)))
        return self.told(text) if name in _OURS else text

    def __contains__(self, key: str) -> bool:
        return key in self._words


@cache
def _sentences() -> list[tuple[re.Pattern[str], str]]:
    """Return the sentences of ours, each as a pattern with its key, the ones with the most text of their own first."""
    found: list[tuple[int, re.Pattern[str], str]] = []
    for key, phrase in words_of(USUAL).items():
        if key.startswith(_TOLD):
            parts = list(string.Formatter().parse(phrase))
            pattern = "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, _, _ in parts)
            found.append((sum(len(text) for text, _, _, _ in parts), re.compile(pattern, re.DOTALL), key))
    return [(pattern, key) for _, pattern, key in sorted(found, key=lambda each: -each[0])]


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
