"""What a rehearsal came to, and whether it is within its gate. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from genai_sdk.cli.rehearse.run import Outcome, Run
from genai_sdk.cli.rehearse.scenario import Gate, Scenario


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one run; seconds are those of answered calls.

    Attributes:
        lost: Calls that raised.
        attempts: Attempts of all calls.
        mean: Seconds of a call, on average.
        p95: Seconds within which 95 of a hundred calls were answered.
        longest: Seconds of the longest call.
        dollars: What all answered calls cost; None where that of one is not known.
        served: Calls by the `connection/model` that answered them.
    """

    lost: int
    attempts: int
    mean: float
    p95: float
    longest: float
    dollars: float | None
    served: Mapping[str, int]


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What the faults did: calls lost, and what they added to those that were answered in both runs.

    Attributes:
        lost: Calls that were lost with the faults and not without.
        attempts: Attempts of all calls.
        mean: Seconds added to a call, on average.
        p95: Seconds added to all but five of a hundred calls.
        longest: The most seconds added to a call.
        dollars: US dollars added to all of them; None where the cost of one is not known.
    """

    lost: int
    attempts: int
    mean: float
    p95: float
    longest: float
    dollars: float | None


class MetFault(msgspec.Struct, frozen=True):
    """A fault in words, and how many requests met it."""

    fault: str
    requests: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A rehearsal's result.

    Attributes:
        model: What was called.
        calls: How many calls there were.
        seconds: Simulated seconds in which they began.
        quiet: The run without faults.
        faulty: The run with them.
        added: The difference.
        faults: What met each fault.
        errors: How often calls were lost for which reason.
        broken: What the gate did not allow, in words; empty where the rehearsal passed.
    """

    model: str
    calls: int
    seconds: float
    quiet: Side
    faulty: Side
    added: Added
    faults: Sequence[MetFault]
    errors: Mapping[str, int]
    broken: Sequence[str]


def report_of(scenario: Scenario, quiet: Run, faulty: Run) -> Report:
    """Return what a rehearsal came to."""
    sides = side_of(quiet.outcomes), side_of(faulty.outcomes)
    added = _added(quiet.outcomes, faulty.outcomes)
    return Report(
        model=scenario.model,
        calls=scenario.calls,
        seconds=scenario.calls / scenario.rate,
        quiet=sides[0],
        faulty=sides[1],
        added=added,
        faults=[MetFault(str(fault), met) for fault, met in zip(scenario.faults, faulty.met, strict=True)],
        errors=dict(Counter(one.error for one in faulty.outcomes if one.error is not None).most_common()),
        broken=_broken(scenario.gate, sides[1], added),
    )


def side_of(outcomes: Sequence[Outcome]) -> Side:
    """Return the figures of one run."""
    answered = [one for one in outcomes if one.error is None]
    seconds = sorted(one.latency for one in answered)
    return Side(
        lost=len(outcomes) - len(answered),
        attempts=sum(one.attempts for one in outcomes),
        mean=_mean(seconds),
        p95=_p95(seconds),
        longest=seconds[-1] if seconds else 0.0,
        dollars=_sum([one.cost for one in answered]),
        served=dict(Counter(one.served for one in answered if one.served is not None).most_common()),
    )


def _added(quiet: Sequence[Outcome], faulty: Sequence[Outcome]) -> Added:
    pairs = [(before, after) for before, after in zip(quiet, faulty, strict=True) if before.error is None]
    both = [(before, after) for before, after in pairs if after.error is None]
    seconds = sorted(after.latency - before.latency for before, after in both)
    costs = [_sum([one.cost for one in side]) for side in zip(*both, strict=True)] if both else [0.0, 0.0]
    return Added(
        lost=len(pairs) - len(both),
        attempts=sum(one.attempts for one in faulty) - sum(one.attempts for one in quiet),
        mean=_mean(seconds),
        p95=_p95(seconds),
        longest=seconds[-1] if seconds else 0.0,
        dollars=None if costs[0] is None or costs[1] is None else costs[1] - costs[0],
    )


def _broken(gate: Gate, faulty: Side, added: Added) -> list[str]:
    """Return each bound of the gate that was passed; a figure that is not known passes none."""
    words = []
    if gate.lost is not None and faulty.lost > gate.lost:
        words.append(f"{faulty.lost} calls lost, {gate.lost} allowed")
    for name, label in (("mean", "on average"), ("p95", "at the 95th percentile"), ("longest", "at the most")):
        allowed, seconds = getattr(gate, name), getattr(added, name)
        if allowed is not None and seconds > allowed:
            words.append(f"{seconds:.2f} s added {label}, {allowed:g} s allowed")
    if gate.dollars is not None and added.dollars is None:
        words.append(f"the price of a model is not known, and ${gate.dollars:g} are allowed")
    elif gate.dollars is not None and added.dollars is not None and added.dollars > gate.dollars:
        words.append(f"${added.dollars:.4g} added, ${gate.dollars:g} allowed")
    return words


def _mean(seconds: Sequence[float]) -> float:
    return sum(seconds) / len(seconds) if seconds else 0.0


def _p95(seconds: Sequence[float]) -> float:
    """Return the least of sorted seconds that 95 of a hundred do not exceed."""
    return seconds[-(-len(seconds) * 95 // 100) - 1] if seconds else 0.0


def _sum(costs: Sequence[float | None]) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
