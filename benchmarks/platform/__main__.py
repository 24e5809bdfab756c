"""Measures the local platform: `make bench-platform`, with BENCH_ARGS="--observations 1000000" for the large run."""

import argparse
import platform as machine_facts
import sqlite3
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import cores
from benchmarks.platform.feeding import BATCH, SENDERS
from benchmarks.platform.filling import LARGE_SPANS
from benchmarks.platform.measuring import empty, measure, say
from benchmarks.platform.page import page
from genai_sdk.local.store.call_query import SORTED
from genai_sdk.local.store.trace_query import LOOKED_AT, READ_THROUGH

_USUAL, _LEAST = 100_000, 50_000
_PAGE = Path(__file__).parents[2] / "docs" / "platform-performance.md"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.platform", description=__doc__)
    parser.add_argument("--observations", type=int, default=_USUAL, help="in the large store; the small one has 1/100")
    parser.add_argument("--rounds", type=int, default=15, help="reads of each kind")
    parser.add_argument("--keep", type=Path, help="a directory for the stores, which a later run takes up; prints only")
    parser.add_argument("--dry", action="store_true", help="print the page and leave docs/ alone")
    options = parser.parse_args()
    if options.observations < _LEAST:
        parser.error(f"--observations must be {_LEAST} at least: the small store has a hundredth of them")
    with tempfile.TemporaryDirectory() as temporary:
        written = _measure(options, options.keep or Path(temporary))
    if options.dry or options.keep:  # stores that were filled before say nothing of memory while they are filled
        print(written)
    else:
        _PAGE.write_text(written, encoding="utf-8")
        print(f"Wrote docs/{_PAGE.name}.")


def _measure(options: argparse.Namespace, directory: Path) -> str:
    large, small = options.observations, options.observations // 100
    with tempfile.TemporaryDirectory() as temporary:
        say("an empty platform")
        first_pages, speed = empty(Path(temporary), options.rounds)
    say(f"{small:,} and {large:,} observations")
    found = measure(directory, small, large, options.rounds)
    facts = {
        "small": small,
        "large": large,
        "rounds": options.rounds,
        "http_empty": speed,
        "command": "make bench-platform" + (f' BENCH_ARGS="--observations {large}"' if large != _USUAL else ""),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": len(cores()),
        "system": machine_facts.system(),
        "python": f"Python {sys.version_info[0]}.{sys.version_info[1]}",
        "sqlite": sqlite3.sqlite_version,
        "spans": LARGE_SPANS,
        "batch": BATCH,
        "senders": SENDERS,
        "looked_at": LOOKED_AT,
        "sorted": SORTED,
        "read_through": READ_THROUGH,
    }
    return page(facts, first_pages, found)


if __name__ == "__main__":
    main()
