"""Our prices against litellm's own calculation, wherever the installed list says what our table says. Slow: it imports
litellm."""

import importlib.util
import json
import pathlib
import warnings

import pytest
from pricelist.reading import Numbers, read

from genai_sdk.catalogue import cost_of, price_of
from genai_sdk.catalogue.model_table import rows as table
from genai_sdk.types import Usage

# litellm's providers: our adapter, litellm's name for it, and what precedes the model id in the list's keys.
PROVIDERS = {
    "openai": ("openai", "openai", ""),
    "azure": ("azure", "azure", "azure/"),
    "anthropic": ("anthropic", "anthropic", ""),
    "bedrock": ("bedrock", "bedrock", ""),
    "bedrock_converse": ("bedrock", "bedrock", ""),
    "gemini": ("google-ai-studio", "gemini", "gemini/"),
    "vertex_ai-language-models": ("google-vertex-ai", "vertex_ai", ""),
    "vertex_ai-embedding-models": ("google-vertex-ai", "vertex_ai", ""),
    "vertex_ai-anthropic_models": ("google-vertex-ai", "vertex_ai", "vertex_ai/"),
    "vertex_ai": ("google-vertex-ai", "vertex_ai", "vertex_ai/"),
}

USAGES = {
    "plain": {"prompt_tokens": 1_000, "completion_tokens": 100},
    "cached": {"prompt_tokens": 1_000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 400}},
    "written": {
        "prompt_tokens": 1_000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 200, "cache_creation_tokens": 300},
    },
    "kept for an hour": {
        "prompt_tokens": 1_000,
        "completion_tokens": 100,
        "prompt_tokens_details": {
            "cached_tokens": 0,
            "cache_creation_tokens": 300,
            "cache_creation_token_details": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
        },
    },
    "audio": {
        "prompt_tokens": 1_000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 600},
        "completion_tokens_details": {"audio_tokens": 60},
    },
    "cached audio": {
        "prompt_tokens": 1_000,
        "completion_tokens": 100,
        "prompt_tokens_details": {"cached_tokens": 700, "audio_tokens": 600},
    },
    "reasoning": {
        "prompt_tokens": 1_000,
        "completion_tokens": 900,
        "completion_tokens_details": {"reasoning_tokens": 800},
    },
    "image out": {
        "prompt_tokens": 1_000,
        "completion_tokens": 900,
        "completion_tokens_details": {"image_tokens": 800},
    },
    "above 128k": {"prompt_tokens": 150_000, "completion_tokens": 900},
    "above 200k": {
        "prompt_tokens": 250_000,
        "completion_tokens": 900,
        "prompt_tokens_details": {"cached_tokens": 100_000},
    },
    "above 272k": {
        "prompt_tokens": 300_000,
        "completion_tokens": 900,
        "prompt_tokens_details": {"cached_tokens": 100_000, "cache_creation_tokens": 1_000},
    },
}


@pytest.fixture(scope="module")
def litellm():
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        patch.setenv("LITELLM_MODE", "PRODUCTION")
        import litellm

        yield litellm


@pytest.fixture(scope="module")
def rows():
    folder = importlib.util.find_spec("litellm").submodule_search_locations[0]
    return json.loads((pathlib.Path(folder) / "model_prices_and_context_window_backup.json").read_text())


@pytest.fixture(scope="module")
def models(rows):
    """Every model whose prices are those of our table: the installed list is an older one."""
    ours = {(adapter, model): row for adapter, model, row in table()}
    found = []
    for key, row in rows.items():
        if row.get("litellm_provider") in PROVIDERS and row.get("mode") in ("chat", "embedding"):
            adapter, provider, prefix = PROVIDERS[row["litellm_provider"]]
            model = key.removeprefix(prefix)
            mine = ours.get((adapter, model))
            if mine is not None and key.startswith(prefix) and mine.rates:
                theirs = read(row, Numbers(), key)
                if all(getattr(mine, name) == getattr(theirs, name) for name in ("rates", "above", "tiers", "times")):
                    found.append((adapter, provider, model, row))
    return found


@pytest.mark.parametrize("kind", USAGES)
def test_a_call_costs_what_litellm_says(kind, litellm, models):
    usage = USAGES[kind]
    ours, theirs = Usage.from_dict(usage), litellm.Usage(**usage)
    compared, wrong = 0, []
    for adapter, provider, model, row in models:
        mine = cost_of(price_of(adapter, model), ours)
        if mine is None:
            # Sound or pictures that a model gives back have no price where they have none of their own.
            assert kind in ("audio", "image out") or not (
                row.get("input_cost_per_token") and row.get("output_cost_per_token")
            ), model
            continue
        if kind == "kept for an hour" and adapter == "openai":
            continue  # OpenAI keeps for 30 minutes or 12 hours, and has a price for that; litellm knows hours alone
        their = sum(litellm.cost_per_token(model=model, custom_llm_provider=provider, usage_object=theirs))
        compared += 1
        if mine != pytest.approx(their, rel=1e-9):
            wrong.append((adapter, model, mine, their))
    assert compared > (0 if kind in ("audio", "image out") else 400)
    assert wrong == []


@pytest.mark.parametrize("tier", ["flex", "priority"])
def test_another_class_of_service_costs_what_litellm_says(tier, litellm, models):
    usage = USAGES["above 272k"]
    ours, theirs = Usage.from_dict(usage), litellm.Usage(**usage)
    wrong = []
    for adapter, provider, model, row in models:
        if f"input_cost_per_token_{tier}" not in row or provider not in ("openai", "gemini"):
            continue
        mine = cost_of(price_of(adapter, model), ours, service_tier=tier)
        if mine is None:  # the tier is not listed for prompts so long; litellm takes what short ones cost
            continue
        their = sum(
            litellm.cost_per_token(model=model, custom_llm_provider=provider, usage_object=theirs, service_tier=tier)
        )
        if mine != pytest.approx(their, rel=1e-9):
            wrong.append((adapter, model, mine, their))
    assert wrong == []


def test_a_location_of_vertex_ai_costs_what_litellm_says(litellm, models):
    usage = USAGES["plain"]
    ours, theirs = Usage.from_dict(usage), litellm.Usage(**usage)
    uplifted = 0
    for adapter, provider, model, row in models:
        if adapter != "google-vertex-ai" or not row.get("input_cost_per_token"):
            continue
        for location in (None, "global", "asia-northeast3"):
            # litellm's own default is us-central1; here a connection without a location is at `global`, as in Langfuse.
            their = litellm.cost_per_token(
                model=model, custom_llm_provider=provider, usage_object=theirs, vertex_location=location or "global"
            )
            assert cost_of(price_of(adapter, model, region=location), ours) == pytest.approx(sum(their)), model
        uplifted += "regional_endpoint_uplift_multiplier" in row
    assert uplifted
