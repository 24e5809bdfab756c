"""Which proxy a request goes through: decided from the settings alone."""

import base64
import ipaddress
from typing import NamedTuple
from urllib.parse import unquote

import msgspec

from genai_sdk.errors import ConfigurationError
from genai_sdk.http.request import TransportSettings
from genai_sdk.http.target import Target, parse
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence


class Proxy(msgspec.Struct, frozen=True):
    """A proxy, spoken to over plain HTTP.

    Attributes:
        host: Its host, an IPv6 address without brackets.
        port: Its port.
        authorization: The value of Proxy-Authorization, if it wants one.
    """

    host: str
    port: int
    authorization: Secret | None = None

    def __repr__(self) -> str:
        return f"Proxy({self.url})"

    @property
    def url(self) -> str:
        """Its URL, without user and password."""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"


def describe_route(target: Target, proxy: Proxy | None) -> str:
    """Say where a connection leads, for messages."""
    return f"{target.name}:{target.port}" + (f" through the proxy {proxy.url}" if proxy else "")


class DirectHosts(NamedTuple):
    """One entry of NO_PROXY: a network, or a name with all names below it, perhaps on one port only."""

    network: ipaddress.IPv4Network | ipaddress.IPv6Network | None
    name: str
    port: int | None

    def match(self, host: str, port: int) -> bool:
        """Tell whether `host` is reached directly because of this entry."""
        if self.network is not None:
            try:
                return ipaddress.ip_address(host) in self.network
            except ValueError:
                return False
        named = self.name == "*" or host == self.name or host.endswith(f".{self.name}")
        return named and self.port in (None, port)


class ProxyRules:
    """The proxies of a transport.

    Raises:
        ConfigurationError: If a proxy's URL cannot be used.
    """

    def __init__(self, settings: TransportSettings) -> None:
        self._proxies = {"http": _proxy("http", settings.http_proxy), "https": _proxy("https", settings.https_proxy)}
        self._direct = [_entry(text) for text in (settings.no_proxy or "").replace(",", " ").split()]

    def find(self, scheme: str, host: str, port: int) -> Proxy | None:
        """Return the proxy for a URL's scheme, host and port, or None to go straight there."""
        proxy = self._proxies[scheme]
        if proxy is None or any(entry.match(host.rstrip("."), port) for entry in self._direct):
            return None
        return proxy


def _proxy(scheme: str, setting: Secret | None) -> Proxy | None:
    url = setting.reveal() if setting is not None else ""
    if not url:
        return None
    parsed = parse(url if "://" in url else f"http://{url}")
    if parsed is None or parsed[0].scheme != "http":
        del url, parsed  # whoever prints a traceback with its variables prints no password
        raise ConfigurationError(
            Sentence.of(
                "proxy.unusable",
                "The proxy for {scheme} URLs cannot be used: give http://host:port. Only proxies spoken "
                "to over plain http are supported; https URLs are tunnelled through them.",
                scheme=scheme,
            )
        )
    parts, host, port = parsed
    if parts.username is None:
        return Proxy(host, port or 80)
    userinfo = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return Proxy(host, port or 80, Secret(f"Basic {base64.b64encode(userinfo).decode('ascii')}"))


def _entry(text: str) -> DirectHosts:
    try:
        return DirectHosts(ipaddress.ip_network(text.strip("[]"), strict=False), "", None)
    except ValueError:
        host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        host, port = text, ""
    name = host if host == "*" else host.removeprefix("*").strip(".").strip("[]").lower()
    return DirectHosts(None, name, int(port) if port else None)
