"""Measures the broker: `make bench-broker`, with BENCH_ARGS="--quick" for a brief run that writes nothing."""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import machine
from benchmarks.broker.measuring import measure
from benchmarks.broker.page import page

_PAGE = Path(__file__).parents[2] / "docs" / "broker-performance.md"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.broker", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a brief run; prints the page and leaves docs/ alone")
    options = parser.parse_args()
    rounds, requests, seconds, mixed = (5, 500, 1.0, 2_000) if options.quick else (11, 3_000, 2.0, 100_000)
    with tempfile.TemporaryDirectory() as directory:
        measured = measure(
            Path(directory) / "audit.jsonl", rounds=rounds, requests=requests, seconds=seconds, mixed=mixed
        )
    about = machine.describe()
    facts = {
        "command": "make bench-broker" + (' BENCH_ARGS="--quick"' if options.quick else ""),
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": about["cores"],
        "system": about["system"],
        "python": f"Python {sys.version_info[0]}.{sys.version_info[1]}",
        "uvicorn": machine.version("uvicorn"),
        "rounds": rounds,
        "requests": requests,
        "seconds": seconds,
    }
    written = page(facts, measured)
    for wrong in measured.wrong[:10]:
        print(wrong, file=sys.stderr)
    if options.quick:
        print(written)
    else:
        _PAGE.write_text(written, encoding="utf-8")
        print(f"Wrote docs/{_PAGE.name}.")


if __name__ == "__main__":
    main()
