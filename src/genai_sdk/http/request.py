"""What goes out, and how a transport is set up."""

import msgspec

Body = bytes | tuple[bytes, ...]
"""A body: whole, or in pieces that are sent one after the other."""

# A body is all here, so its framing is the transport's own; and no one would wait for the answer to an Expect.
FRAMING_HEADERS = frozenset({"content-length", "transfer-encoding", "expect"})
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})


class SharedHeaders(tuple[tuple[str, str], ...]):
    """Headers that many requests have in common, which are put together for the wire once.

    Attributes:
        rendered: What `http.head` has made of them, once it has.
    """

    rendered: "tuple[str | None, str] | None" = None


class Request(msgspec.Struct, frozen=True):
    """One request; it is sent as given, with nothing added but Host and Content-Length.

    Attributes:
        method: An HTTP method in upper case.
        url: An absolute http or https URL, percent-encoded, without user and password.
        headers: Names and values in order, sent as UTF-8; those that frame the body are left out, as that is the
            transport's own business. `SharedHeaders` cost less.
        body: The whole body, in one piece or several, which are not copied into one.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Body = b""

    def __repr__(self) -> str:
        # Queries and headers can hold keys, bodies can hold anything.
        return f"Request({self.method} {self.url.partition('?')[0]}, {length_of(self.body)} bytes)"

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its name in any case."""
        return first_value(self.headers, name)


class TransportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a transport reaches servers; nothing here is ever read from the environment.

    Attributes:
        ca_bundle: A PEM file of the CAs to trust, in place of those OpenSSL was built to use.
        http_proxy: The proxy for http URLs, as `http://user:password@host:port`.
        https_proxy: The proxy for https URLs, in the same form; it is asked to CONNECT.
        no_proxy: Hosts to reach directly, separated by commas: `example.com` and `.example.com` (both with all
            names below), `host:port`, addresses, networks such as `10.0.0.0/8`, or `*`.
        max_idle_per_host: Idle connections kept for each scheme, host and port; what was in flight at once should find
            its connections again.
        idle_seconds: Seconds that an idle connection is kept.
        max_body_bytes: The largest body that `read` returns.
    """

    ca_bundle: str | None = None
    http_proxy: str | None = None
    https_proxy: str | None = None
    no_proxy: str | None = None
    max_idle_per_host: int = 256
    idle_seconds: float = 30.0
    max_body_bytes: int = 64 * 1024 * 1024

    def __repr__(self) -> str:
        # A proxy's URL can hold a password.
        proxies = [name for name in ("http_proxy", "https_proxy") if getattr(self, name)]
        return f"TransportSettings(ca_bundle={self.ca_bundle!r}, proxies={proxies}, no_proxy={self.no_proxy!r})"


def length_of(body: Body) -> int:
    """Return how many bytes a body has."""
    return len(body) if isinstance(body, bytes) else sum(map(len, body))


def blocks(head: bytes, body: Body, joined: int) -> tuple[bytes, ...]:
    """Return what is written for a request; a body of at most `joined` bytes travels with the head."""
    if isinstance(body, bytes):
        return (head + body,) if len(body) <= joined else (head, body)
    return (head + b"".join(body),) if length_of(body) <= joined else (head, *filter(None, body))


def first_value(headers: tuple[tuple[str, str], ...] | list[tuple[str, str]], name: str) -> str | None:
    """Return the value of the first header called `name`, in any case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), None)
