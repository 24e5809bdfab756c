"""A campaign: the services call, faults come and go, and at the end everything is counted."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from chaos.account import Struck, account, compared
from chaos.plan import ROTATIONS, SOURCES, Fault
from chaos.stage import ROTATED_EVERY, Stage

PATIENCE = 60.0
"""Seconds that a fault waits for the calls that it is to be seen by."""
WARM = 100
"""Calls of a service before its resources are measured first."""
FLUSH = 120.0
"""Seconds that the last traces may take."""
SETTLED = 3.0
"""Seconds after the last new key until what it is learnt from may be struck again."""
SAMPLED_EVERY = 2.0
"""Seconds between two looks at the services' memory."""


class _Played(NamedTuple):
    """What was seen of the services: their reports, what Langfuse shows, and what each held."""

    seconds: float
    reports: list[dict[str, Any]]
    shown: dict[str, int]
    cold: list[dict[str, float]]
    warm: list[dict[str, float]]
    samples: list[list[dict[str, float]]]
    after: list[dict[str, float]]


class Campaign:
    """Runs tracks of faults on a stage.

    Args:
        stage: Where.
        tracks: The faults of each track, in order.
        calls: How many calls must end while a fault lasts, whatever its seconds.
        say: Told what happens.
    """

    def __init__(
        self, stage: Stage, tracks: Sequence[Sequence[Fault]], *, calls: int = 0, say: Callable[[str], None] = print
    ) -> None:
        self._stage = stage
        self._tracks = tracks
        self._calls = calls
        self._say = say
        self._struck: list[Struck] = []
        self._broken: list[BaseException] = []
        self._source = threading.Lock()

    def run(self) -> dict[str, Any]:
        """Run it, and return the account.

        Raises:
            PeerFailedError: A process of the stage did not do its part.
        """
        played = self._play()
        stage = self._stage
        return {
            "seconds": played.seconds,
            **account(stage.calls(), played.reports, played.shown, self._struck, stage.killed),
            "kills": len(stage.killed),
            "forgotten": stage.forgotten,
            "resources": [
                {
                    "before": one,
                    "after": other,
                    "quarters": _quarters([each["megabytes"] for each in samples]),
                    "trimmed": client.ask(do="trim")["megabytes"],
                }
                for one, other, samples, client in zip(
                    played.warm, played.after, played.samples, stage.clients, strict=True
                )
            ],
        }

    def compare(self, contenders: Sequence[str]) -> dict[str, Any]:
        """Run it, and return the account of each contender, which is a service of the stage, in order.

        Raises:
            PeerFailedError: A process of the stage did not do its part.
        """
        played = self._play()
        calls = self._stage.calls()
        rows = zip(contenders, played.cold, played.samples, played.after, strict=True)
        return {
            "seconds": played.seconds,
            "struck": dict(Counter(one.kind for one in self._struck)),
            "contenders": {
                name: compared(
                    [call for call in calls if call.name.startswith(name)],
                    played.shown,
                    cpu=after["cpu"] - cold["cpu"],
                    threads=max(each["threads"] for each in samples),
                    megabytes=after["megabytes"],
                )
                for name, cold, samples, after in rows
            },
        }

    def _play(self) -> "_Played":
        stage, begun = self._stage, time.monotonic()
        cold = [client.ask(do="measure") for client in stage.clients]
        stage.call()
        self._await_calls(WARM * len(stage.clients))
        warm = [client.ask(do="measure") for client in stage.clients]
        tracks = [threading.Thread(target=self._go_through, args=(track,)) for track in self._tracks]
        for thread in tracks:
            thread.start()
        seen: list[list[dict[str, float]]] = [[] for _ in stage.clients]
        for thread in tracks:
            while thread.is_alive():
                thread.join(SAMPLED_EVERY)
                for samples, client in zip(seen, stage.clients, strict=True):
                    samples.append(client.ask(do="measure"))
        self._await_calls(WARM * len(stage.clients))
        reports = stage.finish(FLUSH)
        after = [client.ask(do="measure") for client in stage.clients]
        if self._broken:
            raise self._broken[0]
        shown = stage.langfuse.ask(do="shown")
        return _Played(round(time.monotonic() - begun, 1), reports, shown, cold, warm, seen, after)

    def _go_through(self, track: Sequence[Fault]) -> None:
        try:
            for fault in track:
                time.sleep(fault.pause)
                self._endure(fault)
        except BaseException as error:  # noqa: BLE001 - raised by `run`, in the thread that asked
            self._broken.append(error)

    def _endure(self, fault: Fault) -> None:
        rotates = fault.kind.name in ROTATIONS
        with self._source if rotates or fault.target in SOURCES else nullcontext():
            self._last(fault)
            if rotates:
                time.sleep(SETTLED)

    def _last(self, fault: Fault) -> None:
        begun = time.monotonic()
        self._say(f"{fault.kind.name:<17} {fault.target}, {fault.seconds:g} s")
        undo = self._stage.strike(fault)
        try:
            end = begun + fault.seconds
            while (left := end - time.monotonic()) > 0:
                time.sleep(min(left, ROTATED_EVERY))
                if end - time.monotonic() > 0:
                    self._stage.beat(fault)
            if fault.kind.name != "frozen":  # where all callers may be waiting for just this region
                self._await_calls(self._calls)
        finally:
            undo()
        self._struck.append(Struck(fault.kind.name, fault.target, begun, time.monotonic()))

    def _await_calls(self, count: int) -> None:
        """Wait until so many more calls have ended."""
        goal, end = self._stage.count() + count, time.monotonic() + PATIENCE
        while self._stage.count() < goal:
            if time.monotonic() > end:
                raise TimeoutError(f"{count} calls did not end within {PATIENCE:g} s")
            time.sleep(0.05)


def _quarters(samples: Sequence[float]) -> list[float]:
    """Return what was seen at the end of each quarter."""
    return [samples[(len(samples) * part - 1) // 4] for part in (1, 2, 3, 4)] if len(samples) >= 4 else list(samples)
