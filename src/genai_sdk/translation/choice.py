"""Which language a reader wants. Pure."""

from collections.abc import Mapping

from genai_sdk.translation.catalogue import LANGUAGES, USUAL

_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # in this order: POSIX.1-2024, Base Definitions, 8.2


def chosen(environ: Mapping[str, str], wanted: str | None = None) -> str:
    """Return the language for a terminal.

    Args:
        environ: The environment.
        wanted: What was asked for, one of `LANGUAGES`; it comes before GENAI_LANGUAGE, which comes before the locale.
    """
    asked = wanted or environ.get("GENAI_LANGUAGE", "").strip()
    locale = asked or next((text for name in _LOCALES if (text := environ.get(name, ""))), "")
    code = locale.lower().replace("-", "_").partition("_")[0].partition(".")[0]
    return code if code in LANGUAGES else USUAL
