"""Facts about vendors, as rows: pure data and pure functions over it."""

from typing import TYPE_CHECKING

from genai_sdk.catalogue.adapters import ADAPTERS, PREFIXES, Adapter, may_embed, wire_of
from genai_sdk.catalogue.defaults import DEFAULT_MODELS
from genai_sdk.catalogue.endpoints import (
    AZURE_API_VERSION,
    VERTEX_DEFAULT_LOCATION,
    aws_domain,
    azure_path,
    azure_resource,
    endpoint,
    is_azure,
    is_azure_v1,
    is_openai,
    vertex_model_path,
)
from genai_sdk.catalogue.families import FAMILIES, Family, counts_reasoning, family_of, has_developers
from genai_sdk.catalogue.model_table import ModelFacts, end_of_life, ended, facts_of, price_of, retired, table_date
from genai_sdk.catalogue.names import REGION_PREFIXES, VENDOR_PREFIXES, own_profiles
from genai_sdk.catalogue.parameters import CHAT_PARAMETERS, EMBEDDING_PARAMETERS, REFUSED_PARAMETERS
from genai_sdk.catalogue.prices import Price, RateCard, cost_of, costs_of
from genai_sdk.deferred import deferred

if TYPE_CHECKING:
    from genai_sdk.catalogue.project_prices import USAGE_KINDS, ProjectPrices

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
    "USAGE_KINDS",
    "VENDOR_PREFIXES",
    "VERTEX_DEFAULT_LOCATION",
    "Adapter",
    "Family",
    "ModelFacts",
    "Price",
    "ProjectPrices",
    "RateCard",
    "aws_domain",
    "azure_path",
    "azure_resource",
    "cost_of",
    "costs_of",
    "counts_reasoning",
    "end_of_life",
    "ended",
    "endpoint",
    "facts_of",
    "family_of",
    "has_developers",
    "is_azure",
    "is_azure_v1",
    "is_openai",
    "may_embed",
    "own_profiles",
    "price_of",
    "retired",
    "table_date",
    "vertex_model_path",
    "wire_of",
]

__getattr__ = deferred(__name__, dict.fromkeys(("USAGE_KINDS", "ProjectPrices"), "genai_sdk.catalogue.project_prices"))
