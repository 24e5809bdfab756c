"""What a TCP socket is set to, so that a path which died without a word is noticed."""

import socket

PROBED_AFTER = 30
"""Seconds of silence from which the other end's system is asked whether it is there: NATs and balancers forget a silent
connection after minutes (Azure's balancer 4, AWS's network balancer not quite 6), and tell nobody."""
PROBED_EVERY = 10
"""Seconds between two such questions."""
UNANSWERED = 3
"""Of them, so many without an answer end the connection."""
UNCONFIRMED = 30.0
"""Seconds that bytes sent may stay unconfirmed by the other end's system; Linux alone takes a quarter of an hour."""

# TCP_KEEPALIVE is macOS's word for TCP_KEEPIDLE.
_OPTIONS = (
    ("TCP_KEEPIDLE", PROBED_AFTER),
    ("TCP_KEEPALIVE", PROBED_AFTER),
    ("TCP_KEEPINTVL", PROBED_EVERY),
    ("TCP_KEEPCNT", UNANSWERED),
)


def watch_path(sock: socket.socket) -> None:
    """Let the system end a connection whose other end is not heard of; it then fails like one that was cut."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _OPTIONS:
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNCONFIRMED * 1000))
