"""Measures the local platform: `make bench-platform`, with BENCH_ARGS="--observations 1000000" for the large run."""

import argparse
import platform as machine_facts
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import cores
from benchmarks.platform.filling import traces
from benchmarks.platform.page import Figure, page
from benchmarks.platform.reads import Read, of_api, of_pages
from benchmarks.platform.served import ingestion, served
from genai_sdk.crypto import Cipher
from genai_sdk.langfuse.observation import Observation
from genai_sdk.local.home import Home
from genai_sdk.local.store import Store
from genai_sdk.local.store.call_query import SORTED
from genai_sdk.local.store.trace_query import LOOKED_AT, READ_THROUGH
from genai_sdk.local.store.traces import TraceQuery

_BATCH, _SENDERS, _SENT = 200, 4, 20_000
_LEAST = 50_000
_PAGE = Path(__file__).parents[2] / "docs" / "platform-performance.md"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.platform", description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000, help="in the large store; the small one has 1/100")
    parser.add_argument("--rounds", type=int, default=15, help="reads of each kind")
    parser.add_argument("--keep", type=Path, help="a directory for the stores, which a later run takes up again")
    parser.add_argument("--dry", action="store_true", help="print the page and leave docs/ alone")
    options = parser.parse_args()
    if options.observations < _LEAST:
        parser.error(f"--observations must be {_LEAST} at least: the small store has a hundredth of them")
    with tempfile.TemporaryDirectory() as temporary:
        written = _measure(options, options.keep or Path(temporary))
    if options.dry:
        print(written)
    else:
        _PAGE.write_text(written, encoding="utf-8")
        print(f"Wrote docs/{_PAGE.name}.")


def _measure(options: argparse.Namespace, directory: Path) -> str:
    large, small = options.observations, options.observations // 100
    filled = _fill(directory / str(large), large)
    _fill(directory / str(small), small)
    facts: dict[str, object] = {"small": small, "large": large, "filled": filled, "rounds": options.rounds}
    found = {count: _reads(directory / str(count), options.rounds) for count in (small, large)}
    for name, count in (("small", small), ("large", large)):
        facts[f"{name}_traces"] = found[count][2]
    facts["memory_first"], facts["memory_last"] = found[large][3]
    size = sum(path.stat().st_size for path in (directory / str(large)).iterdir())
    say("taking in over HTTP")
    with tempfile.TemporaryDirectory() as empty:
        facts["http_empty"] = ingestion(Path(empty), _SENT, _BATCH, _SENDERS)
    facts["http_large"] = ingestion(directory / str(large), _SENT, _BATCH, _SENDERS)
    facts |= {
        "command": "make bench-platform" + (f' BENCH_ARGS="--observations {large}"' if large != 100_000 else ""),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": len(cores()),
        "system": machine_facts.system(),
        "python": f"Python {sys.version_info[0]}.{sys.version_info[1]}",
        "sqlite": sqlite3.sqlite_version,
        "batch": _BATCH,
        "senders": _SENDERS,
        "megabytes": size / 1e6,
        "bytes": size / large,
        "looked_at": LOOKED_AT,
        "sorted": SORTED,
        "read_through": READ_THROUGH,
    }
    pages, api = (_side_by_side(found[small][side], found[large][side]) for side in (0, 1))
    return page(facts, pages, api)


def _fill(directory: Path, count: int) -> float:
    """Fill a store, unless it was filled before; returns the spans a second, 0 if it was."""
    with Home(directory) as home:
        store = Store(home.database, Cipher(home.credentials.encryption_key))
        try:
            if store.traces.count(TraceQuery()):
                return 0.0
            begun, done, said = time.perf_counter(), 0, 0
            for batch in _batches(traces(count)):
                store.traces.add(batch)
                done += len(batch)
                if done - said >= 100_000:
                    said = done
                    say(f"{done:,} observations, {done / (time.perf_counter() - begun):,.0f} a second")
            return count / (time.perf_counter() - begun)
        finally:
            store.close()


def _batches(made: Iterable[list[Observation]]) -> Iterator[list[Observation]]:
    batch: list[Observation] = []
    for trace in made:
        batch += trace
        if len(batch) >= _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _reads(
    directory: Path, rounds: int
) -> tuple[dict[str, list[float]], dict[str, list[float]], int, tuple[float, float]]:
    with Home(directory) as home:
        store = Store(home.database, Cipher(home.credentials.encryption_key))
        pages = {name: _time(name, read, rounds) for name, read in of_pages(store)}
    try:
        with served(directory) as platform:
            reads = list(of_api(store, platform))
            for _, read in reads:
                read()
            first = platform.resident
            api = {name: _time(name, read, rounds) for name, read in reads}
            return pages, api, store.traces.count(TraceQuery()), (first, platform.resident)
    finally:
        store.close()


def _time(name: str, read: Read, rounds: int) -> list[float]:
    read()
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        read()
        seconds.append(time.perf_counter() - begun)
    seconds.sort()
    say(f"{seconds[rounds // 2] * 1e3:9.1f} ms  {name}")
    return seconds


def _side_by_side(small: dict[str, list[float]], large: dict[str, list[float]]) -> list[Figure]:
    return [(name, small[name], large[name]) for name in large]


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
