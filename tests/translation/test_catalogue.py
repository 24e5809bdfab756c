"""English stands where a sentence is made, Korean in the catalogue: both have the same keys and the same places."""

import re

from tests.translation.sentences import places, sentences

from genai_sdk.translation import phrases

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
