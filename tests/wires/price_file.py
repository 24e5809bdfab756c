"""The locked litellm's price file, which says what models take; reading it imports nothing of litellm's."""

import functools
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@functools.cache
def chat_models(*providers: str) -> dict[str, dict[str, Any]]:
    """Return what the file says of the chat models of some of its providers, by id."""
    spec = find_spec("litellm")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).with_name("model_prices_and_context_window_backup.json")
    rows: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: row for name, row in rows.items() if row.get("litellm_provider") in providers and row["mode"] == "chat"
    }
