import datetime

import pytest

from genai_sdk.catalogue import (
    ADAPTERS,
    DEFAULT_MODELS,
    PREFIXES,
    REGION_PREFIXES,
    VENDOR_PREFIXES,
    facts_of,
    family_of,
    own_profiles,
    retired,
    table_date,
)
from genai_sdk.catalogue.model_table import GONE
from genai_sdk.models import canonical, parse


def test_every_adapter_has_a_list_and_azures_and_bedrocks_are_empty():
    assert set(DEFAULT_MODELS) == set(ADAPTERS)
    assert not DEFAULT_MODELS["azure"]
    assert not DEFAULT_MODELS["bedrock"]


@pytest.mark.parametrize("adapter", DEFAULT_MODELS)
def test_every_default_model_belongs_to_a_family_at_home_there(adapter):
    row = ADAPTERS[adapter]
    for model in DEFAULT_MODELS[adapter]:
        assert family_of(canonical(model)) in row.home_of + row.home_if_named, model


@pytest.mark.parametrize("adapter", DEFAULT_MODELS)
def test_no_default_model_is_listed_twice_and_all_are_in_lower_case(adapter):
    ids = DEFAULT_MODELS[adapter]
    assert len(set(ids)) == len(ids)
    assert list(ids) == [one.lower() for one in ids]


@pytest.mark.parametrize("adapter", DEFAULT_MODELS)
def test_what_is_retired_is_no_default_model(adapter):
    assert not retired(adapter) & set(DEFAULT_MODELS[adapter])


def test_a_model_is_retired_half_a_year_after_its_end():
    made = datetime.date.fromisoformat(table_date())
    for adapter in DEFAULT_MODELS:
        for model in (*DEFAULT_MODELS[adapter], *retired(adapter)):
            facts = facts_of(adapter, model)
            ended = facts is not None and facts.ends is not None and made - facts.ends >= GONE
            assert (model in retired(adapter)) == ended, (adapter, model)
    assert {"gpt-4-32k", "o1-mini"} <= retired("openai")
    assert "gpt-4" not in retired("openai")


@pytest.mark.parametrize("adapter", DEFAULT_MODELS)
def test_no_two_default_models_answer_to_one_name(adapter):
    names = [parse(model) for model in DEFAULT_MODELS[adapter]]
    living = [(name.canonical, name.date) for name in names]
    assert len(set(living)) == len(living)


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("gpt-4o", "gpt"),
        ("chatgpt-4o", "gpt"),
        ("o1", "gpt"),
        ("o4-mini", "gpt"),
        ("text-embedding-3-small", "gpt"),
        ("text-embedding-ada-002", "gpt"),
        ("dall-e-3", "gpt"),
        ("whisper-1", "gpt"),
        ("tts-1", "gpt"),
        ("ft:gpt-4o:acme", "gpt"),
        ("gemini-2.5-pro", "gemini"),
        ("text-embedding-004", "gemini"),
        ("text-multilingual-embedding-002", "gemini"),
        ("imagen-4", "gemini"),
        ("veo-3", "gemini"),
        ("claude-sonnet-4", "claude"),
        ("gpt-oss-120b", None),
        ("my-gpt-4o", None),
        ("openai/gpt-4o", None),
        ("opus", None),
        ("o\N{ARABIC-INDIC DIGIT ONE}", None),
        ("claude", None),
        ("text-davinci-003", None),
        ("", None),
    ],
)
def test_a_family_is_told_by_how_the_name_begins(name, family):
    assert family_of(name) == family


@pytest.mark.parametrize(
    ("region", "profiles"),
    [
        ("us-east-1", ("us",)),
        ("us-gov-west-1", ("us-gov",)),
        ("eu-central-1", ("eu",)),
        ("ca-central-1", ("ca",)),
        ("ap-northeast-1", ("jp", "apac")),
        ("ap-northeast-3", ("jp", "apac")),
        ("ap-southeast-2", ("au", "apac")),
        ("ap-southeast-4", ("au", "apac")),
        ("ap-northeast-2", ("apac",)),
        ("sa-east-1", ()),
        ("us", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_a_region_belongs_to_its_profiles_the_narrowest_first(region, profiles):
    assert own_profiles(region) == profiles
    assert set(profiles) <= set(REGION_PREFIXES)


def test_no_prefix_of_a_vendor_is_one_of_a_region():
    assert not set(REGION_PREFIXES) & set(VENDOR_PREFIXES)
    assert not set(REGION_PREFIXES) & set(PREFIXES)
