"""Access tokens: fetched once however many calls want one, served at once, renewed before they run out."""

import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from genai_sdk.connections import Secret
from genai_sdk.drivers.auth.errors import TokenError
from genai_sdk.drivers.auth.google.adc import Identity, find_identity
from genai_sdk.drivers.auth.google.exchange import (
    Token,
    metadata_request,
    project_of,
    read_token,
    service_account_request,
    user_request,
)
from genai_sdk.drivers.auth.google.library import LibraryCredentials
from genai_sdk.errors import (
    AccessDeniedError,
    ClientClosedError,
    ConfigurationError,
    SourceUnavailableError,
)
from genai_sdk.http import Deadline, Request, SyncTransport, TransportClosed, TransportError, TransportSettings
from genai_sdk.lifecycle import Cache, Fetch, Freshness
from genai_sdk.sentence import Sentence
from genai_sdk.wires.wire import HttpRequest

PATIENCE = 10.0
"""Seconds that fetching a token may take."""
MARGIN = 120.0
"""Seconds before its end that a token is no longer used."""
_REMEMBERED = 256
"""Identities."""
_NEAR = 3.0
"""Seconds for the metadata server, as google-auth: where there is none, nothing answers."""
_TOKEN_PATH = "instance/service-accounts/default/token"  # noqa: S105 - a path
_PROJECT_PATH = "project/project-id"

_AHEAD = Freshness(fresh_for=2400, shared=0.0, final=(AccessDeniedError, ConfigurationError))
"""Google's tokens last an hour: after 40 minutes one is renewed beside the calls."""
_NEARBY = Freshness(fresh_for=240, shared=0.0, final=(AccessDeniedError, ConfigurationError))
"""The metadata server keeps its token itself, and gives another 5 minutes before that ends."""


class GoogleAuth(msgspec.Struct, frozen=True):
    """An access token as an `Auth`.

    Attributes:
        token: The token.
        project: The project of the identity.
        quota_project: The project that calls are counted to, or empty.
        forget: Drops the token, which was refused.
    """

    token: Secret
    project: str
    quota_project: str
    forget: Callable[[], None]

    @property
    def secrets(self) -> Sequence[Secret]:
        """The token."""
        return (self.token,)

    @property
    def fixed(self) -> None:
        """Nothing: the next request may have another token."""
        return

    def headers(self, _request: HttpRequest) -> Mapping[str, str]:
        """Return the headers that authenticate a request."""
        headers = {"authorization": f"Bearer {self.token.reveal()}"}
        return {**headers, "x-goog-user-project": self.quota_project} if self.quota_project else headers

    def refused(self) -> None:
        """Drop the token."""
        self.forget()


class GoogleTokens:
    """Tokens of service accounts and of the host; safe between threads, event loops and forks.

    Args:
        transport: What Google is asked over.
        near: What the metadata server is asked over; never a proxy.
        find: Finds the host's identity.
        now: The wall clock in seconds.
    """

    def __init__(
        self,
        transport: SyncTransport,
        *,
        near: SyncTransport | None = None,
        find: Callable[[], Identity] = find_identity,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._transport = transport
        self._near = near
        self._find = find
        self._now = now
        self._accounts: dict[Secret, Identity] = {}
        self._host: Identity | None = None
        self._project = ""
        self._library: LibraryCredentials | None = None
        self._far = self._cache(_AHEAD)
        self._close = self._cache(_NEARBY)

    def get(self, key_file: Secret | None, deadline: Deadline) -> GoogleAuth:
        """Return a token.

        Args:
            key_file: A service account's key file; None for the calling host's own identity.
            deadline: How long to wait.

        Raises:
            TokenError: Google gave none.
            ConfigurationError: The identity is not usable, or the host has none.
            SourceUnavailableError: Google cannot be reached, or not in time.
            ClientClosedError: The client was closed.
        """
        identity = self.host() if key_file is None else self._account(key_file)
        return self._auth(identity, self._cache_of(identity).get(identity, timeout=deadline.remaining()))

    def token(self, key_file: Secret, deadline: Deadline) -> Token:
        """Return a service account's token with its end; the arguments and errors are those of `get`."""
        return self._far.get(self._account(key_file), timeout=deadline.remaining())

    async def aget(self, key_file: Secret | None, deadline: Deadline) -> GoogleAuth:
        """Return a token; the twin of `get`."""
        identity = self.host() if key_file is None else self._account(key_file)
        return self._auth(identity, await self._cache_of(identity).aget(identity, timeout=deadline.remaining()))

    def host(self) -> Identity:
        """Return the host's identity, looked for once.

        Raises:
            ConfigurationError: It has none.
        """
        if self._host is None:
            self._host = self._find()
        return self._host

    def _account(self, key_file: Secret) -> Identity:
        identity = self._accounts.get(key_file)
        if identity is None:
            if len(self._accounts) >= _REMEMBERED:
                self._accounts = {}
            project = project_of(key_file)
            identity = Identity("service_account", "the connection's key file", key_file, project)
            self._accounts[key_file] = identity
        return identity

    def close(self) -> None:
        """Drop every token and end every wait."""
        self._far.close()
        self._close.close()
        if self._near is not None:
            self._near.close()

    def _cache(self, freshness: Freshness) -> Cache[Identity, Token]:
        return Cache(
            self._load,
            freshness,
            source=lambda: "Google's token service",
            thread="genai-google-token",
            timeout=PATIENCE,
            grace=1.0,
            size=_REMEMBERED,
            expires_at=lambda token: token.expires - MARGIN,
            now=self._now,
        )

    def _cache_of(self, identity: Identity) -> Cache[Identity, Token]:
        return self._close if identity.kind == "metadata" else self._far

    def _auth(self, identity: Identity, token: Token) -> GoogleAuth:
        project = identity.project or self._project
        if not project:
            raise ConfigurationError(
                Sentence.of(
                    "google.no_project", "this host's Google credentials name no project: set GOOGLE_CLOUD_PROJECT"
                )
            )
        cache = self._cache_of(identity)
        return GoogleAuth(token.value, project, identity.quota_project, lambda: cache.drop(identity, token))

    def _load(self, fetch: Fetch[Identity, Token]) -> Token:
        identity = fetch.key
        match identity.kind:
            case "service_account":
                return self._fetch(service_account_request(identity.info, self._now()))
            case "authorized_user":
                return self._fetch(user_request(identity.info))
            case "metadata":
                return self._ask_metadata(identity)
            case "foreign":
                if self._library is None:
                    self._library = LibraryCredentials(identity, self._transport)
                    self._project = self._library.project
                return self._library.token(Deadline(PATIENCE), self._now())

    def _fetch(self, request: Request) -> Token:
        status, _, body = self._exchange(self._transport, request, PATIENCE)
        token = read_token(body, self._now()) if status == 200 else None
        if token is None:
            raise TokenError(f"no access token ({status})", status, body)
        return token

    def _ask_metadata(self, identity: Identity) -> Token:
        near = self._near = self._near or SyncTransport(TransportSettings())
        status, headers, body = self._exchange(near, metadata_request(identity.place, _TOKEN_PATH), _NEAR)
        # Whatever else answers at that name (a captive portal, a proxy) does not say that it is Google's.
        if headers.get("metadata-flavor") != "Google":
            raise ConfigurationError(
                Sentence.of(
                    "google.no_metadata",
                    "what answers at {place} is not Google's metadata server",
                    place=identity.place,
                )
            )
        token = read_token(body, self._now()) if status == 200 else None
        if token is None:
            raise TokenError(f"no access token ({status})", status, body)
        if not identity.project and not self._project:
            status, _, body = self._exchange(near, metadata_request(identity.place, _PROJECT_PATH), _NEAR)
            self._project = body.decode("ascii", "replace").strip() if status == 200 else ""
        return token

    def _exchange(
        self, transport: SyncTransport, request: Request, patience: float
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            response = transport.open(request, Deadline(patience))
            return response.status, {name.lower(): item for name, item in response.headers}, response.read()
        except TransportClosed as error:
            raise ClientClosedError(
                Sentence.of("client.closed", "the client was closed; make a new one for further calls")
            ) from error
        except TransportError as error:
            problem = str(error)
        if transport is self._near:
            raise ConfigurationError(
                Sentence.of(
                    "google.nobody",
                    "this host has no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not set, there "
                    "is no file of gcloud's, and no metadata server answers ({problem}); run `gcloud auth "
                    "application-default login`, or give the connection a key file",
                    problem=problem,
                )
            )
        raise SourceUnavailableError(
            Sentence.of("google.no_answer", "Google's token service cannot be asked: {problem}", problem=problem)
        )
