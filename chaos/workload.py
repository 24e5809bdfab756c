"""A service: threads and tasks that call without end, and write down what became of each call.

`python -m chaos.workload CONTENDER NAME SEED PACE TIMEOUT`; the rest is in the variables that every client reads.
"""

import asyncio
import importlib
import itertools
import json
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from chaos.account import Entry, ledger_name
from chaos.orders import obey
from chaos.resources import resources, trim
from chaos.struck import WallClock, forget

DOMAIN = ".chaos.test"
"""Names below it are this machine, unless the campaign says otherwise."""
KINDS = ("whole", "whole", "stream", "embedding")
CONTENDERS = {"ours": "Ours", "router": "Routed", "official": "Official"}
"""The class of each, in the module of its name."""


class Names:
    """Answers for the campaign's names in the resolver's stead."""

    def __init__(self) -> None:
        self._resolve = socket.getaddrinfo
        self._unknown: set[str] = set()

    def install(self) -> None:
        """Stand before the resolver of this process."""
        socket.getaddrinfo = self._look_up

    def fail(self, names: list[str]) -> None:
        """Resolve these names no more, and all others again."""
        self._unknown = set(names)

    def _look_up(self, host: Any, *rest: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        literal = options.get("flags", 0) & socket.AI_NUMERICHOST
        if isinstance(name, str) and name.endswith(DOMAIN) and not literal:
            if name.removesuffix(DOMAIN) in self._unknown:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            host = "127.0.0.1"
        return self._resolve(host, *rest, **options)


class Ledger:
    """What became of each call, in a file that outlives the process; safe between threads.

    Another process writes the file, so that this one can lose its disk and still say what became of its calls.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = itertools.count(1)
        with open(ledger_name(name), "ab") as file:
            writer = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=file, bufsize=0)
        self._writer = writer
        self._lock = threading.Lock()
        self.count = 0

    def begin(self) -> str:
        """Return the name of a new call."""
        return f"{self._name}-{next(self._numbers)}"

    def end(self, call: str, begun: float, error: BaseException | None, attempts: int, *, right: bool = True) -> None:
        """Write a call down."""
        reason = None if error is None else f"{type(error).__name__}: {error}"[:300]
        entry = Entry(call, begun, time.monotonic(), reason, attempts, right or error is not None)
        with self._lock:
            assert self._writer.stdin is not None
            self._writer.stdin.write(json.dumps(entry).encode() + b"\n")
            self.count += 1

    def close(self) -> None:
        """Wait until all of it is in the file."""
        self._writer.communicate()


class Workload:
    """Calls until told to stop.

    Args:
        contender: What makes the calls.
        name: What the names of its calls begin with.
        seed: Of the kinds of calls and the pauses between them.
        pace: Seconds between two calls of a thread or task, on average.
    """

    def __init__(self, contender: Any, name: str, seed: int, pace: float) -> None:
        self._contender = contender
        self._ledger = Ledger(name)
        self._seed, self._pace = f"{name} {seed}", pace
        self._over = threading.Event()
        self._workers: list[threading.Thread] = []
        self.names = Names()
        self.names.install()

    def start(self, threads: int, tasks: int) -> None:
        """Begin: so many threads, and so many tasks on one more."""
        self._workers = [threading.Thread(target=self._work, args=(number,)) for number in range(threads)]
        if tasks:
            self._workers.append(threading.Thread(target=asyncio.run, args=(self._work_all(tasks),)))
        for worker in self._workers:
            worker.start()

    def count(self) -> int:
        """Return how many calls are over."""
        return self._ledger.count

    def measure(self) -> dict[str, float]:
        """Return what the process holds at this moment."""
        return resources()

    def finish(self, flush: float) -> dict[str, Any]:
        """End the calls, deliver their traces within so many seconds, and report."""
        self._over.set()
        for worker in self._workers:
            worker.join()
        self._ledger.close()
        return dict(self._contender.flush(flush))

    def _work(self, number: int) -> None:
        chance = random.Random(f"{self._seed} thread {number}")
        while not self._over.wait(chance.uniform(0, 2 * self._pace)):
            call, begun = self._ledger.begin(), time.monotonic()
            try:
                right, attempts = getattr(self._contender, chance.choice(KINDS))(call)
            except Exception as error:  # noqa: BLE001 - each is a row of the account
                self._ledger.end(call, begun, error, _attempts(error))
            else:
                self._ledger.end(call, begun, None, attempts, right=right)

    async def _work_all(self, tasks: int) -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(tasks):
                group.create_task(self._awork(number))
        await self._contender.settle()
        await asyncio.get_running_loop().shutdown_default_executor()

    async def _awork(self, number: int) -> None:
        chance = random.Random(f"{self._seed} task {number}")
        while not self._over.is_set():
            await asyncio.sleep(chance.uniform(0, 2 * self._pace))
            call, begun = self._ledger.begin(), time.monotonic()
            try:
                right, attempts = await getattr(self._contender, f"a{chance.choice(KINDS)}")(call)
            except Exception as error:  # noqa: BLE001 - as above
                self._ledger.end(call, begun, error, _attempts(error))
            else:
                self._ledger.end(call, begun, None, attempts, right=right)


def fill_disk(full: bool) -> None:
    """Let no file of this process grow, or let them grow again: a write fails by EFBIG."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0 if full else most, most))


def _attempts(error: BaseException) -> int:
    return len(getattr(error, "attempts", ()))


def main(contender: str, name: str, seed: str, pace: str, timeout: str) -> None:
    """Obey the campaign; what is under way ends with it."""
    clock = WallClock()
    clock.install()  # before anything reads the time
    make = getattr(importlib.import_module(f"chaos.{contender}"), CONTENDERS[contender])
    workload = Workload(make(float(timeout)), name, int(seed), float(pace))
    orders: dict[str, Callable[..., Any]] = {
        "start": workload.start,
        "count": workload.count,
        "measure": workload.measure,
        "trim": trim,
        "fail": workload.names.fail,
        "fill_disk": fill_disk,
        "set_clock": clock.set,
        "forget": forget,
        "finish": workload.finish,
    }
    obey(orders)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # the report is out, and the traces are delivered or counted
