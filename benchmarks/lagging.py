"""What a call costs while the exporter lags: its trace put into a queue that is empty, nearly full, or full."""

from collections.abc import Iterable

from benchmarks.cases import CASES
from benchmarks.contest import Found, Say, measures
from benchmarks.peer import Peer, PeerFailedError
from benchmarks.processes import Stage

FILLED = (0, 80, 100)
"""How full the queue is, in percent of its bound; in the first of them the exporter does not lag."""
ROOM = 0.15
"""The share of the bound that the measured calls may fill, so that a queue that is nearly full does not become full."""
STEP = 250
"""Calls at a time while a queue is being filled."""


def queue(stage: Stage, names: Iterable[str], rounds: int, say: Say) -> Found:
    """Measure a warm sync call of those of ours that record and whose calls fill a queue within seconds.

    In all of them the exporter's thread sleeps while the calls are made: it gathers records, or it waits for an answer
    that never comes. So what differs is the queue.
    """
    found: Found = {}
    for name in names:
        if not name.startswith("ours") or not name.endswith("-traced") or "litellm" in name:
            continue
        peers: dict[int, Peer] = {}
        try:
            for percent in FILLED:
                peers[percent] = stage.contender(name, heard=not percent)
            sizes = [_fill(peer, percent) for percent, peer in peers.items()]
            times = max(1, int(ROOM / rounds / max(sizes)))
            for _ in range(rounds):
                for percent, peer in peers.items():
                    sample = peer.ask(do="run", case="chat", times=times)
                    for measure, value in measures(CASES["chat"], sample).items():
                        case = found.setdefault(f"queue-{percent}", {})
                        case.setdefault(name, {}).setdefault(measure, []).append(value)
            for percent, peer in peers.items():
                _check(peer, percent)
        except PeerFailedError as error:
            for case in found.values():
                case.pop(name, None)
            say(f"  absent: {name} with a queue: {error}")
        finally:
            for peer in peers.values():
                peer.close()
    return found


def _fill(peer: Peer, percent: int) -> float:
    """Make calls until the queue is as full as asked for; return the share of the bound that one of them fills."""
    size = queued = 0.0
    while queued < percent / 100 and not (percent == 100 and peer.ask(do="dropped")):
        peer.ask(do="run", case="chat", times=STEP)
        before, queued = queued, peer.ask(do="queued")
        if queued <= before and not peer.ask(do="dropped"):
            raise PeerFailedError("its queue does not fill")
        size = max(size, (queued - before) / STEP)
    if not percent:
        peer.ask(do="run", case="chat", times=STEP)  # warm, as the others are by now
    return size


def _check(peer: Peer, percent: int) -> None:
    queued, dropped = peer.ask(do="queued"), peer.ask(do="dropped")
    if queued < percent / 100 - 0.01 or bool(dropped) != (percent == 100):
        raise PeerFailedError(f"its queue was to be {percent} % full and was {queued:.0%}, {dropped} dropped")
