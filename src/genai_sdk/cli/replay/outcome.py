"""What became of the items of a run, and of all of them together."""

from collections.abc import Sequence
from typing import Any

import msgspec

from genai_sdk.cli.replay.comparison import Comparison
from genai_sdk.cli.replay.generation import Generation, Skipped
from genai_sdk.cli.replay.judge import Verdict
from genai_sdk.cli.replay.variant import Request


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A call to be made, or one that an interrupted run made already.

    Attributes:
        item_id: The item of the dataset.
        generation: What was recorded.
        request: What will be asked.
        expected: About what it will cost in US dollars, None where that is not known.
        judging: The same of judging its answer; 0 without a judge.
        done: What was made of it before, or None.
    """

    item_id: str
    generation: Generation
    request: Request
    expected: float | None
    judging: float | None = 0.0
    done: "Outcome | None" = None

    def calls(self, *, judged: bool) -> int:
        """Return how many calls are left to be made of it."""
        if self.done is None:
            return 2 if judged else 1
        return 1 if judged and self.done.verdict is None else 0

    def cost(self, *, judged: bool) -> float:
        """Return about what those will cost, as far as that is known."""
        judging = self.judging or 0.0 if judged and self.calls(judged=True) else 0.0
        return (self.expected or 0.0) + judging if self.done is None else judging


class Outcome(msgspec.Struct, kw_only=True):
    """What became of an item.

    Attributes:
        item_id: The item of the dataset.
        model: The model that was asked.
        answer: The message that was answered, None where the call failed.
        error: Why it failed.
        cost: US dollars, None where unknown.
        seconds: How long it took.
        tokens: Tokens that went in and came out.
        trace_id: Where it is recorded.
        comparison: How the answers compare; None where one of them is missing.
        verdict: What the judge says, if there is one.
        was_there: Whether an earlier run made the call.
    """

    item_id: str
    model: str
    answer: dict[str, Any] | None = None
    error: str | None = None
    cost: float | None = None
    seconds: float | None = None
    tokens: tuple[int, int] | None = None
    trace_id: str | None = None
    comparison: Comparison | None = None
    verdict: Verdict | None = None
    was_there: bool = False


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a row: what was recorded, or what was replayed.

    Attributes:
        model: The model.
        text: The answer as text; tool calls a line each.
        cost: US dollars, None where unknown.
        seconds: How long it took, None where unknown.
        trace_id: The trace, or empty.
        url: Where Langfuse shows it, or empty.
    """

    model: str
    text: str
    cost: float | None
    seconds: float | None
    trace_id: str
    url: str


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a report.

    Attributes:
        name: What the recorded call is called.
        prompt: Name and version of its prompt, or None.
        request: What was asked last.
        recorded: What was recorded.
        replayed: What was replayed.
        error: Why the call failed, or None.
        comparison: How the answers compare, or None.
        verdict: What the judge says, or None.
        was_there: Whether an earlier run made the call.
    """

    name: str
    prompt: str | None
    request: str
    recorded: Side
    replayed: Side
    error: str | None
    comparison: Comparison | None
    verdict: Verdict | None
    was_there: bool

    @property
    def title(self) -> str:
        """What it is called, with its prompt's version; a call is named after its prompt unless it has another name."""
        if self.prompt is not None and self.prompt.rpartition(" v")[0] == self.name:
            return self.prompt
        return " · ".join(filter(None, [self.name, self.prompt]))


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """All items together; costs and seconds are of those that were answered.

    Attributes:
        answered: How many were.
        failed: How many failed.
        same: How many say the same as recorded.
        cost: US dollars, recorded and replayed; None where one of them is not known.
        seconds: On average, recorded and replayed; None where one of them is not known.
        score: The judge's scores on average, where they are numbers; else None.
        scores: How often each category was given.
        judge_cost: US dollars of the judge, None where unknown or there is none.
    """

    answered: int
    failed: int
    same: int
    cost: tuple[float | None, float | None]
    seconds: tuple[float | None, float | None]
    score: float | None
    scores: dict[str, int]
    judge_cost: float | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A replay.

    Attributes:
        dataset: The dataset.
        run: The run over it.
        variant: What was tried: a model, a prompt's version, or both.
        judge: The judge's name and version, or None.
        is_linked: Whether Langfuse took the run's items over its API; else it has them by the traces alone.
        expected: About what this command should have spent, in US dollars.
        spent: US dollars spent by this command, as far as they are known.
        rows: What became of each item.
        skipped: What could not be replayed, and why.
        left: How many calls were not made any more.
        totals: All together.
    """

    dataset: str
    run: str
    variant: str
    judge: str | None
    is_linked: bool
    expected: float
    spent: float
    rows: list[Row]
    skipped: list[Skipped]
    left: int
    totals: Totals


def totals_of(rows: Sequence[Row]) -> Totals:
    """Sum rows up."""
    answered = [row for row in rows if row.error is None]
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    scores = [each.score for each in verdicts if each.score is not None]
    numbers = [float(score) for score in scores if not isinstance(score, str)]
    names = [score for score in scores if isinstance(score, str)]
    costs, seconds = [], []
    for side in ("recorded", "replayed"):
        sides: list[Side] = [getattr(row, side) for row in answered]
        costs.append(_sum([each.cost for each in sides]))
        whole = _sum([each.seconds for each in sides])
        seconds.append(None if whole is None else whole / len(sides))
    return Totals(
        answered=len(answered),
        failed=len(rows) - len(answered),
        same=sum(row.comparison is not None and row.comparison.is_same for row in rows),
        cost=(costs[0], costs[1]),
        seconds=(seconds[0], seconds[1]),
        score=sum(numbers) / len(numbers) if numbers else None,
        scores={name: names.count(name) for name in sorted(set(names))},
        judge_cost=_sum([each.cost for each in verdicts]),
    )


def _sum(amounts: list[float | None]) -> float | None:
    """Return a sum, None where a part of it is not known or there is none."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known and len(known) == len(amounts) else None
