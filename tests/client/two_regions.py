"""Two regions behind one name, in a project of a fake Langfuse's."""

from datetime import UTC, datetime, timedelta

from genai_sdk.connections import ConnectionRecord
from genai_sdk.testing import FakeProvider
from genai_sdk.testing.langfuse import FakeLangfuse

BIRTH = datetime(2026, 1, 1, tzinfo=UTC)


class Scene:
    """Two regions behind one name."""

    def __init__(self, langfuse: FakeLangfuse, one: FakeProvider, two: FakeProvider) -> None:
        self.one, self.two = one, two
        for number, region in enumerate((one, two)):
            then = BIRTH + timedelta(seconds=number)
            langfuse.connections.put(
                ConnectionRecord(
                    name=region.name, adapter="azure", secret="sk", base_url=region.base_url("azure"),
                    custom_models=("m",), created_at=then, updated_at=then,
                )
            )  # fmt: skip
        pair = {"public_key": langfuse.public_key, "secret_key": langfuse.secret_key}
        self.options = {**pair, "host": langfuse.url, "broker_url": langfuse.url, "tracing": False}
