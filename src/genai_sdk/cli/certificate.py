"""A server's certificate, read by a handshake of its own."""

import socket
import ssl
from datetime import UTC, datetime

from genai_sdk.http.tls import client_context

_SECONDS = 10.0


def expiry(host: str, port: int, ca_bundle: str | None) -> datetime | None:
    """Return when a server's certificate ends, or None where no handshake succeeds now."""
    try:
        with (
            socket.create_connection((host, port), timeout=_SECONDS) as plain,
            client_context(ca_bundle).wrap_socket(plain, server_hostname=host) as secure,
        ):
            certificate = secure.getpeercert() or {}
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    except (OSError, LookupError, ValueError):
        return None
