"""What one connection says when it is asked for a model."""

import functools
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import msgspec

from genai_sdk.catalogue import ADAPTERS, DEFAULT_MODELS, Adapter, Family, ended, family_of, own_profiles, retired
from genai_sdk.models.canonical import ModelName, canonical, parse
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

# What may reach a vendor that has not listed it: printable, without blanks, and no path.
_SENDABLE = r"[!-.0-~]+"


class RequestedModel(msgspec.Struct, frozen=True):
    """A model's name as asked of a connection, without pin and provider prefix."""

    text: str
    name: ModelName
    family: Family | None

    @classmethod
    def read(cls, text: str) -> "RequestedModel":
        """Take `text` apart."""
        name = parse(text)
        return cls(text, name, family_of(name.canonical))


class Offer(msgspec.Struct, frozen=True):
    """A connection and its custom models, taken apart."""

    view: ConnectionView
    adapter: Adapter | None
    customs: Mapping[str, ModelName]

    @classmethod
    def read(cls, view: ConnectionView) -> "Offer":
        """Take the custom models of `view` apart."""
        return cls(view, ADAPTERS.get(view.adapter), {model: parse(model) for model in view.custom_models})

    @property
    def has_defaults(self) -> bool:
        """Whether the adapter's default models are offered here."""
        row = self.adapter
        return (
            row is not None and self.view.with_default_models and not (row.foreign_with_base_url and self.view.base_url)
        )

    def allows(self, model: str) -> bool:
        """Whether the platform's policy allows a model id here."""
        patterns = self.view.allowed_models
        return patterns is None or any(fnmatchcase(model.lower(), pattern.lower()) for pattern in patterns)

    def names(self) -> list[str]:
        """List the names that can be asked for and lead here."""
        names = [model for model in self.customs if model and self.allows(model)]
        row = self.adapter
        if row is None or not self.has_defaults:
            return names
        gone = ended(row.name)
        for model in DEFAULT_MODELS[row.name]:
            if model not in gone and self.allows(model):
                at_home = family_of(canonical(model)) in row.home_of
                names.append(model if at_home else f"{row.prefix}/{model}")
        return names


class Match(msgspec.Struct, frozen=True):
    """The connection serves it.

    Attributes:
        model: The id to send.
        why: A short phrase for `explain`.
        listed: Whether the id is listed, on the connection or in the catalogue, and not merely the name as asked.
    """

    model: str
    why: str
    listed: bool = True


class NoMatch(msgspec.Struct, frozen=True):
    """The connection does not serve it.

    Attributes:
        reason: Why, where that is worth saying.
        rivals: The custom models between which it cannot choose.
    """

    reason: str = ""
    rivals: tuple[str, ...] = ()


NOT_ALLOWED = NoMatch(Sentence.of("models.not_allowed", "the platform's policy does not allow it"))


def answer(offer: Offer, requested: RequestedModel, *, named: bool) -> Match | NoMatch:
    """Ask one connection.

    Args:
        offer: The connection.
        requested: The model.
        named: Whether the connection or its provider was named, by a pin or a prefix.
    """
    reply = _consider(offer, requested, named=named)
    return reply if isinstance(reply, NoMatch) or offer.allows(reply.model) else NOT_ALLOWED


def _consider(offer: Offer, requested: RequestedModel, *, named: bool) -> Match | NoMatch:
    if requested.text in offer.customs:
        return Match(requested.text, "a custom model")
    same = {model: name for model, name in offer.customs.items() if name.canonical == requested.name.canonical}
    matches = [model for model, name in same.items() if requested.name.asks_for(name)]
    if matches:
        return _choose(offer, matches)
    reply = _by_default(offer, requested, named=named)
    if isinstance(reply, NoMatch) and not reply.reason and same:
        return NoMatch(Sentence.of("models.lists_only", "lists only {names}", names=list(same)))
    return reply


def _choose(offer: Offer, matches: Sequence[str]) -> Match | NoMatch:
    own = own_profiles(offer.view.region)

    def rank(model: str) -> tuple[str, int]:
        name = offer.customs[model]
        return name.date, len(own) - own.index(name.region) if name.region in own else 0

    best = max(matches, key=rank)
    rivals = tuple(model for model in matches if rank(model) == rank(best))
    if len(rivals) > 1:
        return NoMatch(
            Sentence.of("models.cannot_choose", "cannot choose between {rivals: and }", rivals=rivals), rivals
        )
    return Match(best, "a custom model under its own id")


def _by_default(offer: Offer, requested: RequestedModel, *, named: bool) -> Match | NoMatch:
    adapter, family = offer.adapter, requested.family
    text = _without_path(requested.text)
    if (
        adapter is None
        or family is None
        or requested.name.region
        or requested.name.vendor
        or not re.fullmatch(_SENDABLE, text)
    ):
        return NoMatch()
    if family in adapter.takes_unlisted and not offer.view.custom_models:
        return Match(text, "a deployment of that name", listed=False)
    at_home = family in adapter.home_of
    if not offer.has_defaults or not (at_home or (named and family in adapter.home_if_named)):
        return NoMatch()
    model = _catalogued(adapter.name, requested.name, text.lower())
    if model is not None:
        if model in retired(adapter.name):
            return NoMatch(Sentence.of("models.retired", "{model} is retired", model=model))
        return Match(model, "a default model")
    if not at_home:
        return NoMatch()
    fine_tuned = requested.name.canonical.startswith("ft:")
    return Match(text if fine_tuned else text.lower(), "a model of its vendor", listed=False)


def _without_path(text: str) -> str:
    while text.lower().startswith("models/"):
        text = text[len("models/") :]
    return text


def _catalogued(adapter: str, requested: ModelName, lowered: str) -> str | None:
    known = _catalogue(adapter).get(requested.canonical, {})
    if lowered in known:
        return lowered
    matches = [(name.date, model) for model, name in known.items() if requested.asks_for(name)]
    return max(matches)[1] if matches else None


@functools.cache
def _catalogue(adapter: str) -> Mapping[str, Mapping[str, ModelName]]:
    known: dict[str, dict[str, ModelName]] = {}
    for model in (*DEFAULT_MODELS[adapter], *retired(adapter)):
        name = parse(model)
        known.setdefault(name.canonical, {})[model] = name
    return known
