"""A guard that keeps tests off the network."""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any, NoReturn, Self

_METHODS = ("connect", "connect_ex", "sendto")
_LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


class NetworkForbiddenError(RuntimeError):
    """A test tried to reach the network.

    It is no `OSError`, so that no client takes it for a failed connection, and tries again or falls back.
    """


class NetworkGuard:
    """Forbids connections and look-ups of anything but loopback and Unix sockets, in every thread and event loop.

    Use it as a context manager. It replaces `connect`, `connect_ex` and `sendto` of `socket.socket`, and the look-up
    functions of the `socket` module; code that makes its connections in C (libpq, curl, c-ares) is not seen.

    Attributes:
        refused: The hosts that were refused, in order.
    """

    def __init__(self) -> None:
        self.refused: list[str] = []
        self._restore: list[Callable[[], None]] = []

    def __enter__(self) -> Self:
        for name in _METHODS:
            self._replace(socket.socket, name, self._guarded_method(getattr(socket.socket, name)))
        for name in _LOOKUPS:
            self._replace(socket, name, self._guarded_lookup(getattr(socket, name)))
        return self

    def __exit__(self, *exc: object) -> None:
        while self._restore:
            self._restore.pop()()

    def _replace(self, owner: Any, name: str, guarded: Callable[..., Any]) -> None:
        if name in vars(owner):
            original = vars(owner)[name]
            self._restore.append(lambda: setattr(owner, name, original))
        else:  # inherited from the class in C: what was not there must not stay
            self._restore.append(lambda: delattr(owner, name))
        setattr(owner, name, guarded)

    def _guarded_method(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(sock: socket.socket, *args: Any) -> Any:
            address = args[-1]  # sendto takes flags before it
            if sock.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
                self._refuse(f"{address[0]}:{address[1]}")
            return original(sock, *args)

        return guarded

    def _guarded_lookup(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(host: Any, *args: Any, **options: Any) -> Any:
            if not is_loopback(host):
                self._refuse(host.decode() if isinstance(host, bytes) else str(host))
            return original(host, *args, **options)

        return guarded

    def _refuse(self, host: str) -> NoReturn:
        self.refused.append(host)
        raise NetworkForbiddenError(
            f"this test tried to reach {host}; only loopback is allowed here. Use a fake (genai_sdk.testing), or mark "
            "the test with @pytest.mark.network if it is the network that you test"
        )


def is_loopback(host: Any) -> bool:
    """Whether a host is this machine: a loopback or unspecified address, `localhost`, or none at all."""
    name = host.decode() if isinstance(host, bytes) else host
    if not name or str(name).rstrip(".").lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or address.is_unspecified
