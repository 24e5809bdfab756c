from datetime import UTC, datetime

import pytest

from genai_sdk.catalogue import ProjectPrices, cost_of, costs_of
from genai_sdk.types import Usage

NOW = datetime(2026, 11, 28, tzinfo=UTC)
K = Usage(prompt_tokens=1_000, completion_tokens=1_000)


def definition(**changed):
    """A row as a Langfuse 4.16 answers it."""
    prices = changed.pop("prices", {"input": 1e-6, "output": 2e-6})
    return {
        "id": "cmx02v6il0005267di2itx4lw",
        "createdAt": "2026-11-28T07:17:21.213Z",
        "modelName": "house-gpt-2",
        "matchPattern": "(?i)^(house-gpt-2)$",
        "startDate": None,
        "unit": "TOKENS",
        "inputPrice": prices.get("input"),
        "outputPrice": prices.get("output"),
        "totalPrice": None,
        "prices": {kind: {"price": price} for kind, price in prices.items()},
        "isLangfuseManaged": False,
        "pricingTiers": [
            {"id": "t", "name": "Standard", "isDefault": True, "priority": 0, "conditions": [], "prices": prices}
        ],
        **changed,
    }


def price(*rows, model="house-gpt-2", at=NOW):
    return ProjectPrices.read(rows).price_of(model, at)


def test_a_definition_of_the_project_prices_what_its_pattern_matches():
    assert costs_of(price(definition()), K) == {"input": 0.001, "output": 0.002, "total": 0.003}
    assert cost_of(price(definition(), model="HOUSE-GPT-2"), K) == 0.003
    assert price(definition(), model="house-gpt-20") is None
    assert price(definition()).source == "project"


def test_langfuses_own_definitions_are_left_out():
    assert price(definition(isLangfuseManaged=True)) is None


def test_older_servers_answer_without_tiers():
    row = definition()
    del row["pricingTiers"]
    assert cost_of(price(row), K) == 0.003
    del row["prices"]
    assert cost_of(price(row), K) == 0.003


def test_kinds_have_langfuses_names():
    row = definition(
        prices={
            "input": 1e-6,
            "input_cached_tokens": 1e-7,
            "input_cache_creation": 2e-6,
            "input_cache_creation_1h": 3e-6,
            "output": 4e-6,
            "output_reasoning_tokens": 5e-6,
        }
    )
    usage = Usage.from_dict(
        {
            "prompt_tokens": 1_000,
            "completion_tokens": 1_000,
            "prompt_tokens_details": {
                "cached_tokens": 100,
                "cache_creation_tokens": 200,
                "cache_creation_token_details": {"ephemeral_1h_input_tokens": 50},
            },
            "completion_tokens_details": {"reasoning_tokens": 400},
        }
    )
    costs = costs_of(price(row), usage)
    assert {kind: costs[kind] for kind in costs if kind != "total"} == {
        "input": 0.0007,
        "cached": 0.00001,
        "written": 0.00045,
        "output": 0.0024,
        "reasoning": 0.002,
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"unit": "CHARACTERS"},
        {"pricingTiers": [{"conditions": [{"usageDetailPattern": "input", "operator": "gt", "value": 200_000}]}]},
        {"pricingTiers": [{"conditions": [], "prices": {"input": 1e-6}}, {"conditions": [1], "prices": {}}]},
        {"prices": {"input": 1e-6, "a kind of next year": 1e-6}},
        {"prices": {"input": -1e-6}},
        {"prices": {"input": "a lot"}},
        {"prices": {}},
    ],
)
def test_what_is_not_understood_is_unknown_and_nobody_elses_price_holds(changed):
    row = definition(modelName="gpt-4o-mini", matchPattern="^gpt-4o-mini$", **changed)
    project = ProjectPrices.read([row])
    found = project.price_of("gpt-4o-mini", NOW)
    assert found.unknown
    assert cost_of(found, K) is None


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "not understood"),
        ("^(a+)+$", "for ever|forever"),
        ("x" * 1_001, "more than 1000 characters"),
        ("[[=a=]]", "not understood"),
        ("", "no match pattern"),
        (None, "no match pattern"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_ignored_with_a_warning(pattern, words):
    project = ProjectPrices.read([definition(matchPattern=pattern), definition()])
    assert len(project.warnings) == 1
    assert "'house-gpt-2'" in project.warnings[0]
    assert any(word in project.warnings[0] for word in words.split("|"))
    assert cost_of(project.price_of("house-gpt-2", NOW), K) == 0.003


def test_classes_of_postgresql_are_understood():
    assert cost_of(price(definition(matchPattern="^house-[[:alpha:]]+-[[:digit:]]$")), K) == 0.003


def test_the_definition_that_started_last_holds():
    old = definition(prices={"input": 9e-6, "output": 9e-6})
    since = definition(startDate="2026-11-01T00:00:00.000Z")
    later = definition(startDate="2027-01-01T00:00:00.000Z", prices={"input": 5e-6, "output": 5e-6})
    assert cost_of(price(old, since, later), K) == 0.003
    assert cost_of(price(old, since, later, at=datetime(2026, 10, 1, tzinfo=UTC)), K) == pytest.approx(0.018)
    assert cost_of(price(old, since, later, at=datetime(2027, 2, 1, tzinfo=UTC)), K) == pytest.approx(0.01)


def test_a_tier_that_the_project_has_no_price_for_is_unknown():
    assert cost_of(price(definition()), K, service_tier="default") == 0.003
    assert cost_of(price(definition()), K, service_tier="flex") is None


def test_rows_that_are_none_are_ignored():
    assert ProjectPrices.read([{}, {"isLangfuseManaged": False}]).definitions == ()
