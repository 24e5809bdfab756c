"""The price list that lies inside the litellm package, read without importing litellm."""

import functools
import importlib.util
import pathlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from genai_sdk.catalogue.adapters import ADAPTERS
from genai_sdk.catalogue.endpoints import VERTEX_DEFAULT_LOCATION
from genai_sdk.catalogue.names import REGION_PREFIXES
from genai_sdk.catalogue.prices import PriceRow

_FILE = "model_prices_and_context_window_backup.json"
_REMEMBERED = 1_024


@functools.lru_cache(_REMEMBERED)
def price_of(
    adapter: str,
    model: str,
    *,
    region: str | None = None,
    base_url: str | None = None,
    service_tier: str | None = None,
) -> PriceRow | None:
    """Return the prices of a model, or None where they are not known.

    An OpenAI-compatible server is not OpenAI: what it takes for a model is not known. On Azure the model is the
    deployment's name, which tells the model only where somebody called it so.

    Args:
        adapter: The connection's adapter.
        model: The id sent to the provider.
        region: Bedrock's region or Vertex AI's location.
        base_url: The connection's base URL.
        service_tier: The class of service that the provider says it gave, such as `"flex"`.
    """
    spell = _SPELLINGS.get(adapter)
    if spell is None or (ADAPTERS[adapter].foreign_with_base_url and base_url):
        return None
    prices = _prices()
    for provider, key in spell(model, region):
        raw = prices.get(key)
        row: dict[str, Any] = msgspec.json.decode(raw) if raw is not None else {}
        if str(row.get("litellm_provider", "")).startswith(provider):
            return PriceRow.read(row, service_tier=service_tier, uplift=_uplift(adapter, row, region))
    return None


@functools.cache
def _prices() -> Mapping[str, msgspec.Raw]:
    spec = importlib.util.find_spec("litellm")
    for folder in (spec and spec.submodule_search_locations) or ():
        try:
            return msgspec.json.decode((pathlib.Path(folder) / _FILE).read_bytes(), type=dict[str, msgspec.Raw])
        except (OSError, msgspec.DecodeError):
            continue
    return {}  # Without a list no price is known.


def _uplift(adapter: str, row: Mapping[str, Any], region: str | None) -> float:
    # https://cloud.google.com/vertex-ai/generative-ai/pricing: some models cost more everywhere but at `global`.
    if adapter != "google-vertex-ai" or (region or VERTEX_DEFAULT_LOCATION) == "global":
        return 1.0
    return float(row.get("regional_endpoint_uplift_multiplier", 1.0))


_Spellings = Iterator[tuple[str, str]]
"""Each way the list may spell a model: how its provider must begin, and the key."""


def _openai(model: str, _region: str | None) -> _Spellings:
    yield "openai", model
    yield "text-completion-openai", model
    if model.startswith("ft:"):
        # ft:gpt-4o-2024-08-06:my-org::id is priced as ft:gpt-4o-2024-08-06.
        yield "openai", ":".join(model.split(":")[:2])


def _azure(model: str, _region: str | None) -> _Spellings:
    yield "azure", f"azure/{model.lower()}"


def _anthropic(model: str, _region: str | None) -> _Spellings:
    yield "anthropic", model


def _bedrock(model: str, region: str | None) -> _Spellings:
    if region:
        yield "bedrock", f"bedrock/{region}/{model}"
    yield "bedrock", model
    head, _, rest = model.partition(".")
    if head in REGION_PREFIXES:
        yield "bedrock", rest


def _google_vertex_ai(model: str, _region: str | None) -> _Spellings:
    yield "vertex_ai", f"vertex_ai/{model}"
    yield "vertex_ai", model


def _google_ai_studio(model: str, _region: str | None) -> _Spellings:
    yield "gemini", f"gemini/{model}"


_SPELLINGS: Mapping[str, Callable[[str, str | None], _Spellings]] = MappingProxyType(
    {
        "openai": _openai,
        "azure": _azure,
        "anthropic": _anthropic,
        "bedrock": _bedrock,
        "google-vertex-ai": _google_vertex_ai,
        "google-ai-studio": _google_ai_studio,
    }
)
