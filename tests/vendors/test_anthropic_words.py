"""Our tables of Anthropic's words against the types of the installed package.

A new release of the vendor's shows up here: whoever adds a row decides what the word means.
"""

from collections.abc import Collection
from typing import Any

import pytest
from tests.vendors.conftest import Vendor

from genai_sdk.catalogue.service import MULTIPLIERS, TIERS
from genai_sdk.wires.anthropic import request, words
from genai_sdk.wires.anthropic.models import facts_of


@pytest.fixture(scope="module")
def defined(anthropic: Vendor) -> dict[str, Any]:
    """What the package defines."""
    value: dict[str, Any] = anthropic.do("words")["value"]
    return value


# What the vendor's documentation has and its types have not.
_DOCUMENTED = {"events": {"ping", "error"}, "error_types": {"request_too_large"}}

TABLES: dict[str, Collection[str]] = {
    "stop_reasons": words.STOP_REASONS,
    "blocks": words.BLOCKS,
    "deltas": words.DELTAS,
    "events": words.EVENTS,
    "message": words.MESSAGE,
    "usage": words.USAGE,
    "server_tool_use": words.SERVER_TOOL_USE,
    "error_types": words.ERROR_TYPES,
    "error_codes": {*words.ERROR_CODES, *words.ADMIN_CODES},
}


@pytest.mark.parametrize("table", list(TABLES))
def test_every_word_that_the_package_defines_has_a_row(defined: dict[str, Any], table: str) -> None:
    assert set(TABLES[table]) == {*defined[table], *_DOCUMENTED.get(table, ())}


def test_every_class_of_service_has_a_price_or_is_known_to_have_none(defined: dict[str, Any]) -> None:
    assert set(defined["service_tiers"]) - set(TIERS["anthropic"]) == {"priority"}
    assert set(defined["speeds"]) == set(MULTIPLIERS["speed"])


def test_no_code_is_in_two_tables() -> None:
    assert not words.ERROR_CODES.keys() & words.ADMIN_CODES


def test_the_tables_name_the_version_that_is_installed(defined: dict[str, Any]) -> None:
    assert f"anthropic {defined['version']}" == words.SOURCE
    assert defined["api_version"] == words.API_VERSION


def test_a_delta_s_fields_are_those_that_are_read(defined: dict[str, Any]) -> None:
    read = {kind: {source} for kind, (source, _, _) in words.DELTAS.items()}
    read["compaction_delta"] |= {"encrypted_content"}
    read["thinking_delta"] |= words.PASSING
    assert {kind: set(names) for kind, names in defined["delta_fields"].items()} == read


def test_only_the_tokens_of_a_compaction_are_beside_the_totals(defined: dict[str, Any]) -> None:
    # The docstring of `BetaUsage.iterations`; a kind that is not here is to be read there.
    assert set(defined["iterations"]) == {"message", "compaction", "advisor_message", "fallback_message"}


# What a request can say, and where a call says it.
PARAMETERS = {
    "cache_control": "extra_body",
    "container": "extra_body",
    "diagnostics": "extra_body",
    "inference_geo": "extra_body",
    "max_tokens": "max_tokens, max_completion_tokens",
    "messages": "messages",
    "metadata": "user",
    "model": "model",
    "output_config": "reasoning_effort, response_format",
    "service_tier": "service_tier",
    "speed": "extra_body",
    "stop_sequences": "stop",
    "system": "messages",
    "thinking": "thinking, reasoning_effort",
    "tool_choice": "tool_choice, parallel_tool_calls",
    "tools": "tools, web_search_options",
    "user_profile_id": "extra_headers",
    "workspace_id": "extra_headers",
}


def test_every_parameter_of_the_vendor_s_has_its_place_in_a_call(defined: dict[str, Any]) -> None:
    assert set(defined["parameters"]) == set(PARAMETERS)
    assert not set(PARAMETERS) & set(request.LACKS)


def test_every_model_that_the_package_names_has_a_row_of_its_own(defined: dict[str, Any]) -> None:
    for model in defined["models"]:
        facts = facts_of(model)
        assert facts.thinks, model
        assert facts.max_tokens >= 64_000, model
        # `temperature` and the like left the typed call: what still takes them is older than Opus 4.7.
        old = any(name in model for name in ("4-5", "4-6"))
        assert facts.sampling is old, model
