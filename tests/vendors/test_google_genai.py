"""Our table of Google's words against the types of the installed google-genai: each word has a row, and a purpose.

A word that a new release brings shows up here, and not as an answer that nobody understands.
"""

from collections.abc import Collection
from enum import Enum
from typing import Any

import pydantic
import pytest
from google.genai import types

from genai_sdk.wires.gemini import words

ENUMS: dict[type[Enum], Collection[str]] = {
    types.FinishReason: words.FINISH_REASONS,
    types.BlockedReason: words.BLOCK_REASONS,
    types.MediaModality: words.MODALITIES,
    types.TrafficType: words.TRAFFIC,
    types.ServiceTier: words.SERVICE_TIERS,
    types.ThinkingLevel: words.THINKING_LEVELS,
    types.FunctionCallingConfigMode: words.CALLING_MODES,
}
FIELDS: dict[type[pydantic.BaseModel], Collection[str]] = {
    types.Part: words.PARTS,
    types.FunctionCall: words.CALL_FIELDS,
    types.PartialArg: words.PARTIAL_FIELDS,
    types.Candidate: words.CANDIDATE_FIELDS,
    types.GenerateContentResponse: {*words.RESPONSE_FIELDS, *words.SDK_FIELDS},
    types.GenerateContentResponseUsageMetadata: words.USAGE,
    types.Tool: words.TOOLS,
    types.Schema: words.SCHEMA_FIELDS,
}


@pytest.mark.parametrize("enum", list(ENUMS), ids=lambda enum: enum.__name__)
def test_every_word_of_an_enum_has_a_row(enum: type[Enum]) -> None:
    assert {item.value for item in enum} == set(ENUMS[enum])


@pytest.mark.parametrize("model", list(FIELDS), ids=lambda model: model.__name__)
def test_every_field_has_a_row(model: type[pydantic.BaseModel]) -> None:
    assert {alias(field, name) for name, field in model.model_fields.items()} == set(FIELDS[model])


def alias(field: Any, name: str) -> str:
    head, *rest = name.split("_")
    return field.alias or head + "".join(word.capitalize() for word in rest)
