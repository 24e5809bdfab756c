"""Tokens, dollars and parameters, in every convention's words."""

import json
from typing import Any

import pytest
from tests.langfuse.exports import observe, show

USAGE, COST = "langfuse.observation.usage_details", "langfuse.observation.cost_details"


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 4}, {"input": 10, "output": 4}),
        ({"gen_ai.usage.prompt_tokens": 10, "gen_ai.usage.completion_tokens": "4"}, {"input": 10, "output": 4}),
        (
            {"llm.token_count.prompt": 10, "llm.token_count.completion": 4, "llm.token_count.total": 14},
            {"input": 10, "output": 4, "total": 14},
        ),
        (
            {
                "gen_ai.usage.input_tokens": 10,
                "gen_ai.usage.cache_read.input_tokens": 3,
                "gen_ai.usage.cache_creation.input_tokens": 2,
            },
            {"input": 5, "input_cached_tokens": 3, "input_cache_creation": 2},
        ),
        (
            {"llm.token_count.completion": 9, "llm.token_count.completion_details.reasoning": 4},
            {"output": 5, "output_reasoning_tokens": 4},
        ),
        (
            {"gen_ai.usage.input_tokens": 1, "gen_ai.usage.cache_read_input_tokens": 3},
            {"input": 0, "input_cached_tokens": 3},
        ),
        ({"gen_ai.usage.details.audio_tokens": 3, "gen_ai.usage.cost": 5}, {"audio_tokens": 3}),
        ({"gen_ai.usage.input_tokens": "many", "gen_ai.usage.output_tokens": -1, "gen_ai.usage.x": 0.5}, {}),
    ],
)
def test_parts_that_are_told_apart_are_taken_from_the_whole(told: dict[str, Any], usage: dict[str, int]) -> None:
    assert observe(told).usage == usage


@pytest.mark.parametrize(
    ("metadata", "usage"),
    [
        ({}, {"input": 20, "output": 9}),
        (
            {"openai": {"cachedPromptTokens": 5, "reasoningTokens": 4}},
            {"input": 15, "input_cached_tokens": 5, "output": 5, "output_reasoning_tokens": 4},
        ),
        (
            {
                "anthropic": {
                    "usage": {
                        "cache_creation_input_tokens": 6,
                        "cache_read_input_tokens": 3,
                        "cache_creation": {"ephemeral_5m_input_tokens": 4},
                    }
                }
            },
            {
                "input": 11,
                "output": 9,
                "input_cached_tokens": 3,
                "input_cache_creation": 2,
                "input_cache_creation_5m": 4,
            },
        ),
        ({"bedrock": {"usage": {"cacheReadInputTokens": 8}}}, {"input": 12, "output": 9, "input_cache_read": 8}),
        ({"openai": [], "anthropic": {"usage": 1}}, {"input": 20, "output": 9}),
    ],
)
def test_the_ai_sdks_usage_is_completed_by_its_providers(metadata: Any, usage: dict[str, int]) -> None:
    told = {
        "ai.usage.inputTokens": 20,
        "ai.usage.outputTokens": 9,
        "ai.response.providerMetadata": json.dumps(metadata),
    }
    assert observe(told, scope="ai").usage == usage


def test_openais_own_form_is_understood_and_another_is_kept() -> None:
    whole = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 4},
    }
    assert observe({USAGE: json.dumps(whole)}).usage == {"input": 6, "output": 5, "total": 15, "input_cached_tokens": 4}
    assert observe({USAGE: json.dumps({**whole, "extra": 1})}).usage["prompt_tokens"] == 10
    responses = {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "output_tokens_details": {"reasoning_tokens": 2},
    }
    assert observe({USAGE: json.dumps(responses)}).usage == {
        "input": 10,
        "output": 3,
        "total": 15,
        "output_reasoning_tokens": 2,
    }


@pytest.mark.parametrize(
    "told",
    [
        "soon",
        "[1]",
        "7",
        "null",
        "{",
        '{"input": "x", "output": [1], "total": 1e300, "a": -1, "b": true, "c": "Infinity"}',
    ],
)
def test_usage_that_is_none_is_none(told: str) -> None:
    seen = observe({USAGE: told})
    assert seen.usage == {}
    (shown,) = show([seen])[0]["observations"]
    assert (shown["usageDetails"], shown["totalTokens"]) == ({}, 0)


@pytest.mark.parametrize(
    "told", ["soon", "[1]", '{"total": -1}', '{"total": "NaN"}', '{"total": NaN}', '{"total": 1e300}']
)
def test_cost_that_is_none_is_none(told: str) -> None:
    assert observe({COST: told}).cost == {}
    assert show([observe({COST: told})])[0]["totalCost"] == 0


@pytest.mark.parametrize("name", ["gen_ai.usage.cost", "llm.cost.total"])
def test_cost_is_read_in_others_words(name: str) -> None:
    assert observe({name: 0.25}).cost == {"total": 0.25}
    assert observe({name: 0.25, COST: '{"input": 0.5}'}).cost == {"input": 0.5}


@pytest.mark.parametrize("operation", ["invoke_agent", "agent_step"])
def test_an_agents_span_does_not_count_its_calls_again(operation: str) -> None:
    seen = observe(
        {
            "gen_ai.operation.name": operation,
            "gen_ai.request.model": "m",
            "gen_ai.usage.input_tokens": 5,
            "gen_ai.usage.cost": 1,
        }
    )
    assert (seen.model, seen.usage, seen.cost) == (None, {}, {})


@pytest.mark.parametrize(
    ("told", "parameters"),
    [
        (
            {"gen_ai.request.model": "m", "gen_ai.request.top_p": 0, "gen_ai.request.stop": ["a"]},
            {"top_p": 0, "stop": '["a"]'},
        ),
        ({"llm.invocation_parameters": '{"seed": 1, "stream": true}'}, {"seed": 1, "stream": "true"}),
        ({"model_config": '{"seed": 1}', "gen_ai.request.top_p": 1}, {"seed": 1}),
        ({"llm.invocation_parameters": "soon", "gen_ai.request.top_p": 1}, {"top_p": 1}),
        ({"langfuse.observation.model.parameters": '{"a": null}', "gen_ai.request.top_p": 1}, {"a": "null"}),
        ({"langfuse.observation.model.parameters": "[1]"}, {}),
    ],
)
def test_parameters_are_text_and_numbers(told: dict[str, Any], parameters: dict[str, Any]) -> None:
    assert observe(told).parameters == parameters


def test_the_ai_sdks_parameters_have_names_of_their_own() -> None:
    told = {
        "gen_ai.request.temperature": 0,
        "ai.settings.maxRetries": 2,
        "langfuse.observation.model.parameters": '{"x": 1}',
    }
    assert observe(told, scope="ai").parameters == {"temperature": 0, "maxRetries": 2, "x": 1}
