import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_sdk.catalogue import REGION_PREFIXES, VENDOR_PREFIXES
from genai_sdk.models import ModelName, canonical, parse, same_model

PARTS = [
    ("GPT-4o", ModelName("gpt-4o")),
    ("gpt-4o-2024-08-06", ModelName("gpt-4o", date="20240806")),
    ("claude-sonnet-4-20250514", ModelName("claude-sonnet-4", date="20250514")),
    ("claude-sonnet-4@20250514", ModelName("claude-sonnet-4", date="20250514")),
    ("claude-3-5-sonnet-v2@20241022", ModelName("claude-3-5-sonnet", version="2", date="20241022")),
    ("claude-3-5-sonnet-latest", ModelName("claude-3-5-sonnet")),
    (
        "us.anthropic.claude-opus-4-1-20250805-v1:0",
        ModelName("claude-opus-4-1", region="us", vendor="anthropic", version="1:0", date="20250805"),
    ),
    ("us-gov.anthropic.claude-opus-5", ModelName("claude-opus-5", region="us-gov", vendor="anthropic")),
    ("openai.gpt-oss-120b-1:0", ModelName("gpt-oss-120b", vendor="openai", version="1:0")),
    ("models/gemini-2.5-flash", ModelName("gemini-2.5-flash")),
    ("ft:gpt-4o-2024-08-06:Acme:x-20250101", ModelName("ft:gpt-4o-2024-08-06:acme:x-20250101")),
    # Nothing else is a date, a version, a region or a vendor.
    ("gpt-4-0613", ModelName("gpt-4-0613")),
    ("gpt-4o-20241399", ModelName("gpt-4o-20241399")),
    ("gpt-4o@2024-08-06", ModelName("gpt-4o@2024-08-06")),
    ("claude-opus-4-6@default", ModelName("claude-opus-4-6@default")),
    ("gemini-2.0-flash-001", ModelName("gemini-2.0-flash-001")),
    ("deepseek-v3.2", ModelName("deepseek-v3.2")),
    ("anthropic.claude-3-sonnet-20240229-v1:0:28k", ModelName("claude-3-sonnet-20240229-v1:0:28k", vendor="anthropic")),
    ("usa.anthropic.x", ModelName("usa.anthropic.x")),
    ("meta-llama/Llama-3.1-8B-Instruct", ModelName("meta-llama/llama-3.1-8b-instruct")),
    # A part needs something that it is a part of.
    ("us.", ModelName("us.")),
    ("-latest", ModelName("-latest")),
    ("models/", ModelName("models/")),
    ("", ModelName("")),
]


@pytest.mark.parametrize(("name", "parts"), PARTS, ids=[name for name, _ in PARTS])
def test_a_name_comes_apart_into_what_it_says(name, parts):
    assert parse(name) == parts


@pytest.mark.parametrize("region", REGION_PREFIXES)
@pytest.mark.parametrize("vendor", VENDOR_PREFIXES)
def test_every_region_and_vendor_is_taken_off(region, vendor):
    assert parse(f"{region}.{vendor}.some-model") == ModelName("some-model", region=region, vendor=vendor)


@pytest.mark.parametrize(
    ("asked", "offered", "same"),
    [
        ("claude-sonnet-4", "us.anthropic.claude-sonnet-4-20250514-v1:0", True),
        ("us.anthropic.claude-sonnet-4", "us.anthropic.claude-sonnet-4-20250514-v1:0", True),
        ("claude-sonnet-4-20250514-v1", "us.anthropic.claude-sonnet-4-20250514-v1:0", True),
        ("claude-sonnet-4-latest", "claude-sonnet-4-20250514", True),
        ("eu.anthropic.claude-sonnet-4", "us.anthropic.claude-sonnet-4-20250514-v1:0", False),
        ("us.anthropic.claude-sonnet-4", "anthropic.claude-sonnet-4-20250514-v1:0", False),
        ("amazon.claude-sonnet-4", "anthropic.claude-sonnet-4", False),
        ("claude-sonnet-4-v2", "claude-sonnet-4-v1:0", False),
        ("claude-sonnet-4-v1:0", "claude-sonnet-4-v1", False),
        ("claude-sonnet-4-v1", "claude-sonnet-4-v10:0", False),
        ("claude-sonnet-4-20250514", "claude-sonnet-4", False),
        ("claude-sonnet-4-20250514", "claude-sonnet-4-20250601", False),
        # Equality, never prefix or substring.
        ("claude-opus-4", "claude-opus-4-1", False),
        ("gpt-4o", "gpt-4o-mini", False),
        ("gpt-4o-mini", "gpt-4o", False),
    ],
)
def test_what_a_name_says_must_be_equal_and_what_it_leaves_out_is_free(asked, offered, same):
    assert same_model(asked, offered) is same


def test_a_name_that_says_a_part_twice_is_only_itself():
    twice = "x-20240101-20250101"
    assert same_model(twice, twice)
    assert not same_model(twice, "x-20250101")
    assert same_model("x", twice)


prefixes = [f"{one}." for one in (*REGION_PREFIXES, *VENDOR_PREFIXES[:4])]
suffixes = ["-v1", "-v2:0", "-1:0", "-20250514", "@20241022", "-2024-08-06", "-latest"]
pieces = st.sampled_from([*prefixes, *suffixes, "models/", "ft:", "gpt-4o", "claude-3", "Ω", "İ", "\n"])
texts = st.one_of(st.text(max_size=30), st.lists(pieces, max_size=8).map("".join))


@given(texts)
def test_the_canonical_form_of_a_canonical_form_is_itself(name):
    assert canonical(canonical(name)) == canonical(name)


@given(texts)
def test_every_name_asks_for_itself(name):
    assert same_model(name, name)


@given(texts, texts, texts)
def test_asking_is_transitive(first, second, third):
    if same_model(first, second) and same_model(second, third):
        assert same_model(first, third)
