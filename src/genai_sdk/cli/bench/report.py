"""What a load came to, in figures. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

import msgspec

from genai_sdk.cli.bench.run import Load, Result


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """How values are spread: half of them, 95 and 99 of a hundred are at most so large."""

    p50: float
    p95: float
    p99: float
    largest: float


class BenchReport(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a load; times are seconds, costs US dollars, None is what is not known.

    Attributes:
        model: The model's name as it was asked for.
        simulated: Whether a simulated provider answered.
        calls: Calls that are over, without the first.
        answered: Those that were answered.
        concurrency: How many were under way at once.
        streamed: Whether they were streamed.
        seconds: How long all of it took.
        attempts: Attempts of all calls.
        first_call: Seconds of the first call, which loads and connects; it is in no other figure but `cost`.
        first_content: To the first content of streams.
        latency: To the answer, or its end.
        tokens: Tokens of all answers.
        tokens_per_second: Of one answer from its first content to its end, the median.
        throughput: Tokens a second of all answers together.
        calls_per_second: Answers a second.
        cost: Of all calls, the first one included; where simulated, what the model it is named after would take.
        served: Answers by the `connection/model` that gave them.
        errors: Failures by kind, with what the first of each said.
        cpu: Seconds of this process's CPU for a call, of all its threads, recording included.
        inside: Seconds of a call that were neither an attempt nor a wait, the median.
        over_raw: Seconds that a call took longer than the same exchange over bare HTTP, the median; where simulated.
        stopped: Why fewer calls were made than asked for; empty where all were.
    """

    model: str
    simulated: bool
    calls: int
    answered: int
    concurrency: int
    streamed: bool
    seconds: float
    attempts: int
    first_call: float
    first_content: Spread | None
    latency: Spread | None
    tokens: int | None
    tokens_per_second: float | None
    throughput: float | None
    calls_per_second: float
    cost: float | None
    served: Mapping[str, int]
    errors: Mapping[str, "FailureCount"]
    cpu: float | None
    inside: float | None
    over_raw: float | None = None
    stopped: str = ""


class FailureCount(msgspec.Struct, frozen=True):
    """How often a kind of failure was met, and what the first of them said."""

    count: int
    message: str


def report_of(load: Load, result: Result, *, simulated: bool = False, over_raw: float | None = None) -> BenchReport:
    """Return the figures of a load."""
    answers = [sample for sample in result.samples if not sample.error]
    tokens = None if any(each.tokens is None for each in answers) else sum(each.tokens or 0 for each in answers)
    priced = [result.first, *answers]
    paces = [
        each.tokens / (each.latency - each.first_content)
        for each in answers
        if each.tokens and each.first_content is not None and each.latency > each.first_content
    ]
    inside = [each.inside for each in answers if each.inside is not None]
    seconds = result.seconds
    return BenchReport(
        model=load.model,
        simulated=simulated,
        calls=len(result.samples),
        answered=len(answers),
        concurrency=load.concurrency,
        streamed=load.stream,
        seconds=seconds,
        attempts=sum(sample.attempts for sample in result.samples),
        first_call=result.first.latency,
        first_content=spread([each.first_content for each in answers if each.first_content is not None]),
        latency=spread([each.latency for each in answers]),
        tokens=tokens,
        tokens_per_second=median(paces) if paces else None,
        throughput=tokens / seconds if tokens is not None and seconds else None,
        calls_per_second=len(answers) / seconds if seconds else 0.0,
        cost=None if any(each.cost is None for each in priced) else sum(each.cost or 0.0 for each in priced),
        served=dict(Counter(each.served for each in answers).most_common()),
        errors=_errors(result),
        cpu=result.cpu / len(result.samples) if result.samples else None,
        inside=median(inside) if inside else None,
        over_raw=over_raw,
        stopped=result.stopped,
    )


def spread(values: Sequence[float]) -> Spread | None:
    """Return how values are spread; None where there are none."""
    if not values:
        return None
    ordered = sorted(values)

    def share(percent: int) -> float:
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    return Spread(p50=share(50), p95=share(95), p99=share(99), largest=ordered[-1])


def _errors(result: Result) -> dict[str, FailureCount]:
    failed = [sample for sample in result.samples if sample.error]
    first: dict[str, str] = {}
    for sample in failed:
        first.setdefault(sample.error, sample.message)
    return {kind: FailureCount(count, first[kind]) for kind, count in Counter(s.error for s in failed).most_common()}
