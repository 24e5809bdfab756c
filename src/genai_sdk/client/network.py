"""The way to the network: certificates and proxies, as the environment says them."""

from collections.abc import Mapping

from genai_sdk.http import TransportSettings
from genai_sdk.secret import Sealed, Secret


def read_transport(environ: Mapping[str, str]) -> TransportSettings:
    """Return certificates and proxies as the environment says them.

    Raises:
        ConfigurationError: The CA bundle cannot be read.
    """
    return transport_of(Sealed(environ))


def transport_of(environ: Sealed[Mapping[str, str]], ca_bundle: str | None = None) -> TransportSettings:
    """Return certificates and proxies as a sealed environment says them; see `read_transport`."""
    ca_bundle = ca_bundle or environ.reveal().get("SSL_CERT_FILE", "").strip() or None

    def either(name: str) -> str | None:
        return environ.reveal().get(name.lower()) or environ.reveal().get(name) or None

    def proxy(name: str) -> Secret | None:
        return Secret(either(name) or "") if either(name) else None

    if ca_bundle is not None:
        from genai_sdk.http.tls import client_context  # loads ssl, which only they pay for who name a bundle

        client_context(ca_bundle)  # so that a wrong one is met now, and not at some later call
    return TransportSettings(
        ca_bundle=ca_bundle,
        # A CGI server sets HTTP_PROXY from a request's Proxy header: https://httpoxy.org
        http_proxy=_lower_only(environ) if "REQUEST_METHOD" in environ.reveal() else proxy("HTTP_PROXY"),
        https_proxy=proxy("HTTPS_PROXY"),
        no_proxy=either("NO_PROXY"),
    )


def _lower_only(environ: Sealed[Mapping[str, str]]) -> Secret | None:
    return Secret(environ.reveal().get("http_proxy") or "") if environ.reveal().get("http_proxy") else None
