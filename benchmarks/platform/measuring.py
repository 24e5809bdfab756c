"""Two platforms, measured side by side: the time of each read on a small store and on a large one, and memory."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.platform.feeding import fill, ingestion
from benchmarks.platform.reads import of_api, of_pages
from benchmarks.platform.served import Answer, Served, served

Ask = Callable[[str], Answer]

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


Pair = tuple[Timed, Timed]
"""A read of the small store and of the large one."""


class Measured(NamedTuple):
    """What was measured.

    Attributes:
        traces: How many traces the small store has, and the large one.
        pages: Reads of browsers.
        api: Reads of SDKs.
        memory: MB that the large store's process held, after what.
        grew: Pages that the process grew by, in the last pass, and MB.
        size: Bytes of the large store on disk.
        ingestion: Spans a second that the large store takes in: new ones, and ones of all its days.
    """

    traces: tuple[int, int]
    pages: list[Pair]
    api: list[Pair]
    memory: list[tuple[str, float]]
    grew: list[tuple[str, float]]
    size: int
    ingestion: tuple[float, float]


def measure(directory: Path, small: int, large: int, rounds: int) -> Measured:
    """Fill two stores over the wire, unless they were filled before, and read them in turn.

    Args:
        directory: Where their data directories are.
        small: How many observations the small one is to hold.
        large: How many the large one.
        rounds: How often each read is timed.
    """
    with served(directory / str(small)) as few, served(directory / str(large)) as many:
        memory = [("started", many.resident)]
        if not _traces(few):
            fill(few, small, lambda sent: None)
        if not _traces(many):
            fill(many, large, lambda sent: _watch(many, sent, large, memory))
        traces = (_traces(few), _traces(many))
        pages = list(of_pages(many))
        page_times = [
            _time(name, few.page, path, many.page, same, rounds)
            for (name, path), (_, same) in zip(of_pages(few), pages, strict=True)
        ]
        memory.append(("every page was read", many.resident))
        api_times = [
            _time(name, few.read, path, many.read, same, rounds)
            for (name, path), (_, same) in zip(of_api(few), of_api(many), strict=True)
        ]
        memory.append(("and everything that SDKs read", many.resident))
        grew = list(_soak(many, pages, memory))
        speeds = ingestion(many, _SENT), ingestion(many, _SENT, late=True)
        memory.append((f"{2 * _SENT:,} more observations came", many.resident))
    size = sum(path.stat().st_size for path in (directory / str(large)).iterdir() if path.is_file())
    return Measured(traces, page_times, api_times, memory, grew, size, speeds)


def empty(directory: Path, rounds: int) -> tuple[list[Timed], float]:
    """Return how quick an empty platform's pages are, and how many spans a second it takes in."""
    with served(directory) as platform:
        first = [("start, on an empty platform", "/"), ("login", "/login")]
        times = [_timed(name, [platform.page(path) for _ in range(rounds)]) for name, path in first]
        return times, ingestion(platform, _SENT)


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


def _traces(platform: Served) -> int:
    return int(platform.get("/api/public/traces?limit=1")["meta"]["totalItems"])


def _watch(platform: Served, sent: int, count: int, memory: list[tuple[str, float]]) -> None:
    """Note the memory after every tenth."""
    tenth = count // 10
    if len(memory) <= min(sent, count) // tenth:
        memory.append((f"{sent // tenth * tenth:,} observations came over HTTP", platform.resident))
        say(f"{platform.resident:9.0f} MB  {memory[-1][0]}")


def _time(name: str, few: Ask, path: str, many: Ask, same: str, rounds: int) -> Pair:
    """Time a read of both stores in turn, so that whatever else the machine does meets both."""
    few(path)
    many(same)
    answers = [(few(path), many(same)) for _ in range(rounds)]
    before, after = (_timed(name, side) for side in zip(*answers, strict=True))
    say(f"{before.first[rounds // 2] * 1e3:9.1f} ms, {after.first[rounds // 2] * 1e3:9.1f} ms  {name}")
    return before, after


def _timed(name: str, answers: Sequence[Answer]) -> Timed:
    first, whole = sorted(each.first for each in answers), sorted(each.whole for each in answers)
    return Timed(name, first, whole, len(answers[-1].body))


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
