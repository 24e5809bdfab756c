"""A balancer before the broker's replicas: `python -m chaos.balancer PORT REPLICA_PORT…`.

New connections go to the replicas in turn. As balancers do, it asks each one's `/ready` all the time: one that does not
say yes in time gets no new connection, and one that refuses a connection is passed over at once. What was connected
before stays connected.
"""

import asyncio
import contextlib
import itertools
import sys
import threading
from collections.abc import Sequence

from chaos.orders import obey

CHECKED_EVERY = 0.5
"""Seconds between two checks of a replica."""
CHECK_TIMEOUT = 0.5
"""Seconds that a check, or a connection to a replica, may take."""
_CHECK = b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
_PIECE = 1 << 16


class Balancer:
    """Splices connections through to replicas on loopback.

    Args:
        replicas: Their ports.

    Attributes:
        ready: Those that said so when they were last checked; at first all.
    """

    def __init__(self, replicas: Sequence[int]) -> None:
        self._replicas = replicas
        self._turn = itertools.count()
        self.ready = set(replicas)

    async def serve(self, port: int, listening: threading.Event) -> None:
        """Serve on a port, for ever."""
        server = await asyncio.start_server(self._splice, "127.0.0.1", port)
        listening.set()
        async with server, asyncio.TaskGroup() as group:
            for replica in self._replicas:
                group.create_task(self._check(replica))

    async def _check(self, replica: int) -> None:
        while True:
            if await self._is_ready(replica):
                self.ready.add(replica)
            else:
                self.ready.discard(replica)
            await asyncio.sleep(CHECKED_EVERY)

    async def _is_ready(self, replica: int) -> bool:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT):
                reader, writer = await asyncio.open_connection("127.0.0.1", replica)
                with contextlib.closing(writer):
                    writer.write(_CHECK)
                    return b" 200 " in await reader.readline()
        except OSError:
            return False

    async def _splice(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer):
            for replica in self._order():
                try:
                    async with asyncio.timeout(CHECK_TIMEOUT):
                        there, back = await asyncio.open_connection("127.0.0.1", replica)
                except OSError:
                    continue
                with contextlib.closing(back):
                    await asyncio.gather(_pour(reader, back), _pour(there, writer))
                return

    def _order(self) -> list[int]:
        """Return the replicas in the order of this turn, those that are not ready last."""
        first = next(self._turn) % len(self._replicas)
        turned = [*self._replicas[first:], *self._replicas[:first]]
        return sorted(turned, key=lambda replica: replica not in self.ready)


async def _pour(source: asyncio.StreamReader, drain: asyncio.StreamWriter) -> None:
    """Pass on what comes until it ends, and end the other side then."""
    with contextlib.suppress(OSError):
        while piece := await source.read(_PIECE):
            drain.write(piece)
            await drain.drain()
    drain.close()


def main(port: str, *replicas: str) -> None:
    """Serve until the campaign ends."""
    listening = threading.Event()
    serve = Balancer([int(replica) for replica in replicas]).serve(int(port), listening)
    threading.Thread(target=asyncio.run, args=(serve,), daemon=True).start()
    if not listening.wait(10):
        raise TimeoutError("the balancer does not listen")
    obey({})


if __name__ == "__main__":
    main(*sys.argv[1:])
