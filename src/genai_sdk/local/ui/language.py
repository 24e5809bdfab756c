"""The pages' own words, in English and Korean; the sentences of errors are `genai_sdk.translation`'s."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from genai_sdk.translation import LANGUAGES, USUAL, translated


class Words:
    """One language's words.

    Args:
        language: One of `genai_sdk.translation.LANGUAGES`.
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
        """Return a sentence of ours in this language; any other text, such as a provider's words, stays as it is."""
        return translated(text, self.language)

    def __contains__(self, key: str) -> bool:
        return key in self._words


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
