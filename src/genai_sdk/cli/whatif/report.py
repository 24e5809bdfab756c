"""What other routing options would have come to, beside what was recorded. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from genai_sdk.cli.rehearse.report import Side, side_of
from genai_sdk.cli.rehearse.run import Outcome
from genai_sdk.cli.whatif.recorded import RecordedCall
from genai_sdk.cli.whatif.run import Drawing

FIGURES = ("lost", "attempts", "mean", "p95", "longest", "dollars")
"""Of those, seconds and dollars are of answered calls; a difference is of calls that both answered."""


class Estimate(msgspec.Struct, frozen=True):
    """A figure over all runs: on average, in the lowest and in the highest."""

    mean: float
    low: float
    high: float


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What the options may add at most, in the worst of the runs; None for what is not looked at.

    Attributes:
        lost: Calls lost.
        mean: Seconds to a call, on average.
        p95: Seconds at the 95th percentile.
        dollars: US dollars.
        unknown: Calls of which nothing can be said.
    """

    lost: int | None = None
    mean: float | None = None
    p95: float | None = None
    dollars: float | None = None
    unknown: int | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What it came to.

    Attributes:
        since: When the first call began, in ISO 8601.
        until: When the last one did.
        calls: How many calls are compared.
        runs: How often outcomes were drawn.
        recorded: What was recorded of them.
        what_if: What the options would have come to; None for dollars where a price is not known.
        added: The difference.
        served: Calls by who answered them, recorded and on average.
        unknown: Calls left out, by the deployment that they would have asked and nobody observed.
        drawn: Attempts of a run that did not happen and were drawn, on average.
        from_few: Those of them that were drawn from few observations.
        without: Calls that were recorded without their attempts or ended by their callers, and are left out too.
        errors: Why calls would have been lost, with how many on average.
        broken: What the gate did not allow, in words.
    """

    since: str
    until: str
    calls: int
    runs: int
    recorded: Side
    what_if: Mapping[str, Estimate | None]
    added: Mapping[str, Estimate | None]
    served: Mapping[str, tuple[int, float]]
    unknown: Mapping[str, int]
    drawn: float
    from_few: float
    without: int
    errors: Mapping[str, float]
    broken: Sequence[str]


def report_of(calls: Sequence[RecordedCall], drawings: Sequence[Drawing], without: int, gate: Gate) -> Report:
    """Return what it came to; what is not known in one run is left out of all of them, and of the records."""
    unknown: dict[int, str] = {}
    for drawing in drawings:
        unknown = {**drawing.unobserved, **unknown}
    known = [number for number in range(len(calls)) if number not in unknown]
    recorded = [_recorded(calls[number]) for number in known]
    runs = [[_known(drawing.outcomes[number]) for number in known] for drawing in drawings]
    before, sides = side_of(recorded), [side_of(run) for run in runs]
    served: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    for run in runs:
        served.update(one.served for one in run if one.served is not None)
        errors.update(one.error for one in run if one.error is not None)
    report = Report(
        since=_iso(calls[0].at),
        until=_iso(calls[-1].at),
        calls=len(known),
        runs=len(runs),
        recorded=before,
        what_if={name: _estimate([getattr(side, name) for side in sides]) for name in FIGURES},
        added=_added(recorded, runs),
        served={
            name: (before.served.get(name, 0), served[name] / len(runs))
            for name in dict.fromkeys([*before.served, *served])
        },
        unknown=dict(Counter(unknown.values()).most_common()),
        drawn=sum(each.drawn for each in drawings) / len(runs),
        from_few=sum(each.from_few for each in drawings) / len(runs),
        without=without,
        errors={error: count / len(runs) for error, count in errors.most_common()},
        broken=(),
    )
    return msgspec.structs.replace(report, broken=_broken(gate, report))


def _added(recorded: Sequence[Outcome], runs: Sequence[Sequence[Outcome]]) -> dict[str, Estimate | None]:
    """Return the differences; a lost call is neither quick nor cheap, so seconds and dollars are of those of both."""
    before = side_of(recorded)
    differences: dict[str, list[float | None]] = {name: [] for name in FIGURES}
    for run in runs:
        after = side_of(run)
        pairs = [(old, new) for old, new in zip(recorded, run, strict=True) if old.error is None and new.error is None]
        old, new = side_of([pair[0] for pair in pairs]), side_of([pair[1] for pair in pairs])
        differences["lost"].append(after.lost - before.lost)
        differences["attempts"].append(after.attempts - before.attempts)
        for name in ("mean", "p95", "longest"):
            differences[name].append(getattr(new, name) - getattr(old, name))
        is_known = old.dollars is not None and new.dollars is not None
        differences["dollars"].append((new.dollars or 0.0) - (old.dollars or 0.0) if is_known else None)
    return {name: _estimate(figures) for name, figures in differences.items()}


def _broken(gate: Gate, report: Report) -> list[str]:
    """Return each bound that the worst run passed; a figure that is not known passes it."""
    words = []
    unknown = sum(report.unknown.values())
    if not report.calls and gate != Gate():
        words.append("there is no call of which anything can be said")
    if gate.unknown is not None and unknown > gate.unknown:
        words.append(f"nothing can be said of {unknown} calls, {gate.unknown} allowed")
    bounds: Mapping[str, Callable[[float], str]] = {
        "lost": lambda count: f"{count:g} more calls lost",
        "mean": lambda seconds: f"{seconds:.2f} s added on average",
        "p95": lambda seconds: f"{seconds:.2f} s added at the 95th percentile",
        "dollars": lambda dollars: f"${dollars:.4f} added",
    }
    for name, say in bounds.items():
        allowed, figure = getattr(gate, name), report.added[name]
        if allowed is None:
            continue
        if figure is None:
            words.append(f"the price of a model is not known, and ${allowed:g} are allowed")
        elif figure.high > allowed:
            words.append(f"{say(figure.high)} in the worst run, {allowed:g} allowed")
    return words


def _recorded(call: RecordedCall) -> Outcome:
    last = call.attempts[-1]
    if call.lost:
        return Outcome(latency=call.seconds, attempts=len(call.attempts), error=last.reason)
    served = next((row for row in reversed(call.attempts) if row.reason == "ok"), last)
    return Outcome(
        latency=call.seconds,
        attempts=len(call.attempts),
        served=f"{served.connection}/{served.model}",
        cost=call.cost,
    )


def _known(outcome: Outcome | None) -> Outcome:
    assert outcome is not None, "a call that is not known was left out"
    return outcome


def _estimate(figures: Sequence[float | None]) -> Estimate | None:
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures) or not known:
        return None
    return Estimate(sum(known) / len(known), min(known), max(known))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
