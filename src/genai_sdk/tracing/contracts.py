"""Calls that break the contract of their prompt's version: found where traces are sent, counted, and told of."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from genai_sdk import log
from genai_sdk.tracing.content import load
from genai_sdk.tracing.record import Generation, ObservationRecord

Bound = Literal["answer", "max_cost", "max_latency"]
Version = tuple[str, int]

EVERY = 3_600.0
"""Seconds in which a version is told of once in the log, or it would hold little else."""

_MOST = 160
"""Versions of prompts that are counted: no more than a metric has sets of labels for."""

_LONGEST = 1_000_000
"""Characters of an answer that is looked at."""

_SHOWN = 3
_ENDS = frozenset({"stop", "length"})


class Breach(msgspec.Struct, frozen=True):
    """How a call breaks a contract: which part of it, and in words that quote nothing of its content."""

    bound: Bound
    text: str


def breaches_of(record: ObservationRecord) -> tuple[Breach, ...]:
    """Return how an answered call breaks the contract of its prompt's version; empty where it keeps it."""
    generation = record.generation
    prompt = None if generation is None else generation.request.prompt
    if generation is None or prompt is None or generation.info is None:
        return ()
    found = [Breach(bound, text) for bound, text in prompt.exceeded(generation.info.cost, generation.info.latency)]
    if prompt.answer is not None and record.level == "DEFAULT" and _asks_for(generation, prompt.answer):
        found += [Breach("answer", text) for text in _misfit(record, generation, prompt.answer)]
    return tuple(found)


def _asks_for(generation: Generation, schema: Mapping[str, Any]) -> bool:
    """Whether the call asked for this schema: one that asks for another is not bound by it."""
    parameters = generation.request.parameters
    form = None if parameters is None else load(parameters).get("response_format")
    described = form.get("json_schema") if isinstance(form, dict) else None
    return isinstance(described, dict) and described.get("schema") == schema


def _misfit(record: ObservationRecord, generation: Generation, schema: Mapping[str, Any]) -> list[str]:
    message = None if record.output is None else load(record.output)
    # Of several choices, of calls of tools and of an answer that did not end nothing is known.
    if not isinstance(message, dict) or message.get("tool_calls") or generation.finish_reason not in _ENDS:
        return []
    text = message.get("content")
    if not isinstance(text, str) or not text:
        return ["the answer is a refusal"] if message.get("refusal") else ["the answer is empty"]
    if len(text) > _LONGEST:
        return []
    from genai_sdk.wires.conformity import misfits  # loaded by the first prompt that has a schema

    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return ["the answer is no JSON" + (", cut off at its longest" if generation.finish_reason == "length" else "")]
    found = misfits(value, schema)
    return found if len(found) <= _SHOWN else [*found[:_SHOWN], f"{len(found) - _SHOWN} more of the kind"]


class Contracts:
    """Counts what breaks a contract, and tells of it in the log; used by one thread at a time.

    Args:
        now: The clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.begin()

    def begin(self) -> None:
        """Start over, as in a forked child."""
        self._counts: dict[tuple[str, int, str], int] = {}
        self._said: dict[Version, float] = {}
        self._since: dict[Version, int] = {}

    @property
    def counts(self) -> Mapping[tuple[str, int, str], int]:
        """How many calls broke a contract, by prompt, version and the part of it."""
        return dict(self._counts)

    def note(self, record: ObservationRecord, breaches: tuple[Breach, ...]) -> None:
        """Take note of a call that broke its contract."""
        prompt = None if record.generation is None else record.generation.request.prompt
        if prompt is None or not breaches:
            return
        version = prompt.name, prompt.version
        if version not in self._since and len(self._since) >= _MOST:
            return
        for bound in dict.fromkeys(breach.bound for breach in breaches):
            self._counts[*version, bound] = self._counts.get((*version, bound), 0) + 1
        self._since[version] = self._since.get(version, 0) + 1
        now = self._now()
        if version in self._said and now - self._said[version] < EVERY:
            return
        others = self._since[version] - 1
        self._said[version], self._since[version] = now, 0
        log.warning(
            "prompt %r (version %d) broke its contract: %s, in trace %s%s; each call that does has `contract` in its "
            "metadata",
            prompt.name,
            prompt.version,
            "; ".join(breach.text for breach in breaches),
            record.trace_id,
            f", and in {others:,} calls before it" if others else "",
        )
