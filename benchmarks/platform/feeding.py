"""What a store is filled with, sent over HTTP as the SDK sends it."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from benchmarks.platform.filling import CONNECTIONS, END, PROMPTS, VERSIONS, everything, export, traces
from benchmarks.platform.served import Served
from genai_sdk.langfuse.observation import Observation

BATCH, SENDERS = 200, 4
"""Spans a request, and how many send at the same time."""

_FOLDERS, _IN_FOLDER = 10, 20
_TEXT = "Answer {{name}} in the language of the question. Be short, and say where you have it from."


def fill(platform: Served, count: int, watch: Callable[[int], None]) -> None:
    """Fill an empty store: observations, prompts and connections.

    Args:
        platform: Whose store it is.
        count: How many observations.
        watch: Told every so often how many were sent.
    """
    for name in PROMPTS:
        for number in range(VERSIONS):
            _put_prompt(platform, name, ["production"] if number == VERSIONS - 2 else [])
    for number in range(_FOLDERS * _IN_FOLDER):
        _put_prompt(platform, f"team-{number % _FOLDERS}/task-{number}", ["production"])
    for name in CONNECTIONS:
        body = {"provider": name, "adapter": "openai", "secretKey": "sk-of-nobody"}
        platform.write("PUT", "/api/public/llm-connections", body)
    feed(platform, _watched(everything(count), count // 100, watch))


def ingestion(platform: Served, count: int, *, late: bool = False) -> float:
    """Return how many spans a second a platform takes in, packed beforehand.

    Args:
        platform: The platform.
        count: How many spans.
        late: Whether they are of all the days, as from an import, and not newer than what is there, as usual.
    """
    made = traces(count, seed=2) if late else traces(count, seed=5, begin=END, seconds=3_600)
    bodies = list(_watched(made, count, lambda sent: None))
    begun = time.perf_counter()
    feed(platform, iter(bodies))
    return count / (time.perf_counter() - begun)


def feed(platform: Served, bodies: Iterator[bytes]) -> None:
    """Send packed exports from several senders, until there are none left."""
    gate = threading.Lock()

    def work() -> None:
        while True:
            with gate:
                body = next(bodies, None)
            if body is None:
                return
            platform.send(body)

    with ThreadPoolExecutor(SENDERS) as pool:
        for sender in [pool.submit(work) for _ in range(SENDERS)]:
            sender.result()


def _watched(made: Iterable[list[Observation]], every: int, watch: Callable[[int], None]) -> Iterator[bytes]:
    sent, said = 0, 0
    for batch in _batches(made):
        yield gzip.compress(json.dumps(export(batch)).encode(), 3)
        sent += len(batch)
        if sent - said >= every:
            said = sent
            watch(sent)


def _batches(made: Iterable[list[Observation]]) -> Iterator[list[Observation]]:
    batch: list[Observation] = []
    for trace in made:
        for start in range(0, len(trace), BATCH):
            batch += trace[start : start + BATCH]
            if len(batch) >= BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _put_prompt(platform: Served, name: str, labels: list[str]) -> None:
    body = {"name": name, "type": "text", "prompt": _TEXT, "labels": labels, "tags": ["bench"]}
    platform.write("POST", "/api/public/v2/prompts", body)
