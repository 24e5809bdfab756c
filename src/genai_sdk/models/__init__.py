"""Which connections serve a model, and under which id: pure, on connection views.

A name is an alias, a pin (`connection/model`), an exact custom model with a slash in it, a provider prefix
(`azure/model`), or bare, in this order. Connections are asked by themselves, and all that say yes are candidates.
"""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.models.canonical import ModelName, canonical, parse, same_model
from genai_sdk.models.index import ModelIndex, resolve
from genai_sdk.models.resolution import (
    Candidate,
    Refusal,
    Resolution,
    Scope,
    in_connection_order,
    unalias,
)

if TYPE_CHECKING:
    from genai_sdk.models.listing import ModelRow, endings, list_models

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

__getattr__ = deferred(__name__, dict.fromkeys(("ModelRow", "endings", "list_models"), "genai_sdk.models.listing"))
