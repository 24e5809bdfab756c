"""The CPU of a call as a multiple of what it was at an older commit: `make bench-since SINCE=OLD`.

Both take short turns in processes of their own, so that a machine that does other things too slows both. Each start of
the two has its own layout of memory and its own order of hashes, so there are several. NEW left out is what lies here.
"""

import argparse
import io
import math
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.peer import Peer
from benchmarks.processes import ROOT, Stage, environment

CASES = ("chat", "async-256")
OURS = "ours-direct-traced"
FAULT = 1.03
"""A ratio is a fault where all of its interval lies above this."""


class Interval(NamedTuple):
    """A median, and where it lies with a confidence of at least 95 %."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}]"


def interval(samples: Sequence[float]) -> Interval:
    """Return the median of samples and its interval by their order alone, whatever they are spread like.

    Raises:
        ValueError: There are fewer than 6: of those none has that confidence.
    """
    ordered, count = sorted(samples), len(samples)
    if count < 6:
        raise ValueError(f"{count} samples are too few for an interval: take 6 or more")
    # How many lie below the median is spread like heads of a coin: cut at most 2.5 % off at each end.
    below, cut = 0.0, 0
    while (below := below + math.comb(count, cut) / 2**count) <= 0.025:
        cut += 1
    middle = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return Interval(middle, ordered[cut - 1], ordered[count - cut])


def unpack(revision: str, place: Path) -> Path:
    """Write the sources of a commit into a folder, and return where they are."""
    command = ["git", "archive", revision, "src"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(place, filter="data")
    return place / "src"


def worker(stage: Stage, source: Path) -> Peer:
    """Start a process that calls with the package of a folder."""
    environ = {**environment(stage.home), "PYTHONPATH": f"{ROOT}:{source}"}
    peer = Peer([sys.executable, "-m", "benchmarks.worker", OURS, stage.url], stage.home, environ)
    peer.answer()
    return peer


def ratios(stage: Stage, old: Path, new: Path, case: str, rounds: int, seconds: float) -> Iterator[float]:
    """Yield the CPU of a call with the new sources by that with the old ones, round by round, of one start of both."""
    with ExitStack() as stack:
        peers = [worker(stage, source) for source in (old, new)]
        for peer in peers:
            stack.callback(peer.close)
        times = min(peer.ask(do="warm", case=case, seconds=seconds) for peer in peers)
        for number in range(rounds):
            order = peers if number % 2 else peers[::-1]
            cpu = {id(peer): peer.ask(do="run", case=case, times=times)["cpu"] for peer in order}
            yield cpu[id(peers[1])] / cpu[id(peers[0])]


def main(given: Sequence[str]) -> int:
    """Print each case's ratio; the exit code is 1 if one is a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.revisions", description=__doc__)
    parser.add_argument("old", help="the older commit")
    parser.add_argument("new", nargs="?", help="the newer one; left out, what lies here")
    parser.add_argument("--case", action="append", choices=CASES, help="a case (all)")
    parser.add_argument("--starts", type=int, default=8, help="starts of both processes (8)")
    parser.add_argument("--rounds", type=int, default=16, help="turns of each in a start (16)")
    parser.add_argument("--seconds", type=float, default=0.15, help="about how long a turn is (0.15)")
    arguments = parser.parse_args(given)
    faults = 0
    with tempfile.TemporaryDirectory() as folder, Stage(sys.executable, folder) as stage:
        old = unpack(arguments.old, Path(folder, "old"))
        new = unpack(arguments.new, Path(folder, "new")) if arguments.new else ROOT / "src"
        for case in arguments.case or CASES:
            found: list[float] = []
            for _ in range(arguments.starts):
                found += ratios(stage, old, new, case, arguments.rounds, arguments.seconds)
            result = interval(found)
            faults += result.low > FAULT
            print(f"{case}: {result} of {len(found)} rounds", flush=True)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
