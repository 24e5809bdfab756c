"""Every phrase is there in both languages, and every phrase that a page uses is there."""

import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from genai_sdk.local.ui.language import LANGUAGES, choose, words_of

PAGES = Path(str(files("genai_sdk.local.ui")))
USED = re.compile(r"""\b(?:t|words)\(\s*(["'])([a-z_]+\.[a-z_0-9]+)\1\s*[,)]""")


def test_the_languages_have_the_same_phrases():
    assert set(words_of("en")) == set(words_of("ko"))


def test_the_languages_leave_the_same_places_open():
    def places(phrase):
        return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}

    english, korean = words_of("en"), words_of("ko")
    assert {key: places(english[key]) for key in english} == {key: places(korean[key]) for key in korean}


def test_every_phrase_that_a_page_uses_is_there():
    used = {
        key
        for path in [*PAGES.rglob("*.html"), *PAGES.rglob("*.py")]
        for _, key in USED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(used) > 50
    assert used - set(words_of("en")) == set()


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [("ko", "en", "ko"), (None, "fr,ko-KR;q=0.8", "ko"), ("xx", "", "en"), (None, "fr", "en")],
)
def test_the_language_is_the_chosen_one_else_the_browsers(wanted, accepted, chosen):
    assert choose(wanted, accepted) == chosen
    assert chosen in LANGUAGES
