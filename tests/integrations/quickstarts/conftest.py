"""Two regions that have a price, so that what arrives can be compared to the cent, and a Langfuse."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.gateway.conftest import Stage

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeLangfuse, FakeProvider


@pytest.fixture(scope="session")
def whole_stage() -> Iterator[Stage]:
    """The servers, once for all tests. An `openai` connection with an address of its own would have no price."""
    with FakeProvider("first") as first, FakeProvider("second") as second, FakeLangfuse() as langfuse:
        rows = [
            ("first", "azure", first, ("gpt-6-luna", "text-embedding-3-small")),
            ("second", "azure", second, ("gpt-6-luna",)),
            ("claude", "anthropic", first, ("claude-sonnet-5",)),
            ("claude-too", "anthropic", second, ("claude-sonnet-5",)),
        ]
        for minute, (name, adapter, fake, models) in enumerate(rows):
            made = datetime(2026, 1, 1, 0, minute, tzinfo=UTC)
            record = ConnectionRecord(
                name=name,
                adapter=adapter,
                secret="sk-fake",
                base_url=fake.base_url(adapter),
                custom_models=models,
                created_at=made,
                updated_at=made,
            )
            langfuse.projects[0].connections.put(record)
        yield Stage(first, second, langfuse)
