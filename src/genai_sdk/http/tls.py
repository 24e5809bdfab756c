"""The trust of a transport, taken from its settings and from nowhere else."""

import os
import ssl

from genai_sdk.errors import ConfigurationError


def client_context(ca_bundle: str | None) -> ssl.SSLContext:
    """Return a context that checks certificates and host names.

    It is made by hand, since `ssl.create_default_context` reads SSL_CERT_FILE, SSL_CERT_DIR and SSLKEYLOGFILE by
    itself; the protocol's defaults (certificate and host name checked, TLS 1.2 or newer) are the same.

    Args:
        ca_bundle: A PEM file of the CAs to trust, or None for those OpenSSL was built to use.

    Raises:
        ConfigurationError: If the bundle cannot be read.
    """
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
            f"The CA bundle {ca_bundle!r} cannot be read ({error.strerror or error}): give a PEM file as ca_bundle or "
            "SSL_CERT_FILE."
        ) from error
    return context
