"""What can be done before the first call, so that it need not wait: what is loaded, and the way to the providers."""

import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress

from genai_sdk.catalogue import endpoint
from genai_sdk.connections import Connection
from genai_sdk.errors import GenAIError
from genai_sdk.http import AsyncTransport, Deadline, SyncTransport, TransportError, UnsendableRequest
from genai_sdk.http.target import split
from genai_sdk.routing import CONNECT_TIMEOUT, Router

MOST = 8
"""Hosts: whoever has connections to more does not know which will be asked first."""


def warm_up(router: Router, transport: SyncTransport, connections: Sequence[Connection]) -> None:
    """Connect to the hosts of some connections, each on a thread of its own, and load what they need meanwhile."""
    openers = [threading.Thread(target=_reach, args=(transport, url), daemon=True) for url in hosts(connections)]
    for opener in openers:
        opener.start()
    router.warm_up(connections)
    for opener in openers:
        opener.join()


async def awarm_up(router: Router, transport: AsyncTransport, connections: Sequence[Connection]) -> None:
    """Do the same on the running event loop; the twin of `warm_up`."""
    from asyncio import gather  # 35 ms that a synchronous process does not pay

    await gather(router.awarm_up(connections), *[_areach(transport, url) for url in hosts(connections)])


def hosts(connections: Iterable[Connection]) -> Sequence[str]:
    """Return a URL for each host that calls on these connections go to: in their order, eight at most."""
    urls: dict[tuple[str, str, int], str] = {}
    for connection in connections:
        view = connection.view
        if connection.error is None and len(urls) < MOST:
            # The call that needs it says what is wrong.
            with suppress(ValueError, UnsendableRequest):
                url = endpoint(view.adapter, base_url=view.base_url, region=view.region)
                urls.setdefault(split(url)[:3], url)
    return tuple(urls.values())


def _reach(transport: SyncTransport, url: str) -> None:
    with suppress(TransportError, GenAIError):
        transport.reach(url, Deadline(CONNECT_TIMEOUT))


async def _areach(transport: AsyncTransport, url: str) -> None:
    with suppress(TransportError, GenAIError):
        await transport.reach(url, Deadline(CONNECT_TIMEOUT))
