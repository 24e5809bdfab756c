"""How often one client may guess, so that whoever guesses locks nobody else out."""

import ipaddress
from collections import OrderedDict, deque

ATTEMPTS, SECONDS = 10, 60.0
"""Failed tries that a client has within so many seconds."""

_CLIENTS = 10_000  # the least recent ones are forgotten beyond that


class Throttle:
    """Counts the failed tries of each client, by its address.

    A network of 64 bits of IPv6 is one client, since whoever has one address there has them all.
    """

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def is_closed(self, client: str, now: float) -> bool:
        """Whether a client has to wait."""
        failures = self._failures.get(_network(client))
        return failures is not None and len(failures) == ATTEMPTS and now - failures[0] < SECONDS

    def count(self, client: str, now: float) -> None:
        """Count a failed try."""
        network = _network(client)
        self._failures.setdefault(network, deque(maxlen=ATTEMPTS)).append(now)
        self._failures.move_to_end(network)
        if len(self._failures) > _CLIENTS:
            self._failures.popitem(last=False)

    def forgive(self, client: str) -> None:
        """Forget a client's failed tries: it logged in."""
        self._failures.pop(_network(client), None)


def _network(client: str) -> str:
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
