"""Which language a command speaks: that of `--language`, else of GENAI_LANGUAGE, else of the terminal's locale."""

from collections.abc import Callable
from typing import Any

import click

from genai_sdk.translation import LANGUAGES, USUAL, language_of, translated

# Which of them counts: https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02
_LOCALES = ["LC_ALL", "LC_MESSAGES", "LANG"]

_OPTIONS = ("language", "locale_because")
_KEPT = "genai_sdk.cli."  # what a context's `meta` has them under


def language_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command what its language is read from."""
    named = click.option(
        "--language",
        type=click.Choice(list(LANGUAGES)),
        envvar="GENAI_LANGUAGE",
        is_eager=True,
        expose_value=False,
        callback=_keep,
        help="The language of help, messages and questions (GENAI_LANGUAGE): by default the locale's.",
    )
    given = click.option(
        "--locale-because", envvar=_LOCALES, is_eager=True, expose_value=False, callback=_keep, hidden=True
    )
    return named(given(command))


def language(ctx: click.Context | None = None) -> str:
    """Return the language of the command that runs, or of a context's."""
    ctx = ctx or click.get_current_context(silent=True)
    if ctx is None:
        return USUAL
    root = ctx.find_root()
    for option in root.command.params:
        if option.name in _OPTIONS:
            # Help is shown before options that only the environment gives have been read.
            found = root.meta.get(_KEPT + option.name) or option.value_from_envvar(root)
            if found:
                return language_of(str(found))
    return USUAL


def _keep(ctx: click.Context, option: click.Parameter, found: str | None) -> None:
    if found and option.name:
        ctx.meta[_KEPT + option.name] = found


def say(text: str) -> str:
    """Return a sentence of ours in the language of the command that runs; any other text as it is."""
    return translated(text, language()) if type(text) is not str else text
