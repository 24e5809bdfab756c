"""Facts about vendors, as rows: pure data and pure functions over it."""

from genai_sdk.catalogue.adapters import ADAPTERS, PREFIXES, Adapter, wire_of
from genai_sdk.catalogue.defaults import DEFAULT_MODELS, DefaultModel
from genai_sdk.catalogue.endpoints import (
    AZURE_API_VERSION,
    VERTEX_DEFAULT_LOCATION,
    aws_domain,
    azure_path,
    azure_resource,
    endpoint,
    is_azure_v1,
    is_openai,
    vertex_model_path,
)
from genai_sdk.catalogue.families import FAMILIES, Family, counts_reasoning, family_of, has_developers
from genai_sdk.catalogue.names import REGION_PREFIXES, VENDOR_PREFIXES, own_profiles
from genai_sdk.catalogue.parameters import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.catalogue.price_file import price_of
from genai_sdk.catalogue.prices import PriceRow, cost_of, costs_of

__all__ = [
    "ADAPTERS",
    "AZURE_API_VERSION",
    "CHAT_PARAMETERS",
    "DEFAULT_MODELS",
    "EMBEDDING_PARAMETERS",
    "FAMILIES",
    "PREFIXES",
    "REFUSED_PARAMETERS",
    "REGION_PREFIXES",
    "VENDOR_PREFIXES",
    "VERTEX_DEFAULT_LOCATION",
    "Adapter",
    "DefaultModel",
    "Family",
    "PriceRow",
    "aws_domain",
    "azure_path",
    "azure_resource",
    "cost_of",
    "costs_of",
    "counts_reasoning",
    "endpoint",
    "family_of",
    "has_developers",
    "is_azure_v1",
    "is_openai",
    "own_profiles",
    "price_of",
    "vertex_model_path",
    "wire_of",
]
