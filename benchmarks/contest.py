"""The cases measured in rounds: in each, every contender takes its turn in the same case."""

import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.cases import CASES, Case
from benchmarks.contenders.roster import ROSTER, takes_part
from benchmarks.peer import Peer, PeerFailedError
from benchmarks.processes import Stage

Found = dict[str, dict[str, dict[str, list[float]]]]
"""What was measured: by case, by contender, by measure, one number for each round."""
Say = Callable[[str], None]
ENOUGH = 50
"""How many times the seconds of a turn a contender may take before it has no further rounds in a case."""


class Contest:
    """The contenders, each in a process that lives through all cases.

    Args:
        stage: Where they run.
        names: Who takes part.
        say: Told what happens.
        tls: Whether the contenders ask over TLS.

    Attributes:
        absent: Who does not take part in what, with the reason.
    """

    def __init__(self, stage: Stage, names: Iterable[str], say: Say, *, tls: bool = False) -> None:
        self.absent: dict[str, str] = {}
        self._say = say
        self._peers: dict[str, Peer] = {}
        for name in names:
            try:
                self._peers[name] = self._admit(stage, name, tls)
            except PeerFailedError as error:
                where = f"{name} over TLS" if tls else name
                self.absent[where] = str(error)
                say(f"  absent: {where}: {error}")

    def _admit(self, stage: Stage, name: str, tls: bool) -> Peer:
        peer = stage.contender(name, tls=tls)
        if ROSTER[name].options.get("driver") == "auto":
            try:
                peer.ask(do="run", case="chat", times=1)
                if peer.ask(do="loaded", module="litellm"):
                    raise PeerFailedError("this build of the client has no driver but litellm's")
            except PeerFailedError:
                peer.close()
                raise
        return peer

    def measure(self, case: str, rounds: int, seconds: float, turns: int = 1) -> dict[str, dict[str, list[float]]]:
        """Measure a case; return the samples by contender and measure.

        Args:
            case: Its name.
            rounds: How often at most.
            seconds: How long each turn shall take; a slow contender has fewer calls in it.
            turns: How many turns a contender has in a round at most.
        """
        row = CASES[case]
        times = {name: self._try(case, name, do="warm", seconds=seconds) for name in self._taking_part(row)}
        spent = Counter[str]()
        found: dict[str, dict[str, list[float]]] = {name: {} for name, count in times.items() if count is not None}
        for _ in range(min(rounds, row.rounds)):
            going = [name for name in found if spent[name] < ENOUGH * seconds]
            medians = self._round(case, min(turns, row.turns), {name: times[name] for name in going}, spent)
            for name in going:
                if name not in medians:
                    del found[name]
            for name, measured in medians.items():
                for measure, value in measured.items():
                    found[name].setdefault(measure, []).append(value)
        return found

    def _round(self, case: str, turns: int, times: dict[str, int], spent: Counter[str]) -> dict[str, dict[str, float]]:
        """Let all take their turns, and count their seconds; return the medians of those who did not fail."""
        said: dict[str, list[dict[str, float]]] = {name: [] for name in times}
        for turn in range(turns):
            for name in [name for name in said if not (turn and ROSTER[name].slow)]:
                sample = self._try(case, name, do="run", times=times[name])
                if sample is None:
                    del said[name]
                    continue
                spent[name] += sample["sent"]
                said[name].append(measures(CASES[case], sample))
        return {
            name: {measure: statistics.median(each[measure] for each in samples) for measure in samples[0]}
            for name, samples in said.items()
        }

    def _taking_part(self, row: Case) -> Sequence[str]:
        return [name for name in self._peers if takes_part(name, row)]

    def _try(self, case: str, name: str, **order: Any) -> Any:
        try:
            return self._peers[name].ask(case=case, **order)
        except PeerFailedError as error:
            self.absent[f"{name} in {case}"] = str(error)
            self._say(f"  absent: {name} in {case}: {error}")
            return None

    def __contains__(self, name: object) -> bool:
        """Whether a contender is there at all."""
        return name in self._peers

    def versions(self) -> dict[str, str]:
        """Return the versions of what takes part."""
        packages = {name: ROSTER[name].package for name in self._peers}
        said = {
            package: self._peers[name].ask(do="version", of=package) for name, package in packages.items() if package
        }
        return {package: version for package, version in said.items() if version}

    def close(self) -> None:
        """End the contenders."""
        for peer in self._peers.values():
            peer.close()


def measures(row: Case, sample: dict[str, float]) -> dict[str, float]:
    """Return what a sample says: microseconds for each unit, units in a second, milliseconds to the first content."""
    units = sample["units"]
    said = {
        "cpu": sample["cpu"] / units * 1e6,
        "thread": sample["thread"] / units * 1e6,
        "wall": sample["wall"] / units * 1e6,
        "rate": units / sample["wall"],
    }
    if row.unit == "chunk":
        said["first"] = sample["first"] * 1e3
    return said
