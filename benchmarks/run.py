"""One run: its sections in order, and what they found."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence

from benchmarks import growth, installed, lagging, starts
from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER, takes_part
from benchmarks.contest import Contest, Found
from benchmarks.peer import PeerFailedError
from benchmarks.processes import Stage

SECTIONS = ("installed", "import", "cold", *CASES, "resolve", "connections", "memory", "queue", "traces")
"""What can be measured."""


class Pace:
    """How long a run takes its time.

    Args:
        quick: Whether it is to be short, with wider spreads.
    """

    def __init__(self, *, quick: bool) -> None:
        self.rounds = 3 if quick else 9
        self.turns = 1 if quick else 3
        self.starts = 2 if quick else 5
        self.seconds = 0.1 if quick else 0.2
        self.memory = 8.0 if quick else 60.0


class Run:
    """Measures on a stage.

    Args:
        stage: Where.
        names: Who takes part.
        quick: Whether it is to be short.

    Attributes:
        samples: What was found.
        absent: Who took no part in what, with the reason.
        versions: The versions of the peers.
    """

    def __init__(self, stage: Stage, names: Sequence[str], *, quick: bool) -> None:
        self.samples: Found = {}
        self.absent: dict[str, str] = {}
        self.versions: Mapping[str, str] = {}
        self._stage = stage
        self._names = names
        self._pace = Pace(quick=quick)
        self._begun = time.monotonic()

    def measure(self, sections: Collection[str]) -> None:
        """Measure sections; what takes part in none of them is not started."""
        present = self._contest(self._names, [name for name in CASES if name in sections and not CASES[name].tls])
        secure = [name for name in CASES if name in sections and CASES[name].tls]
        if secure:
            going = [name for name in present if any(takes_part(name, CASES[case]) for case in secure)]
            self._contest(going, secure, tls=True)
        for name, section in self._sections(present).items():
            if name in sections:
                self._say(name)
                try:
                    self.samples.update(section())
                except PeerFailedError as error:
                    self.absent[name] = str(error)
                    self._say(f"  absent: {error}")

    def _contest(self, names: Sequence[str], cases: Sequence[str], *, tls: bool = False) -> Sequence[str]:
        """Measure the cases in which all take their turns; return who was there."""
        contest = Contest(self._stage, names, self._say, tls=tls)
        try:
            self.versions = self.versions or contest.versions()
            present = [name for name in names if name in contest]
            for case in cases:
                self._say(case)
                self.samples[case] = contest.measure(case, self._pace.rounds, self._pace.seconds, self._pace.turns)
        finally:
            self.absent.update(contest.absent)
            contest.close()
        return present

    def _sections(self, present: Sequence[str]) -> Mapping[str, Callable[[], Found]]:
        stage, pace, say = self._stage, self._pace, self._say
        alike = [name for name in present if ROSTER[name].wire == "openai"]
        return {
            "resolve": lambda: growth.resolving(stage, pace.rounds),
            "connections": lambda: growth.connections(stage, alike, pace.starts, pace.seconds, say),
            "memory": lambda: growth.memory(stage, alike, pace.memory, pace.starts, pace.seconds, say),
            "queue": lambda: lagging.queue(stage, alike, pace.rounds, say),
            "traces": lambda: growth.traces(stage, alike, pace.starts, say),
            "installed": lambda: installed.installed(stage, self._names, say),
            "import": lambda: starts.imports(stage, self._names, pace.starts),
            "cold": lambda: starts.cold(stage, present, pace.starts, say),
        }

    def _say(self, what: str) -> None:
        print(f"{time.monotonic() - self._begun:5.0f} s  {what}", flush=True)
