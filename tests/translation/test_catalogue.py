"""English stands where a sentence is made, Korean in the catalogue: both have the same keys and the same places."""

import json
import os
import pickle
import re
import subprocess
import sys

import pytest
from tests.translation.page import PAGE, page
from tests.translation.sentences import ROOT, places, sentences

from genai_sdk.errors import ConfigurationError, GenAIError
from genai_sdk.sentence import Sentence, from_data, to_data
from genai_sdk.translation import language_of, phrases, translated

MADE = list(sentences())
KOREAN = phrases("ko")


def test_every_sentence_is_written_out_where_it_is_made():
    assert [each.where for each in MADE if each.key is None or each.template is None] == []
    assert len(MADE) > 300


def test_a_key_names_an_area_and_what_is_said():
    assert [each for each in MADE if not re.fullmatch(r"[a-z]+\.[a-z][a-z0-9_]*", each.key or "")] == []


def test_a_key_stands_for_one_sentence():
    english: dict[str, str] = {}
    assert [each.where for each in MADE if english.setdefault(each.key, each.template) != each.template] == []


def test_the_page_of_keys_has_all_of_them():
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.translation.page writes it"


def test_fields_fill_the_places_of_a_sentence_and_no_others():
    assert [each for each in MADE if each.fields is not None and each.fields != places(each.template)] == []


def test_every_sentence_is_there_in_korean_and_no_other():
    assert sorted({each.key for each in MADE} ^ set(KOREAN)) == []


def test_korean_has_the_places_of_the_english():
    assert [each.key for each in MADE if places(KOREAN[each.key]) != places(each.template)] == []


def test_korean_is_korean():
    def says_something(text: str) -> bool:
        return bool(re.search(r"[a-z]{4}", re.sub(r"\{\{?[^{}]*\}?\}", "", text)))

    foreign = [
        each.key for each in MADE if says_something(each.template) and not re.search("[가-힣]", KOREAN[each.key])
    ]
    assert foreign == []


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ko", "ko"),
        ("ko_KR.UTF-8", "ko"),
        ("ko-KR", "ko"),
        ("KO.utf8", "ko"),
        ("C.UTF-8", "en"),
        ("fr_FR", "en"),
        ("", "en"),
    ],
)
def test_a_locale_has_a_language(locale, language):
    assert language_of(locale) == language


REFUSED = Sentence.of(
    "provider.answered",
    "{deployment} answered {status}: {reason}{hint}",
    deployment="seoul/gpt-6-sol",
    status=400,
    reason="its secret is {odd}",
    hint=Sentence.of("hint.aside", " ({hint})", hint=Sentence.of("hint.secret", "check the connection's secret")),
)


def test_a_sentence_is_its_english():
    assert REFUSED == "seoul/gpt-6-sol answered 400: its secret is {odd} (check the connection's secret)"
    assert type(str(REFUSED)) is str


def test_a_sentence_says_the_same_in_korean_and_leaves_the_words_of_others():
    said = "seoul/gpt-6-sol의 응답 400: its secret is {odd} (연결의 키를 확인하세요)"
    assert translated(REFUSED, "ko") == said
    assert translated(REFUSED, "en") == str(REFUSED)
    assert translated("answered by nobody", "ko") == "answered by nobody"


def test_a_sentence_survives_storage_and_another_process():
    stored = json.loads(json.dumps(to_data(REFUSED)))
    assert stored["key"] == "provider.answered"
    for again in (from_data(str(REFUSED), stored), pickle.loads(pickle.dumps(REFUSED))):
        assert again == REFUSED
        assert translated(again, "ko") == translated(REFUSED, "ko")


@pytest.mark.parametrize("stored", [None, [], "x", {}, {"key": 1, "fields": {}}, {"key": "provider.answered"}])
def test_what_was_stored_without_a_key_is_its_text(stored):
    assert translated(from_data("it broke", stored), "ko") == "it broke"


@pytest.mark.parametrize(
    "stored",
    [
        {"key": "provider.of_tomorrow", "fields": {}},
        {"key": "provider.answered", "fields": {"deployment": "x"}},
        {"key": "deadline.within", "fields": {"deployment": "x", "option": "o", "seconds": "?", "left": "?"}},
    ],
)
def test_a_sentence_of_another_version_is_shown_in_english(stored):
    assert translated(from_data("it broke", stored), "ko") == "it broke"


def test_several_stand_in_one_place_with_the_joint_of_the_language():
    tie = Sentence.of(
        "models.tie",
        "{name!r} fits several models of connection {connection!r}: ask for {choices: or }",
        name="a",
        connection="b",
        choices=["b/c", "b/d"],
    )
    assert tie == "'a' fits several models of connection 'b': ask for b/c or b/d"
    assert translated(tie, "ko").endswith("b/c, b/d")


def test_secrets_are_taken_out_of_every_field():
    clean = REFUSED.changed(lambda text: text.replace("odd", "***"))
    assert "odd" not in repr((str(clean), clean.fields, translated(clean, "ko")))
    assert clean.key == REFUSED.key


def test_an_error_has_the_key_and_fields_of_its_sentence():
    error = ConfigurationError(REFUSED)
    assert (error.key, error.fields["status"], str(error)) == ("provider.answered", 400, str(REFUSED))
    assert (GenAIError("x").key, GenAIError().key, dict(GenAIError("x").fields)) == ("", "", {})


def test_english_loads_no_translation():
    code = "import sys, genai_sdk; genai_sdk.GenAIClient; assert 'genai_sdk.translation' not in sys.modules"
    environ = {**os.environ, "PYTHONPATH": str(ROOT.parent)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environ, timeout=60)
