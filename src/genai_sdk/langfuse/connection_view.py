"""What Langfuse's public API shows of a connection: everything but its secrets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from genai_sdk.langfuse.views import iso


def connection_row(
    *,
    id: str,  # noqa: A002 - Langfuse's name
    name: str,
    adapter: str,
    display_secret: str,
    base_url: str | None,
    custom_models: Sequence[str],
    with_default_models: bool,
    header_names: Sequence[str],
    config: Mapping[str, Any] | None,
    created_at: datetime,
    updated_at: datetime,
) -> dict[str, Any]:
    """Show a connection; of its secret the end, of its headers the names."""
    return {
        "id": id,
        "provider": name,
        "adapter": adapter,
        "displaySecretKey": display_secret,
        "baseURL": base_url,
        "customModels": custom_models,
        "withDefaultModels": with_default_models,
        "extraHeaderKeys": header_names,
        "config": config,
        "createdAt": iso(created_at),
        "updatedAt": iso(updated_at),
    }
