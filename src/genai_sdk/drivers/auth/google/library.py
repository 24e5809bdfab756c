"""The identities that google-auth alone knows: workload identity federation, impersonation and others."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.drivers.auth.google.adc import Identity
from genai_sdk.drivers.auth.google.exchange import SCOPE, Token
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Deadline, Request, SyncTransport, TransportError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_LIFETIME = 300.0
"""Seconds that a token is used whose end google-auth does not know."""


class LibraryCredentials:
    """Gets tokens by google-auth, over our transport.

    Args:
        identity: Who is to get them.
        transport: What Google, and whoever else vouches for the host, is asked over.

    Raises:
        ConfigurationError: google-auth is not installed, or does not know the identity.
    """

    def __init__(self, identity: Identity, transport: SyncTransport) -> None:
        self._transport = transport
        problem = ""
        try:
            import google.auth
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            raise ConfigurationError(
                Sentence.of(
                    "google.needs_library",
                    "this host's Google credentials are of the type {type!r}, which needs google-auth: pip "
                    "install 'genai-sdk-langfuse[vertex]'",
                    type=identity.info.get("type"),
                )
            ) from None
        try:
            made: Any = google.auth.default(scopes=[SCOPE], request=self._request(Deadline(10.0)))
            self._credentials, self.project = made[0], str(made[1] or "")
        except (GoogleAuthError, ValueError) as error:
            problem = type(error).__name__
        if problem:
            raise ConfigurationError(
                Sentence.of(
                    "google.library_refused",
                    "google-auth cannot use this host's credentials ({problem}): {place}",
                    problem=problem,
                    place=identity.place,
                )
            )

    def token(self, deadline: Deadline, now: float) -> Token:
        """Return a token; blocks.

        Raises:
            ConfigurationError: google-auth got none.
        """
        from google.auth.exceptions import GoogleAuthError

        problem = ""
        try:
            self._credentials.refresh(self._request(deadline))
        except (GoogleAuthError, ValueError) as error:
            problem = type(error).__name__  # its text may quote what was sent
        if problem:
            raise ConfigurationError(
                Sentence.of(
                    "google.no_token", "google-auth got no access token for this host ({problem})", problem=problem
                )
            )
        expiry = self._credentials.expiry
        left = (expiry.replace(tzinfo=None) - type(expiry)(1970, 1, 1)).total_seconds() if expiry else now + _LIFETIME
        return Token(Secret(str(self._credentials.token)), left)

    def _request(self, deadline: Deadline) -> "_LibraryRequest":
        return _LibraryRequest(self._transport, deadline)


class _LibraryRequest:
    """google-auth's way to HTTP, over ours (https://googleapis.dev/python/google-auth: `google.auth.transport`)."""

    def __init__(self, transport: SyncTransport, deadline: Deadline) -> None:
        self._transport = transport
        self._deadline = deadline

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_more: Any,
    ) -> "_LibraryResponse":
        from google.auth.exceptions import TransportError as GoogleTransportError

        content = body.encode() if isinstance(body, str) else body or b""
        request = Request(method, url, tuple((headers or {}).items()), content)
        try:
            response = self._transport.open(request, Deadline(timeout or self._deadline.remaining()))
            return _LibraryResponse(response.status, dict(response.headers), response.read())
        except TransportError as error:
            raise GoogleTransportError(str(error)) from error


class _LibraryResponse:
    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = headers
        self.data = data
