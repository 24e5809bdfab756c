"""Why a connection does not serve a name, in a few words."""

from genai_sdk.catalogue import DEFAULT_MODELS
from genai_sdk.models.entry import IndexedConnection
from genai_sdk.models.match import NoMatch, Offer, RequestedModel, answer
from genai_sdk.sentence import Sentence

_SHOWN = 3


def why_not(entry: IndexedConnection, requested: RequestedModel, *, named: bool) -> str:
    """Say why a connection that was asked for a model is not among those that serve it; `named` as in `answer`."""
    if entry.bar is not None:
        return entry.bar.reason
    reply = answer(entry.offer, requested, named=named)
    if not isinstance(reply, NoMatch):
        return Sentence.of("models.others_list", "others list exactly this name")
    if reply.reason:
        return reply.reason
    default, listed = _by_default(entry.offer, requested), _listed(entry.offer)
    return (
        listed if default is None else Sentence.of("models.both", "{first} and {second}", first=default, second=listed)
    )


def _by_default(offer: Offer, requested: RequestedModel) -> Sentence | None:
    row, view = offer.adapter, offer.view
    if row is None:
        return Sentence.of("models.unknown_adapter", "has the unknown adapter {adapter}", adapter=view.adapter)
    if not DEFAULT_MODELS.get(row.name):
        return None
    if not offer.has_defaults:
        if view.with_default_models:
            return Sentence.of("models.own_base_url", "has a base URL of its own")
        return Sentence.of("models.defaults_off", "has its default models off")
    if requested.family in row.home_of or requested.family in row.home_if_named:
        if requested.name.region or requested.name.vendor:
            return Sentence.of("models.only_listed", "takes a region or vendor only in names that it lists")
        if requested.family in row.home_if_named:
            return Sentence.of(
                "models.only_behind", "serves it only behind {prefix}/ or its own name", prefix=row.prefix
            )
        return Sentence.of("models.no_such_default", "has no default model of that name")
    return Sentence.of("models.other_defaults", "has other default models")


def _listed(offer: Offer) -> Sentence:
    names = list(offer.customs)
    if not names:
        return Sentence.of("models.lists_none", "lists no models")
    if len(names) <= _SHOWN:
        return Sentence.of("models.lists_only", "lists only {names}", names=names)
    left = len(names) - _SHOWN
    return Sentence.of(
        "models.lists_only_more", "lists only {names} and {count:,} more", names=names[:_SHOWN], count=left
    )
