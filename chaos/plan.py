"""PURE: which faults strike whom, and when, by a seed.

Two tracks run side by side. On the first one regions are struck, one at a time, so that at any moment another one could
answer; on the second one everything else. A track takes its kinds in turn, in an order that the seed shuffles anew each
time.
"""

import random
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

REGIONS = ("seoul", "virginia")
REPLICAS = ("broker 1", "broker 2")
CLOCKS = ("services", *REPLICAS)
"""Whose clocks are set: those of all services, or one broker's."""


class Kind(NamedTuple):
    """A kind of fault.

    Attributes:
        name: Its name.
        whom: What it strikes; `region`, `replica` and `clock` are one of several by chance.
        seconds: How long, at least and at most.
        what: What happens, for the page.
    """

    name: str
    whom: str
    seconds: tuple[float, float]
    what: str


class Fault(NamedTuple):
    """A fault of a campaign.

    Attributes:
        kind: Its kind.
        target: Which process it strikes.
        pause: Seconds of peace before it.
        seconds: How long it lasts.
    """

    kind: Kind
    target: str
    pause: float
    seconds: float


REGIONAL = (
    Kind("killed", "region", (2, 5), "kill -9, and a new process later"),
    Kind("frozen", "region", (3, 6), "SIGSTOP, SIGCONT: connections open and silent"),
    Kind("reset", "region", (2, 5), "RST in place of every answer"),
    Kind("cut", "region", (2, 5), "every answer breaks off in the middle, streams after their first content"),
    Kind("truncated", "region", (2, 5), "200 with broken JSON, or a broken event"),
    Kind("slow", "region", (3, 6), "answers half a second late, streams dripping"),
    Kind("storm", "region", (3, 8), "429 with Retry-After to every call"),
    Kind("failing", "region", (2, 5), "503 to every call"),
    Kind(
        "half-open",
        "region",
        (4, 8),
        "open connections to it are forgotten on the way, every 3 s: no answer, FIN, RST or ACK comes; new ones work",
    ),
    Kind("unresolved", "region", (3, 6), "connections cut, and its name resolves no more"),
    Kind("rotated", "region", (9, 12), "a new key every 3 s, and the old one refused at once"),
    Kind("lagging", "region", (9, 12), "the same, and Langfuse's database shows the new key 2 s later"),
    Kind(
        "all rotated",
        "regions",
        (9, 12),
        "new keys for every region at once, every 3 s, and the old ones refused at once",
    ),
)
SURROUNDING = (
    Kind("langfuse away", "langfuse", (5, 20), "connections refused and cut"),
    Kind("langfuse frozen", "langfuse", (4, 12), "SIGSTOP, SIGCONT"),
    Kind("langfuse failing", "langfuse", (3, 8), "503 to every request"),
    Kind("langfuse unheard", "langfuse", (3, 8), "traces taken, and the connection reset before the answer"),
    Kind("langfuse half-open", "langfuse", (4, 8), "open connections to it are forgotten on the way, every 3 s"),
    Kind("replica killed", "replica", (2, 8), "kill -9 of one of the two brokers, and a new process later"),
    Kind("replica frozen", "replica", (3, 8), "SIGSTOP, SIGCONT of one of the two brokers"),
    Kind("brokers killed", "brokers", (2, 8), "kill -9 of both, and new processes later"),
    Kind("brokers frozen", "brokers", (3, 8), "SIGSTOP, SIGCONT of both"),
    Kind("brokers half-open", "brokers", (4, 8), "connections of services to them are forgotten on the way, every 3 s"),
    Kind("service killed", "service", (1, 3), "kill -9 of a service in the middle of its calls, and another one later"),
    Kind("pooler killed", "pooler", (3, 12), "kill -9 of PgBouncer, and a new process later"),
    Kind("pooler frozen", "pooler", (3, 12), "SIGSTOP, SIGCONT of PgBouncer: the database is open and silent"),
    Kind(
        "pooler half-open",
        "pooler",
        (4, 8),
        "connections of the brokers to PgBouncer are forgotten on the way, new ones too, for a second of every 3",
    ),
    Kind(
        "disk full",
        "disks",
        (4, 10),
        "no file of a service grows any more (RLIMIT_FSIZE: EFBIG), its spool's neither, and Langfuse is away",
    ),
    Kind("redis killed", "redis", (3, 8), "kill -9 of Redis, and a new and empty one later"),
    Kind("redis frozen", "redis", (3, 8), "SIGSTOP, SIGCONT of Redis"),
    Kind("redis half-open", "redis", (4, 8), "connections to Redis are forgotten on the way, every 3 s"),
    Kind(
        "clock ahead", "clock", (3, 8), "the clocks of all services, or of a broker, jump an hour ahead, and then back"
    ),
    Kind("clock back", "clock", (3, 8), "the same clocks jump an hour back, and then ahead"),
)
ROTATIONS = ("rotated", "lagging", "all rotated")
HALF_OPEN = ("half-open", "langfuse half-open", "brokers half-open", "pooler half-open", "redis half-open")
SOURCES = ("brokers", "pooler")
"""Those without which nobody learns of a new key; so they are not struck while keys are rotated."""
KINDS = {kind.name: kind for kind in (*REGIONAL, *SURROUNDING)}


def plan(
    seed: int, seconds: float, absent: Collection[str] = (), *, rotates: bool = True
) -> tuple[list[Fault], list[Fault]]:
    """Return the two tracks of a campaign that lasts about so many seconds.

    Args:
        seed: Decides which kinds follow each other, whom they strike and how long.
        seconds: How long the tracks are, at most.
        absent: Parts that are not there to be struck.
        rotates: Whether keys are.
    """
    regional = [kind for kind in REGIONAL if rotates or kind.name not in ROTATIONS]
    beside = [kind for kind in SURROUNDING if kind.whom not in absent]
    regions, surroundings = random.Random(f"regions {seed}"), random.Random(f"surroundings {seed}")
    return list(_track(regions, regional, seconds, absent)), list(_track(surroundings, beside, seconds, absent))


def brief(seed: int, names: Sequence[str], seconds: float) -> tuple[list[Fault], list[Fault]]:
    """Return tracks of the named kinds alone, each once and so long."""
    chance = random.Random(seed)
    faults = [Fault(kind, _target(chance, kind), 0.0, seconds) for kind in map(KINDS.__getitem__, names)]
    return [one for one in faults if one.kind in REGIONAL], [one for one in faults if one.kind in SURROUNDING]


def _track(chance: random.Random, kinds: Sequence[Kind], seconds: float, absent: Collection[str]) -> Iterator[Fault]:
    at = 0.0
    while True:
        for kind in chance.sample(kinds, len(kinds)):
            target, pause = _target(chance, kind, absent), round(chance.uniform(1, 3), 2)
            fault = Fault(kind, target, pause, round(chance.uniform(*kind.seconds), 2))
            at += fault.pause + fault.seconds
            if at > seconds:
                return
            yield fault


def _target(chance: random.Random, kind: Kind, absent: Collection[str] = ()) -> str:
    clocks = CLOCKS[:1] if "replica" in absent else CLOCKS
    choices = {"region": REGIONS, "replica": REPLICAS, "clock": clocks}.get(kind.whom)
    return chance.choice(choices) if choices else kind.whom
