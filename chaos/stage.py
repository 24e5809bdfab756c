"""Everything that a call passes through, each in a process of its own, and how each kind of fault is done to it."""

import itertools
import json
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.langfuse_database import postgresql

from chaos.account import Entry, ledger_name
from chaos.database import Database
from chaos.plan import HALF_OPEN, REGIONS, REPLICAS, ROTATIONS, Fault
from chaos.pooler import pooler
from chaos.processes import Process, module, run
from chaos.regions import VARIABLE, write_regions
from chaos.shared import redis

ROTATED_EVERY = 3.0
"""Seconds between two new keys."""
JUMP = 3600.0
"""Seconds that a clock jumps."""
DEAD = 1.0
"""Seconds that the brokers' path to PgBouncer is dead for, again and again."""
LAG = 2.0
"""Seconds that a replica of the database lags behind."""
OURS = {"ours": sys.executable}

Undo = Callable[[], None]


class Stage:
    """The processes of a campaign.

    Args:
        home: A folder for what they write.
        seed: Of the calls.
        clients: How many services of each contender there are.
        threads: Threads of each that call.
        tasks: Tasks of each that call.
        pace: Seconds between two calls of a thread or task, on average.
        timeout: Seconds that an attempt may take.
        contenders: What services call through, and the Python of each.
        mortal: Whether there is one more service that may be killed.

    Attributes:
        clients: The services that live to the end.
        killed: When others were killed, by their names, in seconds of the machine's clock.
        forgotten: How many connections of services were left half-open.
        absent: Parts that are not installed on this machine.
    """

    def __init__(
        self,
        home: str,
        *,
        seed: int,
        clients: int,
        threads: int,
        tasks: int,
        pace: float,
        timeout: float,
        contenders: Mapping[str, str] = OURS,
        mortal: bool = True,
    ) -> None:
        self._stack = ExitStack()
        self._numbers = itertools.count(1)
        self._load = threads, tasks
        self._words = str(seed), str(pace), str(timeout)
        self._contenders = contenders
        self._is_mortal = mortal
        self.killed: dict[str, float] = {}
        self.forgotten = 0
        try:
            self._begin(home, clients)
        except BaseException:
            self.close()
            raise

    def _begin(self, home: str, clients: int) -> None:
        names = (*REGIONS, *REPLICAS, "langfuse", "balancer", "pooler", "redis")
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        self._keys = {name: self._new_key(name) for name in REGIONS}
        self._ports = ports
        self._home = home
        addresses = {name: f"http://{name}.chaos.test:{ports[name]}/v1" for name in REGIONS}
        self.database = Database(self._stack.enter_context(postgresql()), addresses, self._keys)
        self.regions = {name: self._region(name) for name in REGIONS}
        self.langfuse = self._started(Process(home, module("chaos.observer", str(ports["langfuse"]))))
        self.pooler, dsn = pooler(home, self.database.dsn, ports["pooler"])
        self.redis, redis_url = redis(home, ports["redis"])
        for process in (self.pooler, self.redis):
            if process is not None:
                self._started(process)
        environ = {"GENAI_DATABASE_URL": dsn, **self.database.environ}
        if self.redis is not None:
            environ["GENAI_BROKER_REDIS_URL"] = redis_url
        self.brokers = {name: self._broker(name, environ) for name in REPLICAS}
        balanced = (str(ports[name]) for name in ("balancer", *REPLICAS))
        self._started(Process(home, module("chaos.balancer", *balanced)))
        public_key, secret_key = self.database.pair
        environ = {
            "LANGFUSE_PUBLIC_KEY": public_key,
            "LANGFUSE_SECRET_KEY": secret_key,
            "LANGFUSE_BASE_URL": f"http://127.0.0.1:{ports['langfuse']}",
            "GENAI_BROKER_URL": f"http://127.0.0.1:{ports['balancer']}",
            "GENAI_SPOOL": str(Path(home, "spool")),
        }
        if self.redis is not None:
            environ["GENAI_REDIS_URL"] = redis_url
        self.environ = {**environ, VARIABLE: write_regions(addresses, self._keys)}
        self.clients = [
            self._service(f"{contender}{number}", contender)
            for contender in self._contenders
            for number in range(clients)
        ]
        self._mortal: tuple[str, Process] | None = None

    @property
    def absent(self) -> tuple[str, ...]:
        """See the class."""
        parts = {"pooler": self.pooler, "redis": self.redis}
        return tuple(name for name, process in parts.items() if process is None)

    def call(self) -> None:
        """Let the services call, and one more that may be killed, unless there is none."""
        for client in self.clients:
            self._set_to_work(client)
        if self._is_mortal:
            self._begin_mortal()

    def finish(self, flush: float) -> list[dict[str, Any]]:
        """End the calls, deliver the traces, those of killed services too, and return what the services report."""
        living = [*self.clients, *([] if self._mortal is None else [self._mortal[1]])]
        reports = [client.ask(do="finish", flush=flush, patience=2 * flush) for client in living]
        if self.killed:
            run(self._home, module("genai_sdk.cli", "spool", "replay"), self.environ)
        return reports

    def calls(self) -> list[Entry]:
        """Return what every service wrote down of its calls."""
        ledgers = sorted(Path(self._home).glob(ledger_name("*")))
        lines = [line for ledger in ledgers for line in ledger.read_text().splitlines(keepends=True)]
        return [Entry(*json.loads(line)) for line in lines if line.endswith("\n")]

    def count(self) -> int:
        """Return how many calls are over, successful or not."""
        return sum(client.ask(do="count") for client in self.clients)

    def strike(self, fault: Fault) -> Undo:
        """Begin a fault; return what ends it."""
        if fault.kind.name in (*ROTATIONS, *HALF_OPEN):
            self.beat(fault)
            return lambda: None
        if fault.target in REGIONS:
            return self._strike_region(fault.kind.name, fault.target)
        if fault.target == "service":
            return self._kill_mortal()
        match fault.kind.name.split():
            case ["disk", "full"]:
                return self._fill_disks()
            case ["clock", way]:
                self._set_clocks(fault.target, JUMP if way == "ahead" else -JUMP)
                return lambda: self._set_clocks(fault.target, 0.0)
            case [_, "killed"]:
                return self._each(fault.target, Process.kill, Process.start)
            case [_, "frozen"]:
                return self._each(fault.target, Process.freeze, Process.thaw)
            case [_, "away"]:
                self.langfuse.ask(do="down")
                return lambda: self.langfuse.ask(do="up")
            case _:
                self.langfuse.ask(do="strike", kind=fault.kind.name)
                return lambda: self.langfuse.ask(do="recover")

    def _each(self, target: str, do: Callable[[Process], None], undo: Callable[[Process], None]) -> Undo:
        """Do something to every process that a target means; return what undoes it."""
        others = {"langfuse": self.langfuse, "pooler": self.pooler, "redis": self.redis}
        named = list(self.brokers.values()) if target == "brokers" else [{**self.brokers, **others}[target]]
        processes = [process for process in named if process is not None]
        for process in processes:
            do(process)

        def restore() -> None:
            for process in processes:
                undo(process)

        return restore

    def beat(self, fault: Fault) -> None:
        """Do what a fault does again and again while it lasts; called every `ROTATED_EVERY` seconds."""
        match fault.kind.name:
            case "rotated":
                self._rotate(fault.target)
            case "lagging":
                self._rotate(fault.target, lag=LAG)
            case "all rotated":
                for name in REGIONS:
                    self._rotate(name)
            case name if name in HALF_OPEN:
                self._forget(fault.target)

    def _forget(self, target: str) -> None:
        """Let nothing arrive any more on open connections to a target."""
        port = self._ports["balancer" if target == "brokers" else target]
        if target != "pooler":
            self.forgotten += sum(client.ask(do="forget", ports=[port]) for client in self.clients)
        if target in ("pooler", "redis"):
            for name in REPLICAS:
                self._order(name, do="forget", ports=[port], seconds=DEAD if target == "pooler" else 0.0)

    def _set_clocks(self, target: str, ahead: float) -> None:
        if target in REPLICAS:
            self._order(target, do="set_clock", ahead=ahead)
            return
        for client in self.clients:
            client.ask(do="set_clock", ahead=ahead)

    def _order(self, broker: str, **order: Any) -> None:
        """Have a broker, which takes none itself, carry out an order."""
        Path(self._home, broker).write_text(json.dumps(order))
        self.brokers[broker].signal(signal.SIGUSR1)

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
            case _:
                region.ask(do="strike", kind=kind)
                return lambda: region.ask(do="recover")

    def _rotate(self, name: str, lag: float = 0.0) -> None:
        """Make a new key, save it in Langfuse, and refuse the old one at once, or so many seconds before that."""
        old, new = self._keys[name], self._new_key(name)
        if lag:
            self.regions[name].ask(do="accept", keys=[new])
            time.sleep(lag)
        else:
            self.regions[name].ask(do="accept", keys=[old, new])
        self.database.rotate(name, new)
        self._keys[name] = new
        self.regions[name].ask(do="accept", keys=[new])

    def _fail(self, names: list[str]) -> None:
        for client in self.clients:
            client.ask(do="fail", names=names)

    def _fill_disks(self) -> Undo:
        for client in self.clients:
            client.ask(do="fill_disk", full=True)
        self.langfuse.ask(do="down")

        def restore() -> None:
            self.langfuse.ask(do="up")
            for client in self.clients:
                client.ask(do="fill_disk", full=False)

        return restore

    def _kill_mortal(self) -> Undo:
        assert self._mortal is not None
        name, process = self._mortal
        self.killed[name] = time.monotonic()
        process.kill()
        return self._begin_mortal

    def _begin_mortal(self) -> None:
        name = f"k{next(self._numbers)}"
        self._mortal = name, self._service(name)
        self._set_to_work(self._mortal[1])

    def _service(self, name: str, contender: str = "ours") -> Process:
        command = [self._contenders[contender], "-m", "chaos.workload", contender, name, *self._words]
        return self._started(Process(self._home, command, self.environ))

    def _set_to_work(self, client: Process) -> None:
        threads, tasks = self._load
        client.ask(do="start", threads=threads, tasks=tasks)

    def _new_key(self, name: str) -> str:
        return f"sk-{name}-{next(self._numbers):06d}"

    def _region(self, name: str) -> Process:
        return self._started(
            Process(self._home, module("chaos.region", name, str(self._ports[name]), self._keys[name]))
        )

    def _broker(self, name: str, environ: dict[str, str]) -> Process:
        options = ("--port", str(self._ports[name]), "--audit", "off", "--rate", "1000")
        command = module("chaos.struck", str(Path(self._home, name)), "genai_sdk.cli", "broker", *options)
        return self._started(Process(self._home, command, environ, ready="listens on"))

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
