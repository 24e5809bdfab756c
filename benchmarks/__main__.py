"""Us and our peers, side by side: `make bench` writes docs/performance.md, `make bench-check` compares with it."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import comparison, page, tables
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.contest import Found
from benchmarks.goals import OURS_BY_WIRE
from benchmarks.machine import describe, divided, pin
from benchmarks.peer import PeerFailedError
from benchmarks.processes import ROOT, Stage
from benchmarks.run import SECTIONS, Run

DOCS = ROOT / "docs"
FIGURES = DOCS / "performance" / "figures.json"
REMARKS = DOCS / "performance" / "remarks.md"
PEERS = ROOT / ".venv-bench" / "bin" / "python"
VENDORS = ROOT / ".venv-vendors" / "bin" / "python"


def read_arguments(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    known = ", ".join(SECTIONS)
    parser.add_argument("--only", default="", help=f"what to measure, with commas; else all. Known: {known}")
    parser.add_argument("--who", default="", help=f"who takes part, with commas; else all. Known: {', '.join(ROSTER)}")
    parser.add_argument("--quick", action="store_true", help="few and short rounds; writes nothing")
    parser.add_argument("--write", action="store_true", help="write the page after a quick run too; it says so")
    parser.add_argument("--check", action="store_true", help="quick, and compare with the stored figures")
    parser.add_argument("--render", action="store_true", help="write the page anew from the stored figures")
    profiled = "print where the CPU of a case goes, ours or that of --who; writes nothing"
    parser.add_argument(
        "--profile", choices=tuple(CASES), metavar="CASE", help=f"{profiled}. Known: {', '.join(CASES)}"
    )
    parser.add_argument("--python", default=str(PEERS), help="the interpreter that has the peers; else .venv-bench's")
    has_vendors = "the interpreter that has the vendors' SDKs; else .venv-vendors'"
    parser.add_argument("--vendors", default=str(VENDORS), help=has_vendors)
    arguments = parser.parse_args(given)
    # Absolute, since the processes run in a folder of their own.
    arguments.python, arguments.vendors = (
        str(Path(arguments.python).absolute()),
        str(Path(arguments.vendors).absolute()),
    )
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
    for python, made in ((arguments.python, ".venv-bench"), (arguments.vendors, ".venv-vendors")):
        if not Path(python).exists() and not arguments.profile:
            print(f"{python} is not there: make it with `make {made}/.ready`, or name one", file=sys.stderr)
            return 2
    machine = describe()  # before it is down to one core
    pin(divided()[1])
    if arguments.profile:
        ours = OURS_BY_WIRE[CASES[arguments.profile].wire]
        names = (ours,) if arguments.who == tuple(ROSTER) else arguments.who
        return profile(arguments.python, arguments.profile, names, vendors=arguments.vendors)
    with tempfile.TemporaryDirectory() as home, Stage(arguments.python, home, vendors=arguments.vendors) as stage:
        run = Run(stage, arguments.who, quick=arguments.quick or arguments.check)
        run.measure(arguments.only)
    show(run)
    if arguments.check:
        return check(run)
    if (arguments.write or not arguments.quick) and arguments.only == SECTIONS and arguments.who == tuple(ROSTER):
        figures = {
            "date": datetime.now(UTC).date().isoformat(),
            "short": arguments.quick,
            "machine": machine,
            "versions": run.versions,
            "samples": rounded(run.samples),
            "absent": run.absent,
        }
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(figures, indent=1) + "\n")
        write(figures)
    return 0


def profile(python: str, case: str, names: Sequence[str], seconds: float = 1.0, **others: str) -> int:
    """Print where the CPU of a case goes, from runs of so many seconds."""
    row = CASES[case]
    with tempfile.TemporaryDirectory() as home, Stage(python, home, **others) as stage:
        for name in names:
            try:
                with stage.contender(name, tls=row.tls) as peer:
                    found = peer.ask(do="profile", case=case, seconds=seconds)
            except PeerFailedError as error:
                print(f"{ROSTER[name].label} cannot take part in {case}: {error}", file=sys.stderr)
                return 1
            print(tables.profile(f"{ROSTER[name].label}, {row.title}", row.unit, found))
    return 0


def show(run: Run) -> None:
    """Print what was found."""
    for case, title, measures, against in page.SECTIONS:
        if run.samples.get(case):
            print(f"\n{title}\n{tables.side_by_side(run.samples, case, measures, against)}")
    print(f"\n{tables.vendors(run.samples)}\n\n{tables.goals(run.samples)}")
    for name, reason in run.absent.items():
        print(f"absent: {name}: {reason}")


def check(run: Run) -> int:
    """Say what moved since the stored run; return 1 if anything did to the worse."""
    if not FIGURES.exists():
        print(f"{FIGURES.relative_to(ROOT)} is not there: `make bench` writes it", file=sys.stderr)
        return 2
    moved = list(comparison.moves(json.loads(FIGURES.read_text()), run.samples))
    for move in moved:
        print(move)
    print(f"\n{len(moved)} ratios moved beyond the spread, {sum(move.worse for move in moved)} of them to the worse")
    return int(any(move.worse for move in moved))


def rounded(samples: Found) -> Found:
    """Return the samples with as many digits as mean something."""
    return {
        case: {
            name: {measure: [float(f"{value:.4g}") for value in values] for measure, values in measured.items()}
            for name, measured in contenders.items()
        }
        for case, contenders in samples.items()
    }


def write(figures: dict[str, Any]) -> None:
    """Write the page and its charts."""
    (DOCS / "performance.md").write_text(page.render(figures, REMARKS.read_text()))
    for case, drawing in page.charts(figures).items():
        (DOCS / "performance" / f"{case}.svg").write_text(drawing)
    print("docs/performance.md is written")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
