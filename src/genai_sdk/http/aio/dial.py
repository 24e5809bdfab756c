"""From a host's name to a connection that is ready for a request."""

import asyncio
import os
import socket
import ssl
import weakref
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, cast

from aiohappyeyeballs import start_connection

from genai_sdk.http.aio.connection import AsyncConnection
from genai_sdk.http.deadline import Deadline
from genai_sdk.http.errors import ConnectFailed, ConnectionCut, ReadTimedOut, TotalTimedOut, certificate_error
from genai_sdk.http.head import tunnel_head
from genai_sdk.http.liveness import watch_path
from genai_sdk.http.proxy import Proxy, describe_route
from genai_sdk.http.target import Target

Addresses = Sequence[tuple[int, int, int, str, tuple[Any, ...]]]
# Seconds that an address has before the next is tried beside it (RFC 8305 5).
HEAD_START = 0.25


class Dialler:
    """Makes connections on one event loop.

    Args:
        loop: The loop.

    Attributes:
        sockets: Those it made, as long as they live.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._loop = loop
        self._lookups: dict[tuple[str, int], asyncio.Task[Addresses]] = {}

    async def dial(
        self,
        connection: AsyncConnection,
        target: Target,
        proxy: Proxy | None,
        context: ssl.SSLContext | None,
        deadline: Deadline,
    ) -> None:
        """Connect `connection` to a target.

        Name lookup, every address, the proxy and TLS share the budget's connect limit. Addresses are tried as RFC 8305
        has it. Calls to the same host share a lookup.

        Raises:
            ConnectFailed: If there is no way through.
            ConnectTimedOut: If it takes longer than connecting may.
            TotalTimedOut: If the total is used up.
            TransportClosed: If the connection was ended meanwhile.
        """
        phase = deadline.connecting()
        where = describe_route(target, proxy)
        try:
            async with asyncio.timeout(phase.remaining()) as connection.dialling:
                await self._connect(connection, target, proxy, context, phase)
        except (TimeoutError, TotalTimedOut, ReadTimedOut):
            failure: Exception = connection.closed or deadline.connect_overdue()
        except ssl.SSLCertVerificationError as error:
            failure = certificate_error(where, error.verify_message)
        except ConnectionCut as error:
            failure = ConnectFailed(f"cannot connect to {where}: {error}")
        except (OSError, RuntimeError) as error:  # uvloop has some of the latter
            failure = connection.closed or ConnectFailed(f"cannot connect to {where}: {_reason(error)}")
        else:
            connection.check()
            return
        finally:
            connection.dialling = None
        raise failure

    async def _connect(
        self,
        connection: AsyncConnection,
        target: Target,
        proxy: Proxy | None,
        context: ssl.SSLContext | None,
        phase: Deadline,
    ) -> None:
        host, port = (proxy.host, proxy.port) if proxy else (target.host, target.port)
        addresses = await self._addresses(host, port)
        connection.sock = sock = await start_connection(
            cast("Any", addresses), happy_eyeballs_delay=HEAD_START, socket_factory=self._new_socket
        )
        watch_path(sock)
        if context is None or proxy is not None:
            await self._loop.create_connection(lambda: connection, sock=sock)
        else:
            await self._loop.create_connection(lambda: connection, sock=sock, ssl=context, server_hostname=target.host)
        if context is not None and proxy is not None:
            answer = await connection.ask("CONNECT", tunnel_head(target, proxy), phase)
            if answer.status != 200:
                raise ConnectFailed(f"no tunnel to {describe_route(target, proxy)}: {answer.status} {answer.reason}")
            assert connection.transport is not None
            connection.response = None
            connection.transport = await self._loop.start_tls(
                connection.transport, connection, context, server_hostname=target.host
            )

    async def _addresses(self, host: str, port: int) -> Addresses:
        with suppress(OSError):
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        key = (host, port)
        lookup = self._lookups.get(key)
        if lookup is None:
            lookup = self._lookups[key] = self._loop.create_task(self._look_up(key))
            lookup.add_done_callback(lambda done: done.cancelled() or done.exception())  # all may have left
        return await asyncio.shield(lookup)

    async def _look_up(self, key: tuple[str, int]) -> Addresses:
        try:
            return await self._loop.getaddrinfo(*key, type=socket.SOCK_STREAM)
        finally:
            del self._lookups[key]

    def _new_socket(self, address: tuple[Any, ...]) -> socket.socket:
        sock = socket.socket(*address[:3])
        self.sockets.add(sock)
        return sock


def _reason(error: Exception) -> str:
    if not isinstance(error, OSError) or error.errno is None or isinstance(error, (socket.gaierror, ssl.SSLError)):
        return getattr(error, "strerror", None) or str(error)
    return os.strerror(error.errno)  # in its place asyncio puts a text of its own
