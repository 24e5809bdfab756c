import datetime
import json

import msgspec
import pytest
from pricelist import plausible
from pricelist.making import make

from genai_sdk.catalogue import ADAPTERS, DEFAULT_MODELS, end_of_life, facts_of, table_date
from genai_sdk.catalogue.model_table import TableRow, rows

LISTED = {
    "mode": "chat",
    "litellm_provider": "openai",
    "input_cost_per_token": 1e-6,
    "output_cost_per_token": 4e-6,
    "cache_read_input_token_cost": 1e-7,
    "input_cost_per_token_flex": 5e-7,
    "output_cost_per_token_flex": 2e-6,
    "cache_read_input_token_cost_flex": 5e-8,
    "max_input_tokens": 1_000,
    "max_output_tokens": 500,
    "supports_vision": True,
    "supports_sampling_params": False,
    "deprecation_date": "2027-01-14",
    "deprecation_source": "https://vendor.example/ends",
}


def made(**changed):
    table, notes = make({"m": {**LISTED, **changed}}, {"models": [], "ends": []}, made="2026-11-28", version="1")
    models = json.loads(table)["models"]
    return models.get("openai", {}).get("m"), notes


def test_a_row_of_the_list_becomes_one_of_ours_in_dollars_a_million():
    row, notes = made()
    assert row == {
        "rates": {"input": 1, "cached": 0.1, "output": 4},
        "tiers": {"flex": 0.5},
        "window": 1_000,
        "output": 500,
        "takes": 0,
        "refuses": 1,
        "ends": "2027-01-14",
        "source": 0,
    }
    assert notes == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"input_cost_per_token": -1e-6}, "below zero"),
        ({"input_cost_per_token": 1.0, "output_cost_per_token": 4.0}, "dollars a million tokens"),
        ({"input_cost_per_token": 1e-12, "output_cost_per_token": 4e-11}, "only"),
        ({"input_cost_per_token": 4e-6, "output_cost_per_token": 1e-6}, "costs more than its output"),
        ({"output_cost_per_token": 4e-3}, "dollars a million tokens"),
        ({"cache_read_input_token_cost": 2e-6}, "read from the cache"),
        ({"cache_creation_input_token_cost": 9e-6}, "written to the cache"),
        ({"input_cost_per_token_above_200k_tokens": 5e-7}, "above 200000 cost less"),
    ],
)
def test_a_price_that_cannot_be_is_left_out_and_said(changed, words):
    row, notes = made(**changed)
    assert "rates" not in row
    assert row["ends"] == "2027-01-14"
    assert words in notes[0]


def test_an_end_or_a_window_that_cannot_be_is_left_out_and_said():
    row, notes = made(deprecation_date="2206-01-01", max_input_tokens=10**9)
    assert "ends" not in row
    assert "window" not in row
    assert row["rates"]
    assert [note.split(": ", 1)[1] for note in notes] == [
        "its window 1000000000",
        "its ends 2206-01-01",
        "has no window",
    ]


def test_zeros_are_no_prices():
    assert "rates" not in made(input_cost_per_token=0, output_cost_per_token=0)[0]


def test_a_tier_that_lacks_a_price_the_model_has_elsewhere_keeps_it_apart():
    row, _ = made(cache_read_input_token_cost_flex=None)
    assert row["tiers"] == {"flex": {"rates": {"input": 0.5, "output": 2}}}


def test_what_is_kept_by_hand_fills_what_the_list_lacks():
    addition = {
        "adapter": "anthropic",
        "names": ["claude-of-old"],
        "rates": {"input": 3, "output": 15},
        "window": 9,
        "output": 8,
        "takes": "tools",
        "source": "https://vendor.example/prices",
        "read": datetime.date(2026, 11, 28),
    }
    ends = {
        "adapter": "anthropic",
        "on": {"2025-07-21": "claude-of-old claude-without-price"},
        "source": "https://vendor.example/ends",
        "read": datetime.date(2026, 11, 28),
    }
    additions = {"models": [addition], "ends": [ends]}
    table = json.loads(make({}, additions, made="2026-11-28", version="1")[0])
    rows = table["models"]["anthropic"]
    assert rows["claude-of-old"]["rates"] == {"input": 3, "output": 15}
    assert {name: row["ends"] for name, row in rows.items()} == dict.fromkeys(rows, "2025-07-21")
    assert set(rows) == {"claude-of-old", "claude-without-price"}
    assert [table["sources"][row["source"]] for row in rows.values()] == [
        "https://vendor.example/ends, read 2026-11-28"
    ] * 2


def test_every_row_of_the_table_is_plausible():
    seen = 0
    for adapter, model, row in rows():
        assert adapter in ADAPTERS
        assert not row.rates or not list(plausible.faults(row)), (adapter, model)
        assert not list(plausible.oddities(row)), (adapter, model)
        assert msgspec.json.decode(msgspec.json.encode(row), type=TableRow) == row
        seen += 1
    assert seen > 800


def test_every_model_that_adapters_offer_by_themselves_is_in_the_table():
    missing = {
        (adapter, model)
        for adapter, models in DEFAULT_MODELS.items()
        for model in models
        if facts_of(adapter, model) is None
    }
    assert missing <= {("google-vertex-ai", "gemini-embedding-2")}


def test_facts_have_a_window_what_is_taken_and_the_end_with_its_source():
    facts = facts_of("openai", "gpt-5")
    assert facts.window == 272_000
    assert {"vision", "tools", "reasoning", "json_schema"} <= facts.takes
    assert facts.ends == datetime.date(2026, 12, 11)
    assert facts.source.startswith("https://")
    assert "sampling" in facts_of("anthropic", "claude-opus-5-5").refuses


@pytest.mark.parametrize(
    ("model", "day"),
    [("gpt-4o", "2027-01-14"), ("gpt-4o-mini", "2027-01-14"), ("gpt-4.1", "2027-01-14"), ("gpt-5-mini", "2026-12-11")],
)
def test_an_end_is_told_when_it_is_near_or_past(model, day):
    end = datetime.date.fromisoformat(day)
    assert end_of_life("openai", model, datetime.date(2026, 11, 28)) == end
    assert end_of_life("openai", model, datetime.date(2028, 1, 1)) == end
    assert end_of_life("openai", model, datetime.date(2026, 1, 1)) is None
    # Who serves a model of that name ends it when they like.
    house = {"base_url": "http://house.example/v1"}
    assert end_of_life("openai", model, datetime.date(2026, 11, 28), **house) is None


def test_the_table_says_its_day():
    assert datetime.date.fromisoformat(table_date()) >= datetime.date(2026, 11, 28)
