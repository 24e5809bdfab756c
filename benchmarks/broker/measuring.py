"""A broker beside a real PostgreSQL, and what its answers cost it."""

import itertools
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.broker.projects import Projects
from tests.broker.serving import RunningBroker
from tests.langfuse_database import create_database, create_schema, load_rows, postgresql, read_rows

from benchmarks.broker.load import Answered, closed, paced, percentile
from benchmarks.broker.mixing import Mixed
from benchmarks.broker.requests import connections, empty

CONNECTIONS = 50
PROJECTS = 50
MIXED = ("a", "b", "c")
_LINES = 16


class Kind(NamedTuple):
    """A kind of answer: requests a second of each round, and the microseconds of CPU that one cost the broker."""

    name: str
    rates: list[float]
    cpu: list[float]

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def microseconds(self) -> float:
        return statistics.median(self.cpu)


class Measured(NamedTuple):
    """What was measured.

    Attributes:
        kinds: An empty answer, one by its tag, a whole set sealed, the same in clear.
        size: Bytes of a whole sealed answer.
        half: Requests a second of the paced runs.
        windows: What the answers of each paced run took, in seconds.
        idle: The same of empty answers, whose runs lay between.
        mixed: Answers of mixed requests, by status.
        wrong: Those that held what was not the caller's.
    """

    kinds: list[Kind]
    size: int
    half: float
    windows: list[list[float]]
    idle: list[list[float]]
    mixed: dict[int, int]
    wrong: list[str]


@contextmanager
def database() -> Iterator[tuple[dict[str, str], Projects]]:
    """Run a PostgreSQL with Langfuse's tables; yields the environment of a broker on it."""
    recorded = read_rows()
    with postgresql() as server:
        dsn = create_database(server, "langfuse_bench")
        create_schema(dsn)
        load_rows(dsn)
        environ = {
            "GENAI_DATABASE_URL": dsn,
            "GENAI_ENCRYPTION_KEY": recorded["encryption_key"],
            "GENAI_SALT": recorded["salt"],
        }
        yield environ, Projects(dsn, recorded)


def measure(audit: Path, *, rounds: int, requests: int, seconds: float, mixed: int) -> Measured:
    """Measure.

    Args:
        audit: The file of the audit lines.
        rounds: Of each kind, one after the other in turn.
        requests: Of each round.
        seconds: Of each paced run.
        mixed: Requests of many projects in any order.
    """
    with database() as (environ, projects):
        secret = "sk-" + "x" * 160
        big = projects.add("big", {f"connection_{n}": {"secret": secret} for n in range(CONNECTIONS)})
        many = [
            projects.add(str(n), {name: {"secret": f"sk-of-{n}-{name}"} for name in MIXED}) for n in range(PROJECTS)
        ]
        with RunningBroker(environ, "--audit", str(audit), "--rate", "1000000") as broker:
            tag = broker.ask_as(big.pair).headers["etag"]
            requests_of = {
                "an empty answer": empty(),
                "304, by its ETag": connections(big.pair, tag=tag),
                f"{CONNECTIONS} connections, sealed": connections(big.pair),
                f"{CONNECTIONS} connections, in clear": connections(big.pair, sealed=False),
            }
            kinds = {name: Kind(name, [], []) for name in requests_of}
            for _ in range(rounds):
                for name, request in requests_of.items():
                    _round(broker, request, requests, kinds[name])
            size = len(broker.ask_as(big.pair, headers={"x-genai-accept": "sealed"}).body)
            half = kinds["304, by its ETag"].rate / 2
            windows: dict[str, list[list[float]]] = {"an empty answer": [], "304, by its ETag": []}
            for _ in range(rounds):
                for name, taken in windows.items():
                    taken.append(paced(broker.port, requests_of[name], half, seconds, lines=64))
            mix = Mixed([project.pair for project in many], MIXED, seed=1)
            mix.run(broker.port, mixed)
        return Measured(
            list(kinds.values()),
            size,
            half,
            windows["304, by its ETag"],
            windows["an empty answer"],
            dict(sorted(mix.statuses.items())),
            mix.wrong,
        )


def _round(broker: RunningBroker, request: bytes, count: int, kind: Kind) -> None:
    statuses: set[int] = set()

    def take(answered: Answered) -> None:
        statuses.add(answered.status)

    before = _cpu(broker.process.pid)
    seconds = closed(broker.port, itertools.repeat(request, count), _LINES, take)
    kind.rates.append(count / seconds)
    kind.cpu.append((_cpu(broker.process.pid) - before) / count * 1e6)
    assert statuses <= {200, 304}, statuses


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has had, all of its threads."""
    stats = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in stats) / 1e9


def quantiles(windows: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Return the medians of all runs' medians and 99th percentiles, and the least and greatest of the latter."""
    last = sorted(percentile(each, 0.99) for each in windows)
    return statistics.median(percentile(each, 0.5) for each in windows), statistics.median(last), last[0], last[-1]
