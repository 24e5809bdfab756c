"""The sentences in other languages, by key; English is where each of them is made."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from genai_sdk.sentence import Sentence, placed

LANGUAGES: Mapping[str, str] = {"en": "English", "ko": "한국어"}
"""The languages there are, each by its own name."""

USUAL = "en"


def language_of(locale: str) -> str:
    """Return the language of a locale such as `ko_KR.UTF-8`; `USUAL` of one that has none of `LANGUAGES`."""
    code = locale.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else USUAL


def translated(text: str, language: str) -> str:
    """Return a sentence of ours in a language.

    A text that is none, such as a provider's words, stays as it is; so does one whose key or fields the
    catalogue does not know, as one that another version of the package stored.
    """
    if not isinstance(text, Sentence) or language == USUAL:
        return str(text)
    phrase = phrases(language).get(text.key)
    if phrase is None:
        return str(text)
    try:
        return phrase.format_map({name: placed(_translated(item, language)) for name, item in text.fields.items()})
    except (LookupError, ValueError, TypeError, AttributeError):
        return str(text)


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Return every sentence of a language by its key, such as `connection.no_region`."""
    import tomllib  # English needs neither
    from importlib.resources import files

    text = (files("genai_sdk.translation") / f"{language}.toml").read_text(encoding="utf-8")
    areas = tomllib.loads(text)
    return {f"{area}.{name}": phrase for area, rows in areas.items() for name, phrase in rows.items()}


def _translated(item: Any, language: str) -> Any:
    if isinstance(item, Sentence):
        return Sentence(translated(item, language), item.key)
    if isinstance(item, (list, tuple)):
        return [_translated(each, language) for each in item]
    return item
