"""Records as a source would deliver them."""

from datetime import UTC, datetime
from typing import Any

from tests.langfuse_database import read_rows

from genai_sdk.connections import ConnectionRecord

SHAPES: dict[str, dict[str, Any]] = {
    "openai": {"secret": "sk-openai-1234"},
    "azure": {"secret": "azure-1234", "base_url": "https://one.openai.azure.com/openai/deployments"},
    "anthropic": {"secret": "sk-ant-1234"},
    "google-ai-studio": {"secret": "AIza-1234"},
    "bedrock": {
        "secret": '{"accessKeyId": "AKIA1234", "secretAccessKey": "aws-secret-1234"}',
        "config": {"region": "us-east-1"},
    },
    "google-vertex-ai": {
        "secret": '{"type": "service_account", "project_id": "p", "private_key": "-----BEGIN PRIVATE KEY-----\\n'
        'QUJDREVGR0hJSktM\\n-----END PRIVATE KEY-----\\n", "private_key_id": "0123456789", "client_email": "a@b"}',
        "config": {"location": "asia-northeast3"},
    },
}
"""A good connection of each adapter."""


def record(adapter: str = "openai", **changes: Any) -> ConnectionRecord:
    """Return a good record, changed."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    good: dict[str, Any] = {"name": "one", "adapter": adapter, "created_at": moment, "updated_at": moment}
    return ConnectionRecord(**(good | SHAPES.get(adapter, {"secret": "sk-other-1234"}) | changes))


def recorded_records() -> list[ConnectionRecord]:
    """Return the recorded rows as a source would deliver them."""
    return [
        ConnectionRecord(
            name=entry["row"]["provider"],
            adapter=entry["row"]["adapter"],
            secret=entry["expected"]["secret_key"],
            base_url=entry["row"]["base_url"],
            custom_models=tuple(entry["row"]["custom_models"]),
            with_default_models=entry["row"]["with_default_models"],
            extra_headers=entry["expected"]["extra_headers"],
            config=entry["row"]["config"],
            created_at=datetime.fromisoformat(entry["row"]["created_at"]),
            updated_at=datetime.fromisoformat(entry["row"]["updated_at"]),
        )
        for entry in read_rows()["llm_api_keys"]
    ]
