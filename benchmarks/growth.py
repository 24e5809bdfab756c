"""What grows and must not: memory and a call with calls, a call with connections; and how fast traces leave."""

from collections.abc import Iterable, Mapping

from benchmarks.cases import CASES
from benchmarks.contenders.roster import ROSTER
from benchmarks.contest import Found, Say, measures
from benchmarks.peer import Peer, PeerFailedError
from benchmarks.processes import Stage

CONNECTIONS = (1, 10, 100, 1_000)
CALLS = (1, 1_000, 100_000)
AGES = (1_000, 100_000)
"""Calls after which it is measured what a call costs: in a young process and in an old one, side by side, since a
machine whose speed drifts in between would show up as growth."""
MANY = 2_000
"""Calls whose traces are sent at once."""


def memory(stage: Stage, names: Iterable[str], limit: float, rounds: int, seconds: float, say: Say) -> Found:
    """Measure megabytes after so many sync calls in a fresh process; after the last of them, also what a call costs.

    Args:
        stage: Where they run.
        names: Who takes part.
        limit: Seconds that a contender may take for the longest step; whoever would need more does without it.
        rounds: How often the cost is measured.
        seconds: How long each time.
        say: Told who does without.
    """
    found: Found = {}
    for name in names:
        try:
            with stage.contender(name) as peer:
                done, pace = 0, 0.0
                for calls in CALLS:
                    left = calls - done
                    if pace * left > limit:
                        say(f"  {name} would take {pace * left:.0f} s for {calls:,} calls")
                        break
                    wall = _calls(peer, left)
                    pace, done = (wall / left if done else 0.0), calls
                    found.setdefault(f"memory-{calls}", {})[name] = {
                        "megabytes": [peer.ask(do="memory") / 1e6],
                    }
                else:
                    with stage.contender(name) as young:
                        _calls(young, AGES[0])
                        _take_turns(name, "calls", dict(zip(AGES, (young, peer), strict=True)), rounds, seconds, found)
        except PeerFailedError as error:
            say(f"  absent: memory of {name}: {error}")
    return found


def _calls(peer: Peer, times: int) -> float:
    """Make calls, in portions that each end in time and whose traces are sent."""
    wall = 0.0
    while times:
        portion = min(times, 2_000)
        wall += peer.ask(do="run", case="chat", times=portion)["wall"]
        times -= portion
    return wall


def connections(stage: Stage, names: Iterable[str], rounds: int, seconds: float, say: Say) -> Found:
    """Measure a warm sync call with more and more connections; only those that choose among any take part."""
    chosen = [name for name in names if ROSTER[name].maker in ("Ours", "Routed")]
    found: Found = {}
    for name in chosen:
        peers: dict[int, Peer] = {}
        try:
            for count in CONNECTIONS:
                peers[count] = stage.contender(name, connections=count)
            _take_turns(name, "connections", peers, rounds, seconds, found)
        except PeerFailedError as error:
            say(f"  absent: {name} with many connections: {error}")
        finally:
            for peer in peers.values():
                peer.close()
    return found


def _take_turns(name: str, what: str, peers: Mapping[int, Peer], rounds: int, seconds: float, found: Found) -> None:
    """Measure a warm sync call of one contender's processes, which differ in a number, in turn."""
    times = {count: peer.ask(do="warm", case="chat", seconds=seconds) for count, peer in peers.items()}
    for _ in range(rounds):
        for count, peer in peers.items():
            sample = peer.ask(do="run", case="chat", times=times[count])
            for measure, value in measures(CASES["chat"], sample).items():
                case = found.setdefault(f"{what}-{count}", {})
                case.setdefault(name, {}).setdefault(measure, []).append(value)


def resolving(stage: Stage, rounds: int) -> Found:
    """Measure the microseconds of a warm resolution among 10 and among 1,000 connections."""
    found: Found = {}
    with stage.contender("ours-memory") as peer:
        for _ in range(rounds):
            for count in (10, 1_000):
                seconds = peer.ask(do="resolve", connections=count, times=20_000)
                case = found.setdefault(f"resolve-{count}", {}).setdefault("ours-memory", {})
                case.setdefault("cpu", []).append(seconds * 1e6)
    return found


def traces(stage: Stage, names: Iterable[str], rounds: int, say: Say) -> Found:
    """Measure how many traces a second are made, encoded, sent and taken, from the first call to the last delivery."""
    found: dict[str, dict[str, list[float]]] = {}
    for name in names:
        if not (name.endswith("-traced") or name == "router-langfuse"):
            continue
        try:
            with stage.contender(name) as peer:
                times = MANY // 20 if ROSTER[name].slow else MANY
                peer.ask(do="run", case="chat", times=10)
                for _ in range(rounds):
                    sample = peer.ask(do="run", case="chat", times=times)
                    measured = found.setdefault(name, {"rate": [], "dropped": []})
                    measured["rate"].append(times / sample["sent"])
                    measured["dropped"].append(peer.ask(do="dropped"))
        except PeerFailedError as error:
            say(f"  absent: traces of {name}: {error}")
    return {"traces": found}
