"""The CPU of one contender as a multiple of another's, in turn: `python -m benchmarks.beside ours-as-openai openai`.

As `benchmarks.revisions`, whose two are of one contender and of two commits; here it is the other way around.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.processes import Stage
from benchmarks.revisions import interval


def ratios(stage: Stage, ours: str, other: str, case: str, rounds: int, seconds: float) -> Iterator[float]:
    """Yield the CPU of a call or a chunk of the one by that of the other, round by round, of one start of both."""
    with ExitStack() as stack:
        peers = [stage.contender(name) for name in (ours, other)]
        for peer in peers:
            stack.callback(peer.close)
        times = min(peer.ask(do="warm", case=case, seconds=seconds) for peer in peers)
        for number in range(rounds):
            order = peers if number % 2 else peers[::-1]
            cpu = {id(peer): peer.ask(do="run", case=case, times=times)["cpu"] for peer in order}
            yield cpu[id(peers[0])] / cpu[id(peers[1])]


def main(given: Sequence[str]) -> None:
    """Print each case's ratio."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.beside", description=__doc__)
    parser.add_argument("ours", choices=ROSTER, help="the one")
    parser.add_argument("other", choices=ROSTER, help="the other, which counts as 1")
    parser.add_argument("--case", action="append", choices=CASES, help="a case (chat, stream-burst, embed)")
    parser.add_argument("--starts", type=int, default=4, help="starts of both processes (4)")
    parser.add_argument("--rounds", type=int, default=12, help="turns of each in a start (12)")
    parser.add_argument("--seconds", type=float, default=0.15, help="about how long a turn is (0.15)")
    arguments = parser.parse_args(given)
    with tempfile.TemporaryDirectory() as folder, Stage(sys.executable, folder) as stage:
        for case in arguments.case or ("chat", "stream-burst", "embed"):
            found: list[float] = []
            for _ in range(arguments.starts):
                found += ratios(stage, arguments.ours, arguments.other, case, arguments.rounds, arguments.seconds)
            print(f"{case}: {interval(found)} of {len(found)} rounds", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
