"""Our tables of Google's words against the types of the installed google-genai: each word has a row, and a purpose.

A word that a new release brings shows up here, and not as an answer that nobody understands.
"""

from collections.abc import Collection
from typing import Any

import pytest
from tests.vendors.conftest import Vendor

from genai_sdk.catalogue.service import TIERS
from genai_sdk.wires.gemini import words


@pytest.fixture(scope="module")
def defined(google: Vendor) -> dict[str, Any]:
    """What the package defines."""
    value: dict[str, Any] = google.do("words")["value"]
    return value


TABLES: dict[str, Collection[str]] = {
    "FinishReason": words.FINISH_REASONS,
    "BlockedReason": words.BLOCK_REASONS,
    "MediaModality": words.MODALITIES,
    "TrafficType": words.TRAFFIC,
    "ServiceTier": words.SERVICE_TIERS,
    "ThinkingLevel": words.THINKING_LEVELS,
    "FunctionCallingConfigMode": words.CALLING_MODES,
    "Part": words.PARTS,
    "FunctionCall": words.CALL_FIELDS,
    "PartialArg": words.PARTIAL_FIELDS,
    "Candidate": words.CANDIDATE_FIELDS,
    "GenerateContentResponse": {*words.RESPONSE_FIELDS, *words.SDK_FIELDS},
    "GenerateContentResponseUsageMetadata": words.USAGE,
    "Tool": words.TOOLS,
    "Schema": words.SCHEMA_FIELDS,
}


@pytest.mark.parametrize("table", list(TABLES))
def test_every_word_that_the_package_defines_has_a_row(defined: dict[str, Any], table: str) -> None:
    assert set(TABLES[table]) == set(defined[table])


def test_the_tables_name_the_version_that_is_installed(defined: dict[str, Any]) -> None:
    assert words.SOURCE.startswith(f"google-genai {defined['version']},")


def test_every_class_of_service_has_a_price_or_is_known_to_have_none(defined: dict[str, Any]) -> None:
    unpriced = {"on_demand_offpeak", "provisioned_throughput"}
    assert {word.lower() for word in defined["TrafficType"]} - set(TIERS["google-vertex-ai"]) == unpriced
    assert {word.lower() for word in defined["ServiceTier"]} <= set(TIERS["google-ai-studio"])
