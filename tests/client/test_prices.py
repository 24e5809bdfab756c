"""What the project says a model costs comes first, once it is loaded."""

import pytest
from tests.connections.sources import settle

from genai_sdk.testing import Status


def test_the_projects_price_is_taken_once_it_is_loaded_and_no_call_waits_for_it(make_client, face, regions, priced):
    client = make_client()
    first = face.ask(client, "gpt-4o-mini")
    assert first.genai.price_source != "project"
    settle("genai-prices")
    second = face.ask(client, "gpt-4o-mini")
    assert second.genai.price_source == "project"
    assert second.genai.cost == pytest.approx(second.usage.prompt_tokens * 0.25 + second.usage.completion_tokens * 0.5)


def test_a_langfuse_that_gives_no_prices_changes_nothing(make_client, face, regions):
    regions.langfuse.script(Status(403), operation="models")
    client = make_client()
    face.ask(client, "gpt-4o-mini")
    settle("genai-prices")
    assert face.ask(client, "gpt-4o-mini").genai.price_source != "project"
