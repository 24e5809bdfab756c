"""Facts about vendors, as rows: pure data and pure functions over it."""

from genai_sdk.catalogue.adapters import ADAPTERS, PREFIXES, Adapter
from genai_sdk.catalogue.endpoints import (
    AZURE_API_VERSION,
    VERTEX_DEFAULT_LOCATION,
    azure_resource,
    endpoint,
    is_azure_v1,
    vertex_model_path,
)
from genai_sdk.catalogue.parameters import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS

__all__ = [
    "ADAPTERS",
    "AZURE_API_VERSION",
    "CHAT_PARAMETERS",
    "EMBEDDING_PARAMETERS",
    "PREFIXES",
    "REFUSED_PARAMETERS",
    "VERTEX_DEFAULT_LOCATION",
    "Adapter",
    "azure_resource",
    "endpoint",
    "is_azure_v1",
    "vertex_model_path",
]
