"""Where authentication comes from that a connection does not have by itself: tokens, and the calling host."""

from functools import partial
from typing import TYPE_CHECKING

from genai_sdk.drivers.auth.auth import Auth, bearer, key_file_of, own_auth
from genai_sdk.drivers.auth.google import project_of
from genai_sdk.drivers.auth.host import Host
from genai_sdk.drivers.driver import Deployment
from genai_sdk.http import AsyncTransport, Budget, SyncTransport
from genai_sdk.lifecycle.ending import on_thread

if TYPE_CHECKING:
    from genai_sdk.drivers.auth.tokens import Tokens


class AuthSource:
    """Finds what a deployment's requests are authenticated with; safe between threads and event loops.

    Args:
        sync: What tokens for sync calls are fetched over.
        async_: What tokens for async calls are fetched over.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport) -> None:
        self._transports = sync, async_
        self._made: dict[str, Tokens] = {}
        self._host = Host(sync)

    def get(self, deployment: Deployment, budget: Budget) -> Auth:
        """Return the authentication, waiting for it if need be.

        Raises:
            ConfigurationError: There is none to be had here, or what it takes is not installed.
            ProviderError: The token endpoint gave none.
        """
        connection = deployment.connection
        auth = own_auth(connection)
        if auth is not None:
            return auth
        key_file = key_file_of(connection)
        if key_file is None:
            return self._host.auth(connection.view, budget)
        token = self._tokens().get(deployment, key_file, budget)
        return bearer(token, project_of(key_file), partial(self._tokens().drop, key_file, token))

    async def aget(self, deployment: Deployment, budget: Budget) -> Auth:
        """Return the authentication; the twin of `get`."""
        connection = deployment.connection
        auth = own_auth(connection)
        if auth is not None:
            return auth
        key_file = key_file_of(connection)
        if key_file is None:
            return await on_thread(self._host.auth, connection.view, budget)
        token = await self._tokens().aget(deployment, key_file, budget)
        return bearer(token, project_of(key_file), partial(self._tokens().drop, key_file, token))

    def _tokens(self) -> "Tokens":
        tokens = self._made.get("google")
        if tokens is None:
            from genai_sdk.drivers.auth.tokens import Tokens  # brings asyncio, which most connections need not wait for

            tokens = self._made.setdefault("google", Tokens(*self._transports))  # one, whoever comes first
        return tokens
