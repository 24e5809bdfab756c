import subprocess
import sys
from decimal import Decimal

import pytest

from genai_sdk.catalogue import cost_of, costs_of, price_of
from genai_sdk.catalogue.prices import costs_together, exact_sum
from genai_sdk.types import Usage

K = {"prompt_tokens": 1_000, "completion_tokens": 1_000, "total_tokens": 2_000}


def costs(adapter, model, usage, tier=None, **where):
    return costs_of(price_of(adapter, model, **where), Usage.from_dict(usage), service_tier=tier)


# Dollars of a call by kind, reckoned by hand from the rates of litellm 1.110.2's price list; how tokens are counted is
# as the vendors' packages document their usage (openai 3.57.0, anthropic 2.14.0, google-genai 3.6.1).
RULES = {
    "openai: cached input has its own price": (
        ("openai", "gpt-4o-mini", {**K, "prompt_tokens_details": {"cached_tokens": 400}}),
        {"input": 0.00009, "cached": 0.00003, "output": 0.0006},
    ),
    "openai: what is written to the cache is inside the prompt and dearer": (
        (
            "openai",
            "gpt-6.1-sol",
            {
                "prompt_tokens": 18_014,
                "completion_tokens": 100,
                "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 18_011},
            },
        ),
        {"input": 0.000006, "written": 0.0450275, "output": 0.001},
    ),
    "openai: writes kept for twelve hours cost double": (
        (
            "openai",
            "gpt-6.1-sol",
            {
                **K,
                "prompt_tokens_details": {
                    "cache_write_tokens": 1_000,
                    "cache_write_tokens_details": {"ttl_30m_tokens": 400, "ttl_12h_tokens": 600},
                },
            },
        ),
        {"output": 0.01, "written": 0.004},
    ),
    "openai: reasoning is part of the completion": (
        ("openai", "gpt-6-sol", {**K, "completion_tokens_details": {"reasoning_tokens": 800}}),
        {"input": 0.002, "output": 0.002, "reasoning": 0.008},
    ),
    "openai: flex is half the price": (("openai", "gpt-6-sol", K, "flex"), {"input": 0.001, "output": 0.005}),
    "openai: priority is double": (("openai", "gpt-6-sol", K, "priority"), {"input": 0.004, "output": 0.02}),
    "openai: default is the ordinary price": (("openai", "gpt-6-sol", K, "default"), {"input": 0.002, "output": 0.01}),
    "openai: a long prompt is dearer from its first token": (
        ("openai", "gpt-6-sol", {"prompt_tokens": 300_000, "completion_tokens": 1_000}),
        {"input": 1.2, "output": 0.015},
    ),
    "openai: and with flex": (
        ("openai", "gpt-6-sol", {"prompt_tokens": 300_000, "completion_tokens": 1_000}, "flex"),
        {"input": 0.6, "output": 0.0075},
    ),
    "xai's way: reasoning beside the completion": (
        (
            "openai",
            "gpt-6-sol",
            {**K, "total_tokens": 2_500, "completion_tokens_details": {"reasoning_tokens": 500}},
        ),
        {"input": 0.002, "output": 0.01, "reasoning": 0.005},
    ),
    "anthropic: reads, writes, and writes for an hour": (
        (
            "anthropic",
            "claude-opus-5-5",
            {
                "prompt_tokens": 1_000,
                "completion_tokens": 100,
                "prompt_tokens_details": {
                    "cached_tokens": 400,
                    "cache_creation_tokens": 300,
                    "cache_creation_token_details": {
                        "ephemeral_5m_input_tokens": 100,
                        "ephemeral_1h_input_tokens": 200,
                    },
                },
            },
        ),
        {"input": 0.0012, "cached": 0.00008, "written": 0.0021, "output": 0.002},
    ),
    "anthropic: fast costs double": (
        ("anthropic", "claude-opus-5-5", {**K, "speed": "fast"}),
        {"input": 0.008, "output": 0.04},
    ),
    "anthropic: the United States cost a tenth more": (
        ("anthropic", "claude-opus-5-5", {**K, "inference_geo": "us"}),
        {"input": 0.0044, "output": 0.022},
    ),
    "anthropic: both": (
        ("anthropic", "claude-opus-5-5", {**K, "speed": "fast", "inference_geo": "us"}),
        {"input": 0.0088, "output": 0.044},
    ),
    "anthropic: batches are half the price": (
        ("anthropic", "claude-opus-5-5", {**K, "service_tier": "batch"}),
        {"input": 0.002, "output": 0.01},
    ),
    "anthropic: searches are a fee that no multiplier touches, fetches are none": (
        (
            "anthropic",
            "claude-opus-5-5",
            {**K, "speed": "fast", "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 2}},
        ),
        {"input": 0.008, "output": 0.04, "fees": 0.03},
    ),
    "gemini: flex traffic is half the price": (
        ("google-ai-studio", "gemini-3.8-flash", {**K, "trafficType": "ON_DEMAND_FLEX"}),
        {"input": 0.000375, "output": 0.001875},
    ),
    "gemini: priority traffic is dearer": (
        ("google-ai-studio", "gemini-3.8-flash", {**K, "traffic_type": "ON_DEMAND_PRIORITY"}),
        {"input": 0.00135, "output": 0.00675},
    ),
    "gemini: what tools put into the prompt stands beside it": (
        ("google-ai-studio", "gemini-3.8-flash", {**K, "total_tokens": 2_400, "tool_use_prompt_tokens": 400}),
        {"input": 0.00105, "output": 0.00375},
    ),
    "gemini: sound has a price of its own": (
        ("google-ai-studio", "gemini-2.5-flash", {**K, "prompt_tokens_details": {"audio_tokens": 600}}),
        {"input": 0.00012, "input_audio": 0.0006, "output": 0.0025},
    ),
    "gemini: prompts above 200,000": (
        ("google-ai-studio", "gemini-2.5-pro", {"prompt_tokens": 200_001, "completion_tokens": 1_000}),
        {"input": 0.5000025, "output": 0.015},
    ),
    "gemini: and not at 200,000": (
        ("google-ai-studio", "gemini-2.5-pro", {"prompt_tokens": 200_000, "completion_tokens": 1_000}),
        {"input": 0.25, "output": 0.01},
    ),
    "bedrock: the priority tier": (
        ("bedrock", "amazon.nova-2-lite-v1:0", K, {"type": "priority"}),
        {"input": 0.000525, "output": 0.004375},
    ),
}


def test_a_total_has_no_noise_of_floats_that_were_added_up():
    each = [
        costs("openai", "gpt-4o-mini", {"prompt_tokens": prompt, "completion_tokens": 7 * prompt})
        for prompt in range(1, 400)
    ]
    assert any(cost["input"] + cost["output"] != cost["total"] for cost in each)  # what adding up would give
    assert [cost["total"] for cost in each] == [prompt * 4350 / 10**9 for prompt in range(1, 400)]


def test_what_several_answers_cost_is_the_exact_sum_by_kind():
    parts = [{"input": 0.1, "total": 0.1}, {"input": 0.2, "output": 0.7, "total": 0.9}, {"output": 0.1, "total": 0.1}]
    assert costs_together(parts) == {"input": 0.3, "total": 1.1, "output": 0.8}
    assert exact_sum([]) == 0.0


@pytest.mark.parametrize("rule", RULES)
def test_a_call_costs_what_the_vendor_says(rule):
    call, expected = RULES[rule]
    found = costs(*call)
    assert {kind: found[kind] for kind in found if kind != "total"} == expected
    parts = [Decimal(repr(cost)) for kind, cost in found.items() if kind != "total"]
    assert found["total"] == float(sum(parts))


@pytest.mark.parametrize(
    "call",
    [
        ("openai", "gpt-6-sol", K, "scale"),
        ("openai", "gpt-6-sol", K, "a tier of next year"),
        ("openai", "gpt-6-sol", K, "ultrafast"),
        ("anthropic", "claude-opus-5-5", {**K, "service_tier": "priority"}),
        ("anthropic", "claude-opus-5-5", {**K, "speed": "faster"}),
        ("anthropic", "claude-opus-5-5", {**K, "inference_geo": "mars"}),
        ("anthropic", "claude-haiku-4-5-20251001", {**K, "speed": "fast"}),
        ("anthropic", "claude-opus-5-5", {**K, "server_tool_use": {"code_execution_requests": 1}}),
        ("google-ai-studio", "gemini-3.8-flash", {**K, "trafficType": "PROVISIONED_THROUGHPUT"}),
        ("google-ai-studio", "gemini-3.8-flash", {**K, "trafficType": "ON_DEMAND_OFFPEAK"}),
        ("bedrock", "amazon.nova-2-lite-v1:0", K, {"type": "reserved"}),
        # Sound that a model gives back is not sold at the price of text.
        ("openai", "gpt-6-sol", {**K, "completion_tokens_details": {"audio_tokens": 10}}),
        ("openai", "gpt-6-sol", {}),
        ("openai", "gpt-6-sol", {"total_tokens": 7}),
        ("openai", "a model of next year", K),
    ],
)
def test_what_cannot_be_priced_is_unknown_and_never_zero(call):
    assert costs(*call) is None


def test_counts_that_overlap_are_not_paid_for_twice():
    usage = {**K, "prompt_tokens_details": {"cached_tokens": 700, "audio_tokens": 600}}
    assert costs("google-ai-studio", "gemini-2.5-flash", usage) == {
        "cached": 0.000021,
        "input_audio": 0.0003,
        "output": 0.0025,
        "total": 0.002821,
    }


def test_without_price_or_usage_the_cost_is_unknown():
    assert cost_of(None, Usage(prompt_tokens=1)) is None
    assert cost_of(price_of("openai", "gpt-6-sol"), None) is None


def test_an_embedding_costs_its_input():
    assert costs("openai", "text-embedding-3-small", {"prompt_tokens": 1_000}) == {"input": 0.00002, "total": 0.00002}


@pytest.mark.parametrize(
    ("adapter", "model", "how"),
    [
        ("openai", "gpt-4o-mini", {}),
        ("openai", "gpt-4o-mini", {"base_url": "https://api.openai.com/v1"}),
        ("openai", "gpt-4o-mini", {"base_url": "https://api.openai.com/v1/"}),
        ("openai", "gpt-4o-mini", {"base_url": "https://API.openai.com:443/v1"}),
        ("openai", "ft:gpt-4o-mini-2024-07-18:my-org::id", {}),
        ("azure", "gpt-4o-mini", {"base_url": "https://one.openai.azure.com/openai/deployments"}),
        ("azure", "GPT-4o-mini", {}),
        ("anthropic", "claude-haiku-4-5-20251001", {"base_url": "https://proxy.example"}),
        ("anthropic", "claude-sonnet-4-20250514", {}),
        ("anthropic", "claude-3-sonnet-20240229", {}),
        ("bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", {"region": "us-east-1"}),
        ("bedrock", "anthropic.claude-3-sonnet-20240229-v1:0", {"region": "ap-northeast-2"}),
        ("bedrock", "amazon.nova-lite-v1:0", {"region": "ap-northeast-2"}),
        ("bedrock", "ca.amazon.nova-lite-v1:0", {"region": "ca-central-1"}),
        ("google-vertex-ai", "gemini-2.5-pro", {"region": "asia-northeast3"}),
        ("google-vertex-ai", "claude-sonnet-4@20250514", {}),
        ("google-vertex-ai", "claude-sonnet-4-5@20250929", {}),
        ("google-vertex-ai", "text-embedding-004", {}),
        ("google-ai-studio", "gemini-2.5-pro", {}),
    ],
)
def test_each_adapters_models_have_a_price(adapter, model, how):
    price = price_of(adapter, model, **how)
    assert price is not None
    assert cost_of(price, Usage(prompt_tokens=1_000))
    assert price.source.startswith("table 20")


@pytest.mark.parametrize(
    ("adapter", "model", "how"),
    [
        # A house server, a proxy and what only looks like OpenAI are not OpenAI.
        ("openai", "gpt-4o-mini", {"base_url": "https://router.example/v1"}),
        ("openai", "gpt-4o-mini", {"base_url": "http://api.openai.com/v1"}),
        ("openai", "gpt-4o-mini", {"base_url": "https://api.openai.com.evil.example/v1"}),
        ("openai", "gpt-4o-mini", {"base_url": "https://api.openai.com:8443/v1"}),
        ("openai", "gpt-4o-mini", {"base_url": "https://[oops/v1"}),
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
    here = cost_of(price_of("bedrock", "deepseek.v3.2", region="ap-northeast-1"), Usage(prompt_tokens=1_000))
    there = cost_of(price_of("bedrock", "deepseek.v3.2", region="us-west-2"), Usage(prompt_tokens=1_000))
    assert here
    assert there
    assert here != there


def test_openais_regional_hosts_and_vertex_locations_are_dearer_where_the_vendor_says_so():
    plain = costs("openai", "gpt-5.6", K)["total"]
    for area in ("us", "eu", "ae", "au", "in", "jp"):
        there = costs("openai", "gpt-5.6", K, base_url=f"https://{area}.api.openai.com/v1")["total"]
        assert there == pytest.approx(plain * 1.1)
    older = costs("openai", "gpt-4o-mini", K)
    assert costs("openai", "gpt-4o-mini", K, base_url="https://eu.api.openai.com/v1") == older
    world = costs("google-vertex-ai", "claude-opus-5", K)["total"]
    assert costs("google-vertex-ai", "claude-opus-5", K, region="us-east5")["total"] == pytest.approx(world * 1.1)


def test_the_table_is_read_when_it_is_asked_and_without_litellm():
    code = (
        "import sys; sys.modules['litellm'] = None; import genai_sdk.catalogue as c; "
        "from genai_sdk.catalogue import model_table as t; assert not t._table.cache_info().currsize; "
        "assert c.price_of('openai', 'gpt-4o-mini'); assert t._table.cache_info().currsize"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
