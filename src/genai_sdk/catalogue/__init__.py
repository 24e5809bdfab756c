"""Facts about vendors, as rows: pure data and pure functions over it."""

from genai_sdk.catalogue.adapters import ADAPTERS, PREFIXES, Adapter

__all__ = ["ADAPTERS", "PREFIXES", "Adapter"]
