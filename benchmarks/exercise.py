"""One contender put through one case: how often, and what it cost."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from benchmarks.cases import Case
from benchmarks.contenders.contender import Contender, Streamed

_NOBODY = nullcontext()
FEW = 10
"""How many at once show whether all of them would take long."""


class Sample(NamedTuple):
    """What a run cost.

    Attributes:
        units: How many calls, or chunks of streams.
        cpu: Seconds of CPU of the whole process, user and system; what was recorded has been sent by then.
        thread: Seconds of CPU of the calling thread.
        wall: Seconds until the last answer; sending what was recorded is not waited for.
        sent: Seconds until what was recorded has been sent.
        first: Seconds to the first content of a stream, the median; 0 where there is none.
    """

    units: int
    cpu: float
    thread: float
    wall: float
    sent: float
    first: float


class Exercise:
    """Runs cases on one contender; the event loop is kept, and its connections with it."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self._runner: asyncio.Runner | None = None

    def warm(self, case: Case, seconds: float) -> int:
        """Run a case for what is slow only once, then to time it; return how many times fill `seconds`."""
        if case.paced:  # lasts as long as it lasts
            self.run(case, case.at_once)
            return case.at_once
        few = min(case.at_once, FEW)
        wall = self.run(case, few).wall * case.at_once / few
        if case.at_once == few or wall < 10 * seconds:  # many slow ones will not become more than those
            wall = self.run(case, case.at_once).wall
        return case.at_once * max(1, min(2_000, round(seconds / max(wall, 1e-5))))

    def run(self, case: Case, times: int, watch: AbstractContextManager[object] = _NOBODY) -> Sample:
        """Run a case so many times, `case.at_once` of them at a time; `watch` is entered for what this thread does."""
        starts = time.process_time(), time.thread_time(), time.perf_counter()
        with watch:
            results = self._async(case, times) if case.kind in ("achat", "astream") else self._sync(case, times)
        wall, thread = time.perf_counter() - starts[2], time.thread_time() - starts[1]
        self._contender.flush()
        cpu, sent = time.process_time() - starts[0], time.perf_counter() - starts[2]
        streams = [result for result in results if isinstance(result[0], Streamed)]
        firsts = sorted(streamed.first - begun for streamed, begun in streams)
        units = sum(streamed.chunks for streamed, _ in streams) if streams else times
        return Sample(units, cpu, thread, wall, sent, firsts[len(firsts) // 2] if firsts else 0.0)

    def _sync(self, case: Case, times: int) -> list[tuple[Any, float]]:
        do: Callable[[], Any] = {
            "chat": self._contender.chat,
            "embed": self._contender.embed,
            "stream": lambda: self._contender.stream(paced=case.paced),
        }[case.kind]
        results = []
        for _ in range(times):
            begun = time.perf_counter()
            results.append((do(), begun))
        return results

    def _async(self, case: Case, times: int) -> list[tuple[Any, float]]:
        self._runner = self._runner or asyncio.Runner()
        return self._runner.run(self._at_once(case, times))

    async def _at_once(self, case: Case, times: int) -> list[tuple[Any, float]]:
        results: list[tuple[Any, float]] = []
        left = iter(range(times))

        async def one() -> None:
            for _ in left:
                begun = time.perf_counter()
                if case.kind == "achat":
                    results.append((await self._contender.achat(), begun))
                else:
                    results.append((await self._contender.astream(paced=case.paced), begun))

        async with asyncio.TaskGroup() as group:
            for _ in range(case.at_once):
                group.create_task(one())
        return results
