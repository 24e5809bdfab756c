"""Us and our peers, side by side: `make bench` writes docs/performance.md, `make bench-check` compares with it."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import comparison, page, tables
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.machine import describe, divided, pin
from benchmarks.processes import ROOT, Stage
from benchmarks.run import SECTIONS, Run

DOCS = ROOT / "docs"
FIGURES = DOCS / "performance" / "figures.json"
REMARKS = DOCS / "performance" / "remarks.md"
PEERS = ROOT / ".venv-bench" / "bin" / "python"


def read_arguments(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = ", ".join(SECTIONS)
    parser.add_argument("--only", default="", help=f"what to measure, with commas; else all. Known: {known}")
    parser.add_argument("--who", default="", help=f"who takes part, with commas; else all. Known: {', '.join(ROSTER)}")
    parser.add_argument("--quick", action="store_true", help="few and short rounds; writes nothing")
    parser.add_argument("--check", action="store_true", help="quick, and compare with the stored figures")
    parser.add_argument("--render", action="store_true", help="write the page anew from the stored figures")
    parser.add_argument("--python", default=str(PEERS), help="the interpreter that has the peers; else .venv-bench's")
    arguments = parser.parse_args(given)
    arguments.only = tuple(filter(None, arguments.only.split(","))) or SECTIONS
    arguments.who = tuple(filter(None, arguments.who.split(","))) or tuple(ROSTER)
    for names, all_names in ((arguments.only, SECTIONS), (arguments.who, tuple(ROSTER))):
        if unknown := set(names) - set(all_names):
            parser.error(f"{', '.join(sorted(unknown))} is not known; known: {', '.join(all_names)}")
    return arguments


def main(given: Sequence[str]) -> int:
    """Measure, show, and write or compare."""
    arguments = read_arguments(given)
    if arguments.render:
        write(json.loads(FIGURES.read_text()))
        return 0
    if not Path(arguments.python).exists():
        print(f"{arguments.python} is not there: make it with `make .venv-bench/.ready`, or name one", file=sys.stderr)
        return 2
    pin(divided()[1])
    with tempfile.TemporaryDirectory() as home, Stage(arguments.python, home) as stage:
        run = Run(stage, arguments.who, quick=arguments.quick or arguments.check)
        run.measure(arguments.only)
    show(run)
    if arguments.check:
        return check(run)
    if not arguments.quick and arguments.only == SECTIONS and arguments.who == tuple(ROSTER):
        figures = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": describe_all(),
            "versions": run.versions,
            "samples": rounded(run),
            "absent": run.absent,
        }
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
        write(figures)
    return 0
