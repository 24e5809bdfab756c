import subprocess
import sys

import pytest

from genai_sdk.catalogue import PriceRow, cost_of, price_of
from genai_sdk.types import Usage

ROW = {
    "input_cost_per_token": 1e-6,
    "output_cost_per_token": 4e-6,
    "cache_read_input_token_cost": 1e-7,
    "cache_creation_input_token_cost": 2e-6,
    "cache_creation_input_token_cost_above_1hr": 3e-6,
    "input_cost_per_audio_token": 5e-6,
    "output_cost_per_reasoning_token": 7e-6,
    "input_cost_per_token_above_128k_tokens": 2e-6,
    "output_cost_per_token_above_128k_tokens": 8e-6,
    "input_cost_per_token_above_200k_tokens": 3e-6,
    "input_cost_per_token_flex": 5e-7,
    "search_context_cost_per_query": {"search_context_size_low": 0.01},
    "litellm_provider": "openai",
}


def cost(usage, row=ROW, **how):
    return cost_of(PriceRow.read(row, **how), Usage.from_dict(usage))


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        ({"prompt_tokens": 1_000, "completion_tokens": 100}, 1_000e-6 + 400e-6),
        ({"prompt_tokens": 1_000}, 1_000e-6),
        (
            {"prompt_tokens": 1_000, "prompt_tokens_details": {"cached_tokens": 400, "cache_creation_tokens": 100}},
            500e-6 + 40e-6 + 200e-6,
        ),
        (
            {
                "prompt_tokens": 1_000,
                "prompt_tokens_details": {
                    "cache_creation_tokens": 100,
                    "cache_creation_token_details": {"ephemeral_1h_input_tokens": 60},
                },
            },
            900e-6 + 40 * 2e-6 + 60 * 3e-6,
        ),
        ({"prompt_tokens": 1_000, "prompt_tokens_details": {"audio_tokens": 600}}, 400e-6 + 3_000e-6),
        ({"completion_tokens": 100, "completion_tokens_details": {"reasoning_tokens": 80}}, 80e-6 + 560e-6),
        # The rates of long prompts hold for the whole call, from the first token.
        ({"prompt_tokens": 128_000, "completion_tokens": 100}, 0.128 + 400e-6),
        ({"prompt_tokens": 128_001, "completion_tokens": 100}, 128_001 * 2e-6 + 800e-6),
        ({"prompt_tokens": 200_001, "completion_tokens": 100}, 200_001 * 3e-6 + 400e-6),
    ],
)
def test_every_kind_of_token_has_its_price(usage, dollars):
    assert cost(usage) == pytest.approx(dollars)


def test_cached_tokens_without_a_price_of_their_own_cost_as_others():
    row = {"input_cost_per_token": 1e-6, "output_cost_per_token": 4e-6}
    usage = {"prompt_tokens": 1_000, "prompt_tokens_details": {"cached_tokens": 400, "cache_creation_tokens": 100}}
    assert cost(usage, row) == pytest.approx(1_000e-6)


def test_counts_that_overlap_are_not_paid_for_twice():
    usage = {"prompt_tokens": 1_000, "prompt_tokens_details": {"cached_tokens": 700, "audio_tokens": 600}}
    assert cost(usage) == pytest.approx(700e-7 + 300 * 5e-6)


def test_a_class_of_service_has_its_own_prices_where_they_are_listed():
    assert cost({"prompt_tokens": 1_000, "completion_tokens": 100}, service_tier="flex") == pytest.approx(900e-6)
    assert cost({"prompt_tokens": 1_000}, service_tier="default") == pytest.approx(1_000e-6)


@pytest.mark.parametrize(
    ("row", "usage"),
    [
        ({"output_cost_per_token": 4e-6}, {"prompt_tokens": 1, "completion_tokens": 1}),
        ({"input_cost_per_token": 1e-6}, {"prompt_tokens": 1, "completion_tokens": 1}),
        ({"input_cost_per_token": 0, "output_cost_per_token": 0.0}, {"prompt_tokens": 1, "completion_tokens": 1}),
        (ROW, {}),
        (ROW, {"total_tokens": 7}),
    ],
)
def test_an_unknown_cost_is_none_and_never_zero(row, usage):
    assert cost(usage, row) is None


def test_without_row_or_usage_the_cost_is_unknown():
    assert cost_of(None, Usage(prompt_tokens=1)) is None
    assert cost_of(PriceRow.read(ROW), None) is None


def test_an_embedding_costs_its_input():
    assert cost(
        {"prompt_tokens": 1_000}, {"input_cost_per_token": 1e-7, "output_cost_per_token": 0.0}
    ) == pytest.approx(1e-4)


@pytest.mark.parametrize(
    ("adapter", "model", "how"),
    [
        ("openai", "gpt-4o-mini", {}),
        ("openai", "ft:gpt-4o-mini-2024-07-18:my-org::id", {}),
        ("azure", "gpt-4o-mini", {"base_url": "https://one.openai.azure.com/openai/deployments"}),
        ("azure", "GPT-4o-mini", {}),
        ("anthropic", "claude-haiku-4-5-20251001", {"base_url": "https://proxy.example"}),
        ("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", {"region": "us-east-1"}),
        ("bedrock", "amazon.nova-lite-v1:0", {"region": "ap-northeast-2"}),
        ("bedrock", "ca.amazon.nova-lite-v1:0", {"region": "ca-central-1"}),
        ("google-vertex-ai", "gemini-2.5-pro", {"region": "asia-northeast3"}),
        ("google-vertex-ai", "claude-sonnet-4-5@20250929", {}),
        ("google-vertex-ai", "text-embedding-004", {}),
        ("google-ai-studio", "gemini-2.5-pro", {}),
    ],
)
def test_each_adapters_models_are_found_as_the_list_spells_them(adapter, model, how):
    row = price_of(adapter, model, **how)
    assert row is not None
    assert row.rates.input


@pytest.mark.parametrize(
    ("adapter", "model", "how"),
    [
        # An OpenAI-compatible server is not OpenAI.
        ("openai", "gpt-4o-mini", {"base_url": "https://router.example/v1"}),
        # Another provider's row is not this one's.
        ("openai", "claude-haiku-4-5-20251001", {}),
        ("google-vertex-ai", "gemini-pro-latest", {}),
        ("anthropic", "gpt-4o", {}),
        ("azure", "our-deployment", {}),
        ("openai", "sample_spec", {}),
        ("openai", "", {}),
        ("from-the-future", "gpt-4o", {}),
    ],
)
def test_what_is_not_known_has_no_price(adapter, model, how):
    assert price_of(adapter, model, **how) is None


def test_a_region_of_bedrock_can_have_prices_of_its_own():
    here = price_of("bedrock", "deepseek.v3.2", region="ap-northeast-1")
    there = price_of("bedrock", "deepseek.v3.2", region="us-west-2")
    assert here is not None
    assert there is not None
    assert here.rates != there.rates


def test_the_price_list_is_read_without_importing_litellm():
    code = (
        "import sys; from genai_sdk.catalogue import price_of; "
        "assert price_of('openai', 'gpt-4o-mini'); assert 'litellm' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
