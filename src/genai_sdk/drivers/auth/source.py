"""Where authentication comes from that a connection does not have by itself: tokens, and the calling host."""

from typing import TYPE_CHECKING

from genai_sdk.connections import Connection
from genai_sdk.drivers import failures
from genai_sdk.drivers.auth.auth import Auth, key_file_of, own_auth
from genai_sdk.drivers.auth.errors import TokenError
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import GenAIError, SourceUnavailableError
from genai_sdk.http import ConnectFailed, Deadline, SyncTransport, TotalTimedOut
from genai_sdk.wires.wire import HttpResponse

if TYPE_CHECKING:
    from genai_sdk.drivers.auth.aws.host import AwsHost
    from genai_sdk.drivers.auth.google import GoogleTokens

_GOOGLE = "google-vertex-ai"


class AuthSource:
    """Finds what a deployment's requests are authenticated with; safe between threads and event loops.

    Args:
        sync: What tokens are fetched over, on threads of their own.
    """

    def __init__(self, sync: SyncTransport) -> None:
        self._transport = sync
        self._made: dict[str, GoogleTokens] = {}
        self._aws_made: dict[str, AwsHost] = {}

    def get(self, deployment: Deployment, deadline: Deadline) -> Auth:
        """Return the authentication, waiting for it if need be.

        Raises:
            ConfigurationError: There is none to be had here, or what it takes is not installed.
            ProviderError: The token endpoint gave none.
            ClientClosedError: The client was closed meanwhile.
        """
        connection = deployment.connection
        if (auth := own_auth(connection)) is not None:
            return auth
        if connection.view.adapter != _GOOGLE:
            return _lent(connection, self._aws().get(deployment, deadline))
        try:
            return _lent(connection, self._google().get(key_file_of(connection), deadline))
        except (TokenError, SourceUnavailableError) as error:
            failed = error
        raise _failure(deployment, failed, deadline)

    async def aget(self, deployment: Deployment, deadline: Deadline) -> Auth:
        """Return the authentication; the twin of `get`."""
        connection = deployment.connection
        if (auth := own_auth(connection)) is not None:
            return auth
        if connection.view.adapter != _GOOGLE:
            return _lent(connection, await self._aws().aget(deployment, deadline))
        try:
            return _lent(connection, await self._google().aget(key_file_of(connection), deadline))
        except (TokenError, SourceUnavailableError) as error:
            failed = error
        raise _failure(deployment, failed, deadline)

    def _google(self) -> "GoogleTokens":
        tokens = self._made.get(_GOOGLE)
        if tokens is None:
            from genai_sdk.drivers.auth.google import GoogleTokens  # most connections need not wait for it

            tokens = self._made.setdefault(_GOOGLE, GoogleTokens(self._transport))  # one, whoever comes first
        return tokens

    def _aws(self) -> "AwsHost":
        host = self._aws_made.get("host")
        if host is None:
            from genai_sdk.drivers.auth.aws.host import AwsHost  # a cost only for those who have no keys of their own

            host = self._aws_made.setdefault("host", AwsHost(self._transport))  # as above
        return host


def _lent(connection: Connection, auth: Auth) -> Auth:
    """Have the connection's errors hide what its requests now carry: a provider may quote it."""
    for secret in auth.secrets:
        connection.lend(secret)
    return auth


def _failure(deployment: Deployment, error: GenAIError, deadline: Deadline) -> GenAIError:
    if isinstance(error, TokenError):
        return failures.no_token(deployment, HttpResponse(error.status, {}, error.body))
    if deadline.expired:
        return failures.from_transport(
            deployment, TotalTimedOut(f"no access token from Google within {deadline.total or 0:g} s")
        )
    return failures.from_transport(deployment, ConnectFailed(str(error)))
