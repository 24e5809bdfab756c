"""Processes that are kept alive: each one that dies is replaced, and all end together."""

import logging
import multiprocessing
import multiprocessing.connection
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType

from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence

logger = logging.getLogger("genai_sdk.broker")

_LONGEST_PAUSE = 30.0
_SOUND = 60.0
"""Seconds after which a process that dies has not failed to start."""


class Supervisor:
    """Runs the same work in several processes.

    Args:
        count: How many.
        work: What each does; it ends at SIGTERM.

    Raises:
        ConfigurationError: The platform has no fork, by which processes share what they listen on.
    """

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        if "fork" not in multiprocessing.get_all_start_methods():
            raise ConfigurationError(
                Sentence.of("broker.workers", "several workers need a system that forks: run one, or several brokers")
            )
        self._context = multiprocessing.get_context("fork")
        self._count = count
        self._work = work
        self._ending = False
        self._running: dict[BaseProcess, float] = {}

    def run(self, *, patience: float) -> None:
        """Run until SIGINT or SIGTERM.

        Args:
            patience: Seconds that processes are given to end, before they are killed.
        """
        awake, wake = self._context.Pipe(duplex=False)

        def end(number: int, frame: FrameType | None) -> None:
            self._ending = True
            wake.send(number)

        before = {each: signal.signal(each, end) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            pause = 0.1
            while not self._ending:
                while len(self._running) < self._count:
                    self._start()
                multiprocessing.connection.wait([awake, *(process.sentinel for process in self._running)])
                dead = [process for process in self._running if not process.is_alive()]
                for process in dead:
                    began = self._running.pop(process)
                    if not self._ending:
                        logger.error("a worker of the broker ended with %s and is replaced", process.exitcode)
                    pause = 0.1 if time.monotonic() - began > _SOUND else min(pause * 2, _LONGEST_PAUSE)
                if dead and not self._ending:
                    multiprocessing.connection.wait([awake], timeout=pause)
            self._end(patience)
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _start(self) -> None:
        process = self._context.Process(target=self._work, name="genai-broker")
        process.start()
        self._running[process] = time.monotonic()

    def _end(self, patience: float) -> None:
        for process in self._running:
            process.terminate()
        last = time.monotonic() + patience
        for process in self._running:
            process.join(max(0.0, last - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
