"""The simulated regions that the pages offer to register."""

from collections.abc import Sequence

from genai_sdk.local.simulated import ReadyConnection, ready_connection
from genai_sdk.local.store import Store

_REGIONS = ("seoul", "usa")


def missing_regions(store: Store, origin: str) -> Sequence[ReadyConnection]:
    """Return the regions that have no connection yet.

    Args:
        store: What the platform keeps.
        origin: The platform's address, as the browser reaches it.
    """
    offered = [ready_connection(origin, region, "azure") for region in _REGIONS]
    return [ready for ready in offered if store.connections.find(ready.name) is None]


def can_simulate(store: Store, origin: str) -> bool:
    """Whether a region is left to be registered."""
    return bool(missing_regions(store, origin))
