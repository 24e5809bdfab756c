"""The connections of an index, and which of them are worth asking for a name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from genai_sdk.catalogue import Family
from genai_sdk.models.match import Offer, RequestedModel
from genai_sdk.models.resolution import Scope
from genai_sdk.types import ConnectionView


class Bar(msgspec.Struct, frozen=True):
    """Why a connection cannot be used, whatever it is asked for."""

    kind: Literal["broken", "unnamed"]
    reason: str


class IndexedConnection(msgspec.Struct, frozen=True):
    """A connection of an index."""

    offer: Offer
    bar: Bar | None

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.offer.view.name

    def is_in(self, scope: Scope) -> bool:
        """Tell whether a scope leaves this connection."""
        return self.name == scope.connection or self.offer.view.adapter == scope.adapter


class Entries(msgspec.Struct, frozen=True):
    """The connections of an index, in connection order, and where in it to look for a name.

    Attributes:
        all: The connections.
        by_name: Their positions by name.
        by_adapter: Positions by adapter.
        by_canonical: Positions by the canonical form of each custom model.
        by_family: Positions of those that may answer for a family without listing its models.
    """

    all: tuple[IndexedConnection, ...]
    by_name: Mapping[str, int]
    by_adapter: Mapping[str, Sequence[int]]
    by_canonical: Mapping[str, Sequence[int]]
    by_family: Mapping[Family, Sequence[int]]

    @classmethod
    def read(cls, views: Iterable[ConnectionView], *, named: bool) -> "Entries":
        """Sort the connections in; `named` says that `llm_connection_names` has them."""
        entries = tuple(IndexedConnection(Offer.read(view), _bar(view, named)) for view in views)
        by_adapter: dict[str, list[int]] = {}
        by_canonical: dict[str, list[int]] = {}
        by_family: dict[Family, list[int]] = {}
        for position, entry in enumerate(entries):
            offer = entry.offer
            by_adapter.setdefault(offer.view.adapter, []).append(position)
            for canonical in dict.fromkeys(name.canonical for name in offer.customs.values()):
                by_canonical.setdefault(canonical, []).append(position)
            row = offer.adapter
            for family in (*row.home_of, *row.home_if_named, *row.takes_unlisted) if row else ():
                by_family.setdefault(family, []).append(position)
        by_name = {entry.name: position for position, entry in enumerate(entries)}
        return cls(entries, by_name, by_adapter, by_canonical, by_family)

    def worth_asking(self, requested: RequestedModel, among: Sequence[int] | None = None) -> Sequence[int]:
        """Return the positions that could say yes, in order: every other connection says no without a reason."""
        positions = {
            *self.by_canonical.get(requested.name.canonical, ()),
            *(self.by_family.get(requested.family, ()) if requested.family else ()),
        }
        return sorted(positions if among is None else positions.intersection(among))


def _bar(view: ConnectionView, named: bool) -> Bar | None:
    if view.error is not None:
        return Bar("broken", view.error)
    if view.default_credentials and not named:
        return Bar(
            "unnamed", "it uses the calling host's own identity, and so serves only if llm_connection_names has it"
        )
    return None
