"""Where authentication comes from that a connection does not have by itself: tokens, and the calling host."""

from functools import partial
from typing import TYPE_CHECKING

from genai_sdk.drivers.auth.auth import Auth, bearer, key_file_of, own_auth
from genai_sdk.drivers.auth.google import project_of
from genai_sdk.drivers.auth.host import Host
from genai_sdk.drivers.auth.tokens import Tokens
from genai_sdk.drivers.driver import Deployment
from genai_sdk.http import AsyncTransport, Budget, SyncTransport
from genai_sdk.lifecycle.ending import on_thread

if TYPE_CHECKING:
    from genai_sdk.drivers.auth.aws.host import AwsHost


class AuthSource:
    """Finds what a deployment's requests are authenticated with; safe between threads and event loops.

    Args:
        sync: What tokens for sync calls are fetched over.
        async_: What tokens for async calls are fetched over.
    """

    def __init__(self, sync: SyncTransport, async_: AsyncTransport) -> None:
        self._tokens = Tokens(sync, async_)
        self._host = Host(sync)
        self._sync = sync
        self._aws: dict[str, AwsHost] = {}

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
            if connection.view.adapter == "bedrock":
                return self._aws_host().get(deployment, budget)
            return self._host.auth(budget)
        token = self._tokens.get(deployment, key_file, budget)
        return bearer(token, project_of(key_file), partial(self._tokens.drop, key_file, token))

    async def aget(self, deployment: Deployment, budget: Budget) -> Auth:
        """Return the authentication; the twin of `get`."""
        connection = deployment.connection
        auth = own_auth(connection)
        if auth is not None:
            return auth
        key_file = key_file_of(connection)
        if key_file is None:
            if connection.view.adapter == "bedrock":
                return await self._aws_host().aget(deployment, budget)
            return await on_thread(self._host.auth, budget)
        token = await self._tokens.aget(deployment, key_file, budget)
        return bearer(token, project_of(key_file), partial(self._tokens.drop, key_file, token))

    def _aws_host(self) -> "AwsHost":
        host = self._aws.get("host")
        if host is None:
            from genai_sdk.drivers.auth.aws.host import AwsHost  # a cost only for those who have no keys of their own

            host = self._aws.setdefault("host", AwsHost(self._sync))  # one, whoever comes first
        return host
