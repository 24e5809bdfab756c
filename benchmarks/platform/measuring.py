"""A platform, measured: the time of each read, and the memory it takes."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.platform.feeding import fill, ingestion
from benchmarks.platform.reads import of_api, of_pages
from benchmarks.platform.served import Answer, Served, served

PASSES, EACH = 4, 25
"""How often every page is read in a row, and how many times each, to see whether memory grows."""

_SENT = 20_000  # spans of a measurement of taking in
_GREW = 1.0  # MB; less is noise


class Timed(NamedTuple):
    """A read: what it is called, the seconds to its first byte and to its last in order of size, and its bytes."""

    name: str
    first: list[float]
    whole: list[float]
    size: int


class Measured(NamedTuple):
    """What was measured of a store.

    Attributes:
        traces: How many traces it has.
        pages: Reads of browsers.
        api: Reads of SDKs.
        memory: MB that the process held, after what.
        grew: Pages that the process grew by, in the last pass, and MB.
        size: Bytes on disk.
        ingestion: Spans a second that it takes in when it is full: new ones, and ones of all its days.
    """

    traces: int
    pages: list[Timed]
    api: list[Timed]
    memory: list[tuple[str, float]]
    grew: list[tuple[str, float]]
    size: int
    ingestion: tuple[float, float]


def measure(directory: Path, count: int, rounds: int, *, deep: bool) -> Measured:
    """Fill a store over the wire, unless it was filled before, and read it.

    Args:
        directory: The data directory.
        count: How many observations it is to hold.
        rounds: How often each read is timed.
        deep: Whether memory is looked at for long, and taking in is measured.
    """
    with served(directory) as platform:
        memory = [("started", platform.resident)]
        if not _filled(platform):
            fill(platform, count, lambda sent: _watch(platform, sent, count, memory))
        total = int(platform.get("/api/public/traces?limit=1")["meta"]["totalItems"])
        pages = list(of_pages(platform))
        page_times = [_time(name, path, platform.page, rounds) for name, path in pages]
        memory.append(("every page was read", platform.resident))
        api_times = [_time(name, path, platform.read, rounds) for name, path in of_api(platform)]
        memory.append(("and everything that SDKs read", platform.resident))
        grew = list(_soak(platform, pages, memory)) if deep else []
        speed = (ingestion(platform, _SENT), ingestion(platform, _SENT, late=True)) if deep else (0.0, 0.0)
        if deep:
            memory.append((f"{2 * _SENT:,} more observations came", platform.resident))
    size = sum(path.stat().st_size for path in directory.iterdir() if path.is_file())
    return Measured(total, page_times, api_times, memory, grew, size, speed)


def empty(directory: Path, rounds: int) -> tuple[list[Timed], float]:
    """Return how quick an empty platform's pages are, and how many spans a second it takes in."""
    with served(directory) as platform:
        first = [("start, on an empty platform", "/"), ("login", "/login")]
        return [_time(name, path, platform.page, rounds) for name, path in first], ingestion(platform, _SENT)


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def _filled(platform: Served) -> bool:
    return bool(platform.get("/api/public/traces?limit=1")["data"])


def _watch(platform: Served, sent: int, count: int, memory: list[tuple[str, float]]) -> None:
    """Note the memory after every tenth."""
    tenth = count // 10
    if len(memory) <= min(sent, count) // tenth:
        memory.append((f"{sent // tenth * tenth:,} observations came over HTTP", platform.resident))
        say(f"{platform.resident:9.0f} MB  {memory[-1][0]}")


def _time(name: str, path: str, read: Callable[[str], Answer], rounds: int) -> Timed:
    size = len(read(path).body)
    answers = [read(path) for _ in range(rounds)]
    first, whole = sorted(each.first for each in answers), sorted(each.whole for each in answers)
    say(f"{first[rounds // 2] * 1e3:9.1f} ms  {name}")
    return Timed(name, first, whole, size)


def _soak(
    platform: Served, pages: Iterable[tuple[str, str]], memory: list[tuple[str, float]]
) -> Iterator[tuple[str, float]]:
    """Read every page again and again; yield those that memory grew by in the last pass."""
    pages, times = list(pages), 0
    for number in range(PASSES):
        for name, path in pages:
            before = platform.resident
            for _ in range(EACH):
                platform.page(path)
            times += EACH
            grew = platform.resident - before
            if number == PASSES - 1 and grew >= _GREW:
                yield name, grew
        memory.append((f"pages were read {times:,} times more", platform.resident))
        say(f"{platform.resident:9.0f} MB  {memory[-1][0]}")
