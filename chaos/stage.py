"""Everything that a call passes through, each in a process of its own, and how each kind of fault is done to it."""

import itertools
import socket
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from tests.langfuse_database import postgresql

from chaos.database import Database
from chaos.plan import REGIONS, Fault
from chaos.pooler import pooler
from chaos.processes import Process, module

ROTATED_EVERY = 3.0
"""Seconds between two new keys."""

Undo = Callable[[], None]


class Stage:
    """The processes of a campaign.

    Args:
        home: A folder for what they write.
        seed: Of the calls.
        clients: How many services there are.
        threads: Threads of each that call.
        tasks: Tasks of each that call.
        pace: Seconds between two calls of a thread or task, on average.
        timeout: Seconds that an attempt may take.

    Attributes:
        clients: The services.
        absent: Parts that are not installed on this machine.
    """

    def __init__(
        self, home: str, *, seed: int, clients: int, threads: int, tasks: int, pace: float, timeout: float
    ) -> None:
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._load = threads, tasks
        try:
            self._begin(home, clients, (str(seed), str(pace), str(timeout)))
        except BaseException:
            self.close()
            raise

    def _begin(self, home: str, clients: int, words: tuple[str, ...]) -> None:
        ports = dict(zip((*REGIONS, "langfuse", "broker", "pooler"), free_ports(len(REGIONS) + 3), strict=True))
        self._keys = {name: self._new_key(name) for name in REGIONS}
        self._ports = ports
        self._home = home
        addresses = {name: f"http://{name}.chaos.test:{ports[name]}/v1" for name in REGIONS}
        self.database = Database(self._stack.enter_context(postgresql()), addresses, self._keys)
        self.regions = {name: self._region(name) for name in REGIONS}
        self.langfuse = self._started(Process(home, module("chaos.observer", str(ports["langfuse"]))))
        broker = module("genai_sdk.cli", "broker", "--port", str(ports["broker"]), "--audit", "off", "--rate", "1000")
        self.pooler, dsn = pooler(home, self.database.dsn, ports["pooler"])
        if self.pooler is not None:
            self._started(self.pooler)
        environ = {"GENAI_DATABASE_URL": dsn, **self.database.environ}
        self.broker = self._started(Process(home, broker, environ, ready="listens on"))
        public_key, secret_key = self.database.pair
        environ = {
            "LANGFUSE_PUBLIC_KEY": public_key,
            "LANGFUSE_SECRET_KEY": secret_key,
            "LANGFUSE_BASE_URL": f"http://127.0.0.1:{ports['langfuse']}",
            "GENAI_BROKER_URL": f"http://127.0.0.1:{ports['broker']}",
        }
        self.clients = [
            self._started(Process(home, module("chaos.workload", f"s{number}", *words), environ))
            for number in range(clients)
        ]

    @property
    def absent(self) -> tuple[str, ...]:
        """See the class."""
        return () if self.pooler is not None else ("pooler",)

    def call(self) -> None:
        """Let the services call."""
        threads, tasks = self._load
        for client in self.clients:
            client.ask(do="start", threads=threads, tasks=tasks)

    def count(self) -> int:
        """Return how many calls are over, successful or not."""
        return sum(client.ask(do="count") for client in self.clients)

    def strike(self, fault: Fault) -> Undo:
        """Begin a fault; return what ends it."""
        if fault.target in REGIONS:
            return self._strike_region(fault.kind.name, fault.target)
        process: Process = getattr(self, fault.target)
        match fault.kind.name.split():
            case [_, "killed"]:
                process.kill()
                return process.start
            case [_, "frozen"]:
                process.freeze()
                return process.thaw
            case [_, "away"]:
                process.ask(do="down")
                return lambda: process.ask(do="up")
            case _:
                process.ask(do="strike", kind=fault.kind.name)
                return lambda: process.ask(do="recover")

    def beat(self, fault: Fault) -> None:
        """Do what a fault does again and again while it lasts; called every `ROTATED_EVERY` seconds."""
        if fault.kind.name == "rotated":
            self._rotate(fault.target)

    def _strike_region(self, kind: str, name: str) -> Undo:
        region = self.regions[name]
        match kind:
            case "killed":
                region.kill()

                def start() -> None:
                    self.regions[name] = self._region(name)

                return start
            case "frozen":
                region.freeze()
                return region.thaw
            case "unresolved":
                self._fail([name])
                region.ask(do="down")
                region.ask(do="up")
                return lambda: self._fail([])
            case "rotated":
                self._rotate(name)
                return lambda: None
            case _:
                region.ask(do="strike", kind=kind)
                return lambda: region.ask(do="recover")

    def _rotate(self, name: str) -> None:
        """Make a new key, save it in Langfuse, and refuse the old one at once."""
        old, new = self._keys[name], self._new_key(name)
        self.regions[name].ask(do="accept", keys=[old, new])
        self.database.rotate(name, new)
        self._keys[name] = new
        self.regions[name].ask(do="accept", keys=[new])

    def _fail(self, names: list[str]) -> None:
        for client in self.clients:
            client.ask(do="fail", names=names)

    def _new_key(self, name: str) -> str:
        return f"sk-{name}-{next(self._numbers):06d}"

    def _region(self, name: str) -> Process:
        return self._started(
            Process(self._home, module("chaos.region", name, str(self._ports[name]), self._keys[name]))
        )

    def _started(self, process: Process) -> Process:
        self._stack.callback(process.kill)
        process.start()
        return process

    def close(self) -> None:
        """End every process."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_ports(count: int) -> list[int]:
    """Return ports that are free at this moment."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
