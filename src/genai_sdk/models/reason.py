"""Why a connection does not serve a name, in a few words."""

from genai_sdk.catalogue import DEFAULT_MODELS
from genai_sdk.models.entry import IndexedConnection
from genai_sdk.models.match import NoMatch, Offer, RequestedModel, answer

_SHOWN = 3


def why_not(entry: IndexedConnection, requested: RequestedModel, *, named: bool) -> str:
    """Say why a connection that was asked for a model is not among those that serve it; `named` as in `answer`."""
    if entry.bar is not None:
        return entry.bar.reason
    reply = answer(entry.offer, requested, named=named)
    if not isinstance(reply, NoMatch):
        return "others list exactly this name"
    return reply.reason or " and ".join(
        part for part in (_by_default(entry.offer, requested), _listed(entry.offer)) if part
    )


def _by_default(offer: Offer, requested: RequestedModel) -> str:
    row, view = offer.adapter, offer.view
    if row is None:
        return f"has the unknown adapter {view.adapter}"
    if not DEFAULT_MODELS.get(row.name):
        return ""
    if not offer.has_defaults:
        return "has a base URL of its own" if view.with_default_models else "has its default models off"
    if requested.family in row.home_of or requested.family in row.home_if_named:
        if requested.name.region or requested.name.vendor:
            return "takes a region or vendor only in names that it lists"
        if requested.family in row.home_if_named:
            return f"serves it only behind {row.prefix}/ or its own name"
        return "has no default model of that name"
    return "has other default models"


def _listed(offer: Offer) -> str:
    names = list(offer.customs)
    if not names:
        return "lists no models"
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"lists only {', '.join(names[:_SHOWN])}{more}"
