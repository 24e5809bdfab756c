"""Values in columns: JSON as text."""

from typing import Any

import msgspec


def dump(value: Any) -> str:
    """Encode a value."""
    return msgspec.json.encode(value).decode()


def load(text: str) -> Any:
    """Decode what `dump` wrote."""
    return msgspec.json.decode(text)
