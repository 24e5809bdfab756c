"""The identity of the calling host: AWS's provider chain and Google's application default credentials.

Both libraries look into files, the environment and metadata services, and wait while they do.
"""

import threading
from collections.abc import Mapping
from typing import Any

from genai_sdk.drivers.auth.auth import Auth, SignatureAuth, bearer
from genai_sdk.drivers.auth.google import SCOPE, needs_google_auth
from genai_sdk.drivers.auth.sigv4 import AwsKeys
from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Budget, Request, SyncTransport, TransportError
from genai_sdk.lifecycle.fork import in_forked_child
from genai_sdk.types import ConnectionView


class Host:
    """Finds the host's identities and remembers where; the libraries renew what expires."""

    def __init__(self, transport: SyncTransport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._aws: Any = None
        in_forked_child(self._leave_behind)
        self._google: tuple[Any, str | None] | None = None

    def auth(self, view: ConnectionView, budget: Budget) -> Auth:
        """Return the host's authentication for a connection; blocks.

        Raises:
            ConfigurationError: The host has none.
        """
        with self._lock:
            return {"bedrock": self._of_aws, "google-vertex-ai": self._of_google}[view.adapter](view, budget)

    def _leave_behind(self) -> None:
        self._lock = threading.Lock()  # a thread of the parent may hold the other

    def _of_aws(self, view: ConnectionView, _budget: Budget) -> Auth:
        from botocore.session import Session  # slow to import, and seldom needed

        if self._aws is None:
            self._aws = Session().get_credentials()
        if self._aws is None:
            raise ConfigurationError("this host has no AWS credentials: see AWS's credential provider chain")
        found = self._aws.get_frozen_credentials()
        return SignatureAuth(AwsKeys(found.access_key, found.secret_key, found.token), view.region or "")

    def _of_google(self, _view: ConnectionView, budget: Budget) -> Auth:
        try:
            import google.auth
            from google.auth.exceptions import GoogleAuthError
        except ImportError:
            raise needs_google_auth() from None
        request = _GoogleRequest(self._transport, budget)
        failure = ""
        try:
            self._google = self._google or google.auth.default(scopes=[SCOPE], request=request)
            if not self._google[0].valid:
                self._google[0].refresh(request)
        except GoogleAuthError as error:
            failure = str(error)
        if failure or self._google is None:
            raise ConfigurationError(f"this host has no usable Google credentials: {failure}")
        if not self._google[1]:
            raise ConfigurationError("this host's Google credentials name no project: set GOOGLE_CLOUD_PROJECT")
        return bearer(self._google[0].token, self._google[1])


class _GoogleRequest:
    """google-auth's way to HTTP, over ours (https://google-auth.readthedocs.io: google.auth.transport.Request)."""

    def __init__(self, transport: SyncTransport, budget: Budget) -> None:
        self._transport = transport
        self._budget = budget

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_more: Any,
    ) -> "_GoogleResponse":
        from google.auth.exceptions import TransportError as GoogleTransportError

        content = body.encode() if isinstance(body, str) else body or b""
        request = Request(method, url, tuple((headers or {}).items()), content)
        try:
            response = self._transport.open(request, Budget(timeout or self._budget.remaining()))
            return _GoogleResponse(response.status, dict(response.headers), response.read())
        except TransportError as error:
            raise GoogleTransportError(str(error)) from error


class _GoogleResponse:
    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = headers
        self.data = data
