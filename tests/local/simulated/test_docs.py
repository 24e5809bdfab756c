"""The page about the simulated provider names all there is."""

from pathlib import Path

import pytest

from genai_sdk.local.simulated.behaviour import FIELDS
from genai_sdk.local.simulated.models import MODELS

PAGE = Path(__file__).parents[3] / "docs/simulated.md"


@pytest.mark.parametrize("name", [*FIELDS, *MODELS])
def test_every_field_and_model_has_its_row(name):
    assert f"\n| `{name}` | " in PAGE.read_text(encoding="utf-8")
