"""The numbers of a broker's processes together: each leaves its own in a file, and whoever is asked adds up."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from genai_sdk.broker.metrics import Metrics
from genai_sdk.exposition import Sample

_decode = msgspec.json.Decoder(list[Sample]).decode


class WorkerMetrics:
    """One process among several.

    Args:
        directory: What they share.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._own = directory / f"{os.getpid()}.json"

    def save(self, metrics: Metrics) -> None:
        """Leave this process's numbers to the others; a dead one's stay, so that nothing counts down."""
        draft = self._own.with_suffix(".tmp")
        draft.write_bytes(msgspec.json.encode(metrics.samples(time.time())))
        os.replace(draft, self._own)

    def gather(self, metrics: Metrics) -> Iterator[Sample]:
        """Yield the numbers of all processes, this one's as they are now."""
        yield from metrics.samples(time.time())
        for path in self._directory.glob("*.json"):
            if path != self._own:
                with suppress(OSError, msgspec.DecodeError):
                    yield from _decode(path.read_bytes())
