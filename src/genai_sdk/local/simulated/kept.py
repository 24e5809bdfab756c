"""What a region keeps: files, and batches whose requests it answers as calls of their own."""

import functools
import itertools
from collections.abc import Mapping
from typing import Any

from genai_sdk.local.simulated.composing import answer_line
from genai_sdk.testing.answer import Answer
from genai_sdk.testing.batches import FakeBatches
from genai_sdk.testing.files import FakeFiles


class Kept:
    """The files and batches of one region.

    Args:
        region: Its name.
    """

    def __init__(self, region: str) -> None:
        self.files = FakeFiles()
        self.batches = FakeBatches(functools.partial(_run, region, itertools.count(1)))


def _run(region: str, numbers: "itertools.count[int]", path: str, body: Mapping[str, Any]) -> Answer:
    return answer_line(region, next(numbers), path, body)


def shrink(all_kept: list[Kept], most_bytes: int, most_batches: int) -> None:
    """Drop what was kept longest where most is kept, until no more than so much is kept by all together."""
    sizes = [sum(len(file.content) for file in kept.files) for kept in all_kept]
    while sum(sizes) > most_bytes:
        place = max(range(len(sizes)), key=sizes.__getitem__)
        files = all_kept[place].files
        oldest = next(iter(files))
        files.remove(oldest.id)
        sizes[place] -= len(oldest.content)
    while sum(len(kept.batches) for kept in all_kept) > most_batches:
        max(all_kept, key=lambda kept: len(kept.batches)).batches.drop()
