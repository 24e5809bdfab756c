"""Requests over kept connections: as many as the server takes, or so many a second."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Answered(NamedTuple):
    """An answer: its status, its head, its body, and the seconds it took from when it was due."""

    status: int
    head: bytes
    body: bytes
    seconds: float


class Line:
    """One connection, with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._read = b""

    def send(self, request: bytes, due: float) -> None:
        self.began = due
        self._read = b""
        self.socket.sendall(request)

    def receive(self) -> Answered | None:
        """Take what has come; return the answer once it is whole."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the broker closed a connection")
        self._read = self._read + part if self._read else part
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head, body = self._read[:end], self._read[end + 4 :]
        at = head.find(b"content-length: ")
        length = 0 if at < 0 else int(head[at + 16 :].split(b"\r\n", 1)[0])
        if len(body) < length:
            return None
        return Answered(int(head[9:12]), head, body, time.perf_counter() - self.began)


def closed(port: int, requests: Iterator[bytes], lines: int, take: Callable[[Answered], None]) -> float:
    """Send every request as soon as a line is free; returns the seconds it took."""
    with selectors.DefaultSelector() as selector:
        waiting = 0
        start = time.perf_counter()
        for _ in range(lines):
            request = next(requests, None)
            if request is None:
                break
            line = Line(port)
            line.send(request, time.perf_counter())
            selector.register(line.socket, selectors.EVENT_READ, line)
            waiting += 1
        while waiting:
            for key, _ in selector.select():
                line = key.data
                answered = line.receive()
                if answered is None:
                    continue
                take(answered)
                request = next(requests, None)
                if request is not None:
                    line.send(request, time.perf_counter())
                else:
                    selector.unregister(line.socket)
                    line.socket.close()
                    waiting -= 1
        return time.perf_counter() - start


def paced(port: int, request: bytes, rate: float, seconds: float, lines: int) -> list[float]:
    """Send so many requests a second, whatever the answers do; returns the seconds that each answer took from its due.

    A request that finds every line busy waits, and that counts.
    """
    taken: list[float] = []
    with selectors.DefaultSelector() as selector:
        free = [Line(port) for _ in range(lines)]
        for line in free:
            selector.register(line.socket, selectors.EVENT_READ, line)
        start = time.perf_counter()
        sent, total = 0, int(rate * seconds)
        while len(taken) < total:
            now = time.perf_counter()
            while free and sent < total and start + sent / rate <= now:
                free.pop().send(request, start + sent / rate)
                sent += 1
            wait = max(0.0, start + sent / rate - time.perf_counter()) if free and sent < total else 1.0
            for key, _ in selector.select(wait):
                answered = key.data.receive()
                if answered is not None:
                    taken.append(answered.seconds)
                    free.append(key.data)
        for line in free:
            line.socket.close()
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
