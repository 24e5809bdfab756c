"""One exchange by aiohttp: its limits, its failures, and how it is aborted."""

import asyncio
import io
import os
import socket
import ssl

import aiohttp
from yarl import URL

from genai_sdk.http.budget import Budget
from genai_sdk.http.connector import ATTEMPT, Handler
from genai_sdk.http.errors import ConnectFailed, ConnectionCut, TransportError, UnsendableRequest, untrusted
from genai_sdk.http.proxy import Proxy, way
from genai_sdk.http.request import FRAMING_HEADERS, Request
from genai_sdk.http.target import Target

# aiohttp warns of larger ones, which it would send in one go (aiohttp.payload.TOO_LARGE_BYTES_BODY).
ONE_GO = 1024 * 1024
# It also rounds longer limits than this up to whole seconds.
NEVER_ROUND = float("inf")


class Exchange:
    """A request on its way, then its answer; lives on one event loop.

    Attributes:
        fresh: Whether only a new connection will do.
        kept: The kept connection that it got, None if it got a new one.
        connected: Whether it has got a connection.
        response: aiohttp's response, once the head is there.
    """

    def __init__(self, request: Request, target: Target, proxy: Proxy | None, budget: Budget) -> None:
        self.fresh = False
        self.kept: Handler | None = None
        self.connected = False
        self.response: aiohttp.ClientResponse | None = None
        self._request = request
        self._target = target
        self._proxy = proxy
        self._budget = budget
        self._limit: asyncio.Timeout | None = None
        self._ended: TransportError | None = None

    async def start(self, session: aiohttp.ClientSession, context: ssl.SSLContext | None) -> None:
        """Send the request and wait for the head of its answer.

        Raises:
            TransportError: As `AsyncTransport.open` says.
        """
        budget = self._budget
        self.connected = False
        token = ATTEMPT.set(self)
        try:
            async with asyncio.timeout(budget.remaining()) as self._limit:
                self.response = await self._send(session, context)
        except aiohttp.ConnectionTimeoutError:
            failure: TransportError = budget.connect_overdue()
        except TimeoutError:
            failure = budget.read_overdue()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = self._failure(error)
        except RuntimeError:  # aiohttp's word for a closed session
            if self._ended is None:
                raise
            failure = self._ended
        else:
            connection = self.response.connection
            if connection is not None and connection.protocol is not None:
                # aiohttp's own limit runs on while nobody waits for the body.
                connection.protocol.read_timeout = None
                connection.protocol.start_timeout()
            return
        finally:
            self._limit = None
            ATTEMPT.reset(token)
        raise self._ended or failure

    @property
    def announced(self) -> int:
        """How long the body is said to be, 0 if nothing is said."""
        return (self.response is not None and self.response.content_length) or 0

    async def piece(self) -> bytes:
        """Return the bytes that arrived since the last call, waiting for the first of them; empty at the end.

        Raises:
            TransportError: As `AsyncResponse.read` says.
        """
        if self._ended is not None:
            raise self._ended
        assert self.response is not None
        content = self.response.content
        budget = self._budget
        try:
            if data := content.read_nowait():
                if budget.spent:
                    raise budget.read_overdue()
                return data
            if content.is_eof():
                return b""
            async with asyncio.timeout(budget.read_timeout()):
                return await content.readany()
        except TimeoutError:
            failure: TransportError = budget.read_overdue()
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            failure = self._failure(error)
        raise self._ended or failure

    def abort(self, error: TransportError) -> None:
        """End the exchange at once, on its own loop; who waits for it gets `error`."""
        self._ended = self._ended or error
        if self.response is not None:
            self.response.close()
        elif self._limit is not None and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time())

    def forget(self, error: TransportError) -> None:
        """Leave the exchange as it is; who uses it later gets `error`."""
        self._ended = error
        self.response = None

    async def _send(self, session: aiohttp.ClientSession, context: ssl.SSLContext | None) -> aiohttp.ClientResponse:
        request, proxy = self._request, self._proxy
        headers = [(name, value) for name, value in request.headers if name.lower() not in FRAMING_HEADERS]
        proxy_headers = None
        if proxy is not None and proxy.authorization is not None:
            credentials = ("Proxy-Authorization", proxy.authorization)
            if context is None:
                headers.append(credentials)
            else:
                proxy_headers = [credentials]
        body = request.body
        return await session.request(
            request.method,
            URL(self._target.url, encoded=True),
            headers=headers,
            data=io.BytesIO(body) if len(body) > ONE_GO else body or None,
            allow_redirects=False,
            proxy=None if proxy is None else URL(proxy.url),
            proxy_headers=proxy_headers,
            ssl=context or True,
            timeout=aiohttp.ClientTimeout(
                connect=self._budget.connect_timeout(),
                sock_read=self._budget.read_timeout(),
                ceil_threshold=NEVER_ROUND,
            ),
        )

    def _failure(self, error: Exception) -> TransportError:
        """Return our failure for aiohttp's, which holds URLs and headers and so is not even kept as a context."""
        where = way(self._target, self._proxy)
        match error:
            case aiohttp.ClientConnectorCertificateError(certificate_error=cause):
                return untrusted(where, getattr(cause, "verify_message", str(cause)))
            case aiohttp.ClientConnectorError(os_error=cause):
                return ConnectFailed(f"cannot connect to {where}: {_reason(cause)}")
            case aiohttp.ClientHttpProxyError():
                return ConnectFailed(f"no tunnel to {where}: {error.status} {error.message}")
            case ValueError():
                return UnsendableRequest("the method, the URL or a header holds what HTTP forbids")
            case _ if not self.connected:
                return ConnectFailed(f"cannot connect to {where}: the proxy broke off")
            case aiohttp.ClientResponseError():
                return ConnectionCut("what came is not an HTTP/1 answer, or its headers are too large")
        return ConnectionCut(f"the connection broke {'in the body' if self.response else 'before the answer'}")


def _reason(error: OSError) -> str:
    if error.errno is None or isinstance(error, (socket.gaierror, ssl.SSLError)):
        return error.strerror or str(error)
    return os.strerror(error.errno)  # in its place asyncio puts a text of its own
