"""How an exchange can fail below HTTP; callers turn these into errors of the public tree.

None of them carries a header, a body or a URL's query: those can hold secrets.
"""
# ruff: noqa: N818 - they say what happened; `Error` ends the names of the public tree


class TransportError(Exception):
    """The exchange failed without a (whole) answer."""


class UnsendableRequest(TransportError):
    """The URL or a header is not what HTTP allows; nothing was sent."""


class ConnectFailed(TransportError):
    """No connection: refused, unknown host, TLS or proxy failure."""


def certificate_error(where: str, reason: str) -> ConnectFailed:
    """Return the failure of a server whose certificate does not pass."""
    return ConnectFailed(
        f"{where} is not trusted: {reason}. If a CA of your own signed its certificate, give that CA's file as "
        "ca_bundle or SSL_CERT_FILE"
    )


class ConnectTimedOut(TransportError):
    """Connecting took longer than it may."""


class ReadTimedOut(TransportError):
    """The server sent nothing for longer than the gap allows."""


class TotalTimedOut(TransportError):
    """The exchange as a whole took longer than it may."""


class ConnectionCut(TransportError):
    """The connection ended, or HTTP was broken, before the answer was whole."""


class BodyTooLarge(TransportError):
    """The answer is larger than the bound."""


def too_large(limit: int) -> BodyTooLarge:
    """Return the failure of an answer that is larger than it may be."""
    return BodyTooLarge(f"the answer is larger than {limit} bytes")


class TransportClosed(TransportError):
    """The transport or the response was closed before or during the exchange."""
