"""The trust of a transport, taken from its settings and from nowhere else."""

import os
from typing import TYPE_CHECKING

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # plain http does not pay for it
    import ssl


class Trust:
    """The CAs that transports trust, read at the first https address; several transports can share them.

    Args:
        ca_bundle: A PEM file of the CAs to trust, or None for those OpenSSL was built to use.
    """

    def __init__(self, ca_bundle: str | None) -> None:
        self._ca_bundle = ca_bundle
        self._context: ssl.SSLContext | None = None

    def context(self) -> "ssl.SSLContext":
        """Return the context for connections, made once.

        Raises:
            ConfigurationError: If the bundle cannot be read.
        """
        if self._context is None:
            self._context = client_context(self._ca_bundle)
        return self._context


def client_context(ca_bundle: str | None) -> "ssl.SSLContext":
    """Return a context that checks certificates and host names.

    It is made by hand, since `ssl.create_default_context` reads SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE by
    itself; the protocol's defaults (certificate and host name checked, TLS 1.2 or newer) are the same.

    Args:
        ca_bundle: A PEM file of the CAs to trust, or None for those OpenSSL was built to use.

    Raises:
        ConfigurationError: If the bundle cannot be read.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    # A company's bundle often holds its intermediate CA and not the root (Python's own default since 3.13).
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if ca_bundle is None:
        built_in = ssl.get_default_verify_paths()
        if os.path.isfile(built_in.openssl_cafile):
            context.load_verify_locations(cafile=built_in.openssl_cafile)
        if os.path.isdir(built_in.openssl_capath):
            context.load_verify_locations(capath=built_in.openssl_capath)
        return context
    try:
        context.load_verify_locations(cafile=ca_bundle)
    except OSError as error:
        raise ConfigurationError(
            Sentence.of(
                "tls.bundle",
                "The CA bundle {ca_bundle!r} cannot be read ({reason}): give a PEM file as ca_bundle or SSL_CERT_FILE.",
                ca_bundle=ca_bundle,
                reason=error.strerror or error,
            )
        ) from error
    return context
