"""Why a connection does not serve a name, in a few words."""

from genai_sdk.catalogue import DEFAULT_MODELS
from genai_sdk.models.answer import Asked, No, Offer, answer
from genai_sdk.models.entry import Entry

_SHOWN = 3


def why_not(entry: Entry, asked: Asked, *, named: bool) -> str:
    """Say why a connection that was asked for a model is not among those that serve it; `named` as in `answer`."""
    if entry.bar is not None:
        return entry.bar.reason
    reply = answer(entry.offer, asked, named=named)
    if not isinstance(reply, No):
        return "others list exactly this name"
    return reply.reason or " and ".join(
        part for part in (_by_default(entry.offer, asked), _listed(entry.offer)) if part
    )


def _by_default(offer: Offer, asked: Asked) -> str:
    row, view = offer.adapter, offer.view
    if row is None:
        return f"has the unknown adapter {view.adapter}"
    if not DEFAULT_MODELS.get(row.name):
        return ""
    if not offer.has_defaults:
        return "has a base URL of its own" if view.with_default_models else "has its default models off"
    if asked.family in row.home_of or asked.family in row.home_if_named:
        if asked.name.region or asked.name.vendor:
            return "takes a region or vendor only in names that it lists"
        if asked.family in row.home_if_named:
            return f"serves it only behind {row.prefix}/ or its own name"
        return "has no default model of that name"
    return "has other default models"


def _listed(offer: Offer) -> str:
    names = list(offer.customs)
    if not names:
        return "lists no models"
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"lists only {', '.join(names[:_SHOWN])}{more}"
