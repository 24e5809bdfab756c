"""Which addresses a connection may lead to: no way from a form into the network that the platform stands in.

The rules are Langfuse's: https://langfuse.com/self-hosting/configuration, LANGFUSE_LLM_CONNECTION_WHITELISTED_*.
"""

import ipaddress
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Overdue
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.sentence import Sentence

LOOKUP_SECONDS = 3.0
"""How long finding a name's addresses may take."""

_INTERNAL = ("localhost", "internal", "intranet")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All that IANA has assigned for global unicast in IPv6: what is not in it is no server's on the internet.

https://www.iana.org/assignments/ipv6-address-space
"""

_EMBEDDED = (ipaddress.ip_network("2002::/16"), ipaddress.ip_network("2001::/32"))
"""Addresses in it that carry others inside: 6to4 and Teredo."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Addresses(msgspec.Struct, frozen=True):
    """What base URLs may name.

    Attributes:
        loopback: Whether this machine itself, where model servers of one's own and the simulated provider are.
        hosts: Names that are trusted, wherever they lead.
    """

    loopback: bool = True
    hosts: frozenset[str] = frozenset()

    def check(self, url: str | None) -> None:
        """Refuse a base URL unless every address that it leads to is a public one.

        Raises:
            ApiError: It leads into a private network, or its name has no address now (400).
        """
        if url is None:
            return
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
        if not host or host in self.hosts:
            return
        literal = _literal(host)
        if literal is None and not self.loopback and _is_internal(host, _INTERNAL):
            raise _refused(Sentence.of("address.internal", "{host} is an internal name", host=host))
        if literal is None and _is_internal(host, _INTERNAL[1:]):
            raise _refused(Sentence.of("address.internal", "{host} is an internal name", host=host))
        addresses = [literal] if literal is not None else _addresses_of(host)
        if not addresses:
            raise _refused(Sentence.of("address.absent", "{host} has no address that can be found now", host=host))
        for address in addresses:
            if not self._allows(address):
                where = host if literal is not None else f"{host} ({address})"
                raise _refused(Sentence.of("address.private", "{where} is not a public address", where=where))

    def _allows(self, address: Address) -> bool:
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if address.is_loopback:
            return self.loopback
        if isinstance(address, ipaddress.IPv6Address) and (
            address not in _UNICAST or any(address in network for network in _EMBEDDED)
        ):
            return False
        return address.is_global and not address.is_multicast


def _refused(reason: str) -> ApiError:
    message = Sentence.of(
        "address.untrusted", "{reason}. If you trust it, start the platform with --trust-host", reason=reason
    )
    error = [{"code": "custom", "path": ["baseURL"], "message": message}]
    return ApiError(400, Sentence.of("address.refused", "Invalid baseURL: {why}", why=message), error)


def _is_internal(host: str, names: Iterable[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _literal(host: str) -> Address | None:
    with suppress(ValueError):
        return ipaddress.ip_address(host.partition("%")[0])
    with suppress(OSError, ValueError):
        # Ways of writing an IPv4 address that connect as well as the usual one: 127.1, 0x7f000001, 2130706433.
        return ipaddress.ip_address(socket.inet_aton(host)) if host[:1].isdigit() else None
    return None


def _addresses_of(host: str) -> list[Address]:
    pool = ThreadPoolExecutor(1, thread_name_prefix="genai-lookup")
    try:
        infos = pool.submit(socket.getaddrinfo, host, None, type=socket.SOCK_STREAM).result(LOOKUP_SECONDS)
    except (OSError, UnicodeError, Overdue):
        return []
    finally:
        pool.shutdown(wait=False)
    return [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in infos]
