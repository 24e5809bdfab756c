"""A URL taken apart once, in the same way for both transports."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from genai_sdk.http.errors import UnsendableRequest

_LONGEST_LABEL = 63
"""Characters between two dots of a host."""

DEFAULT_PORTS = {"http": 80, "https": 443}

_SPACED = "the URL holds spaces or control characters: percent-encode them"


class Target(NamedTuple):
    """Where a request goes.

    Attributes:
        scheme: `http` or `https`.
        host: The host in ASCII and lower case, an IPv6 address without brackets.
        port: The port, the scheme's own by default.
        path: Path and query.
        authority: What the Host header says: the port only if it is not the scheme's own.
    """

    scheme: str
    host: str
    port: int
    path: str
    authority: str

    @property
    def name(self) -> str:
        """The host as it stands in a URL."""
        return _name(self.host)

    @property
    def url(self) -> str:
        """The whole URL, as a proxy wants it."""
        return f"{self.scheme}://{self.authority}{self.path}"


def split(url: str) -> Target:
    """Take a URL apart.

    Raises:
        UnsendableRequest: If it is not an absolute http or https URL, holds a user and password, or has characters
            that must be percent-encoded. The message never quotes the URL.
    """
    if "?" not in url:
        return _place(url)
    base, _, query = url.partition("#")[0].partition("?")
    target = _place(base)
    if " " in query or not query.isprintable():
        raise UnsendableRequest(_SPACED)
    if not query.isascii():
        raise UnsendableRequest("the URL's query is not ASCII: percent-encode it")
    return target._replace(path=f"{target.path}?{query}") if query else target


@lru_cache(maxsize=256)
def _place(base: str) -> Target:
    """Take apart what is before the query; the query is not remembered, as it can hold a key."""
    if " " in base or not base.isprintable():  # urlsplit would drop line breaks in silence
        raise UnsendableRequest(_SPACED)
    parsed = parse(base.partition("#")[0])
    if parsed is None or parsed[0].scheme not in DEFAULT_PORTS:
        raise UnsendableRequest("the URL is not an absolute http or https URL: give http(s)://host[:port]/path")
    parts, host, port = parsed
    if "@" in parts.netloc:
        raise UnsendableRequest("the URL holds a user or password: send them as an Authorization header")
    if not parts.path.isascii():
        raise UnsendableRequest("the URL's path is not ASCII: percent-encode it")
    name, usual = _name(host), DEFAULT_PORTS[parts.scheme]
    authority = name if port in (None, usual) else f"{name}:{port}"
    return Target(parts.scheme, host, port or usual, parts.path or "/", authority)


def _name(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _in_ascii(host: str) -> str:
    """Return a host as name servers know it (https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4).

    Raises:
        ValueError: A label of it is empty or too long.
    """
    if not host.isascii():
        return host.encode("idna").decode("ascii")  # whose tables take 1 ms to load
    *labels, last = host.split(".")
    if len(last) > _LONGEST_LABEL or not all(0 < len(label) <= _LONGEST_LABEL for label in labels):
        raise ValueError("a label of the host is empty or too long")
    return host


def parse(url: str) -> tuple[SplitResult, str, int | None] | None:
    """Return a URL's parts, its host in ASCII and its port; None if it has no host or is none (errors quote it)."""
    try:
        parts = urlsplit(url)
        host = _in_ascii(parts.hostname or "")
        return (parts, host, parts.port) if host else None
    except ValueError:
        return None
