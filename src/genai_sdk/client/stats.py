"""How one client fares in this process, in numbers."""

from typing import TYPE_CHECKING

import msgspec

from genai_sdk.tracing import TracingStats

if TYPE_CHECKING:  # loaded where a Redis is named
    from genai_sdk.routing.fleet import Fleet, FleetStats


class ClientStats(TracingStats, frozen=True, kw_only=True):
    """What became of the records, and how the sharing of state through Redis fares.

    Attributes:
        fleet: Whether Redis answers, what was told and heard, what was dropped; None without `redis_url`.
    """

    fleet: "FleetStats | None" = None


def client_stats(tracing: TracingStats, fleet: "Fleet | None") -> ClientStats:
    """Put the numbers of both together."""
    return ClientStats(**msgspec.structs.asdict(tracing), fleet=None if fleet is None else fleet.stats())
