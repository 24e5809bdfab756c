"""Many projects at once: whose connections does an answer hold?"""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.broker.load import Answered, closed
from benchmarks.broker.requests import connections
from genai_sdk.connections.broker_wire import open_answer

Pair = tuple[str, str]


class Mixed:
    """Requests of many projects in any order, each answer held against whoever asked.

    Each project's connections have secrets that begin with `sk-of-` and its number: one in a wrong answer shows.

    Args:
        pairs: The projects' key pairs, in order of their numbers.
        names: The connections that each of them has.
        seed: Of the order.

    Attributes:
        statuses: How often each came.
        wrong: What was in an answer and not its caller's.
    """

    def __init__(self, pairs: Sequence[Pair], names: Sequence[str], seed: int) -> None:
        self._pairs = pairs
        self._names = names
        self._random = random.Random(seed)
        self._tags: dict[tuple[int, tuple[str, ...]], str] = {}
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []

    def run(self, port: int, count: int) -> None:
        """Ask so often, one after the other: what was asked is then known of each answer."""
        sent: list[tuple[int, tuple[str, ...], bool]] = []

        def requests() -> Iterator[bytes]:
            for _ in range(count):
                number = self._random.randrange(len(self._pairs))
                names = tuple(sorted(self._random.sample(list(self._names), self._random.randrange(len(self._names)))))
                good = self._random.random() > 0.05
                secret = self._pairs[number][1] if good else self._pairs[number - 1][1]
                tag = self._tags.get((number, names)) if self._random.random() < 0.5 else None
                if self._random.random() < 0.1 and self._tags:
                    tag = self._random.choice(list(self._tags.values()))  # perhaps another project's
                sent.append((number, names, good))
                sealed = self._random.random() < 0.5
                yield connections((self._pairs[number][0], secret), tag=tag, sealed=sealed, names=names)

        def take(answered: Answered) -> None:
            self._judge(answered, *sent.pop(0))

        closed(port, requests(), 1, take)

    def _judge(self, answered: Answered, number: int, names: tuple[str, ...], good: bool) -> None:
        self.statuses[answered.status] += 1
        if not good:
            if answered.status == 200 or b"sk-of-" in answered.body:
                self.wrong.append(f"project {number}: answered {answered.status} to another project's secret key")
            return
        tag = next(line for line in answered.head.split(b"\r\n") if line.startswith(b"etag: "))[6:].decode()
        if answered.status == 304:
            if self._tags.get((number, names)) != tag:
                self.wrong.append(f"project {number}: a 304 for a tag that it was never given")
            return
        shown = json.loads(answered.body)
        if "sealed" in shown:
            shown = json.loads(open_answer(self._pairs[number][1], shown["project"], shown["sealed"]))
        wanted = sorted(names or self._names)
        secrets = {each["name"]: each["secret"] for each in shown["connections"]}
        if secrets != {name: f"sk-of-{number}-{name}" for name in wanted} or shown["project"]["id"] != f"proj-{number}":
            self.wrong.append(f"project {number}: got {shown['project']} with {sorted(secrets)}")
        self._tags[number, names] = tag
