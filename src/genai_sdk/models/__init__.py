"""Which connections serve a model, and under which id: pure, on connection views.

A name is an alias, a pin (`connection/model`), an exact custom model with a slash in it, a provider prefix
(`azure/model`), or bare, in this order. Connections are asked by themselves, and all that say yes are candidates.
"""

from genai_sdk.models.canonical import ModelName, canonical, parse, same_model
from genai_sdk.models.index import ModelIndex, resolve
from genai_sdk.models.listing import ModelRow, endings, list_models
from genai_sdk.models.resolution import (
    Candidate,
    Refusal,
    Resolution,
    Scope,
    in_connection_order,
    unalias,
)

__all__ = [
    "Candidate",
    "ModelIndex",
    "ModelName",
    "ModelRow",
    "Refusal",
    "Resolution",
    "Scope",
    "canonical",
    "endings",
    "in_connection_order",
    "list_models",
    "parse",
    "resolve",
    "same_model",
    "unalias",
]
