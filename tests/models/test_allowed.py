"""A platform's policy of models: what a connection may not be asked for is nobody's answer."""

from datetime import UTC, datetime
from typing import Any

import pytest

from genai_sdk.errors import UnknownModelError
from genai_sdk.models import ModelIndex, list_models
from genai_sdk.types import ConnectionView

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def index(**changes: Any) -> ModelIndex:
    given = {"name": "one", "adapter": "openai", "allowed_models": ("gpt-4o*", "ft:gpt-4o*"), **changes}
    return ModelIndex([ConnectionView(created_at=NOW, updated_at=NOW, **given)])


@pytest.mark.parametrize("name", ["gpt-4o", "GPT-4o-mini", "openai/gpt-4o", "one/gpt-4o", "one/gpt-4o-of-tomorrow"])
def test_what_a_pattern_names_is_served(name: str) -> None:
    assert index().resolve(name).candidates[0].connection == "one"


@pytest.mark.parametrize("name", ["o4-mini", "openai/o4-mini", "one/o4-mini", "one/anything", "openai/anything"])
def test_nothing_else_is_served_not_even_verbatim(name: str) -> None:
    with pytest.raises(UnknownModelError):
        index().resolve(name)


def test_the_reason_is_the_policy() -> None:
    with pytest.raises(UnknownModelError, match="the platform's policy does not allow it"):
        index().resolve("one/o4-mini")
    with pytest.raises(UnknownModelError, match="the platform's policy does not allow it"):
        index(custom_models=("o4-mini",)).resolve("o4-mini")


def test_only_what_is_allowed_is_listed() -> None:
    names = {row.name for row in list_models(index(custom_models=("gpt-4o-house", "house")))}
    assert "gpt-4o-house" in names
    assert all(name.startswith("gpt-4o") for name in names)
    assert {row.name for row in list_models(index(allowed_models=None, custom_models=("house",)))} > {"house"}
