"""The calling host's AWS identity as calls use it: looked for once, kept, and renewed beside the calls."""

import time
from collections.abc import Callable

from genai_sdk.drivers.auth.auth import Auth, bearer
from genai_sdk.drivers.auth.aws.chain import AwsChain, HostCredentials
from genai_sdk.drivers.auth.signature import SignatureAuth
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ProviderUnavailableError, SourceUnavailableError
from genai_sdk.http import Deadline, SyncTransport
from genai_sdk.lifecycle import Cache, Fetch, Freshness
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

MARGIN = 60.0
"""Seconds before their end that keys are no longer used: a request may be under way for a while."""

# AWS gives keys for a quarter of an hour at least, so they are renewed long before they end; and what a machine gives,
# or its files hold, may change at any time.
_FRESHNESS = Freshness(fresh_for=300.0)
_PATIENCE = 30.0


class AwsHost:
    """Finds what the host signs with; one question at a time however many calls wait for its answer.

    Args:
        transport: What STS is asked over.
        chain: Where the host's identity is looked for.
        now: The clock, in seconds since 1970.
    """

    def __init__(
        self, transport: SyncTransport, *, chain: AwsChain | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self._chain = AwsChain(transport) if chain is None else chain
        self._known: dict[str, tuple[HostCredentials, Auth]] = {}
        self._cache: Cache[str, HostCredentials] = Cache(
            self._load,
            _FRESHNESS,
            source=lambda: "the search for this host's AWS identity",
            thread="genai-aws-identity",
            timeout=_PATIENCE,
            expires_at=_end,
            now=now,
        )

    def get(self, deployment: Deployment, deadline: Deadline) -> Auth:
        """Return what a deployment's requests are authenticated with.

        Raises:
            ConfigurationError: The host has no identity, or what says where it is is wrong.
            ProviderUnavailableError: Whoever has it did not answer.
        """
        region = deployment.connection.view.region or ""
        try:
            return self._auth(region, self._cache.get(region, timeout=deadline.remaining()))
        except SourceUnavailableError as error:
            failed = str(error)
        raise _unavailable(deployment, failed)

    async def aget(self, deployment: Deployment, deadline: Deadline) -> Auth:
        """Return what a deployment's requests are authenticated with; the twin of `get`."""
        region = deployment.connection.view.region or ""
        try:
            return self._auth(region, await self._cache.aget(region, timeout=deadline.remaining()))
        except SourceUnavailableError as error:
            failed = str(error)
        raise _unavailable(deployment, failed)

    def close(self) -> None:
        """Forget the identity."""
        self._cache.close()
        self._known.clear()
        self._chain.close()

    def _load(self, fetch: Fetch[str, HostCredentials]) -> HostCredentials:
        return self._chain.load(fetch.key or None)

    def _auth(self, region: str, credentials: HostCredentials) -> Auth:
        known = self._known.get(region)
        if known is not None and known[0] is credentials:
            return known[1]
        keys = credentials.keys
        auth: Auth = bearer(credentials.bearer or Secret("")) if keys is None else SignatureAuth(keys, region)
        self._known[region] = credentials, auth
        return auth


def _end(credentials: HostCredentials) -> float:
    return float("inf") if credentials.expires is None else credentials.expires - MARGIN


def _unavailable(deployment: Deployment, failed: str) -> ProviderUnavailableError:
    connection = deployment.connection
    return ProviderUnavailableError(
        Sentence.of(
            "provider.not_asked",
            "{name}/{model} could not be asked: {failed}",
            name=connection.name,
            model=deployment.model,
            failed=failed,
        ),
        provider=connection.view.adapter,
        connection=connection.name,
        model=deployment.model,
        reason="no identity",
    )
