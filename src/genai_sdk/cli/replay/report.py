"""A replay as a report: side by side what was recorded and what was replayed."""

from collections.abc import Mapping, Sequence

from genai_sdk.cli.replay.comparison import shown, text_of
from genai_sdk.cli.replay.dataset import DatasetRun
from genai_sdk.cli.replay.estimate import Estimate
from genai_sdk.cli.replay.generation import Skipped
from genai_sdk.cli.replay.judge import Judge
from genai_sdk.cli.replay.outcome import Job, Outcome, Report, Row, Side, totals_of


def report_of(
    run: DatasetRun,
    variant: str,
    judge: Judge | None,
    jobs: Sequence[Job],
    outcomes: Mapping[str, Outcome],
    skipped: Sequence[Skipped],
    expected: Estimate,
    spent: float,
) -> Report:
    """Return the report of a run, or of as much of it as was made."""
    rows = [_row(run, job, outcomes[job.item_id]) for job in jobs if job.item_id in outcomes]
    return Report(
        dataset=run.dataset.name,
        run=run.name,
        variant=variant,
        judge=None if judge is None else judge.label,
        is_linked=run.is_linked,
        expected=expected.cost,
        spent=spent,
        rows=rows,
        skipped=list(skipped),
        left=len(jobs) - len(rows),
        totals=totals_of(rows),
    )


def _row(run: DatasetRun, job: Job, outcome: Outcome) -> Row:
    each = job.generation
    recorded = Side(
        model=each.model,
        text=shown(each.answers[0]) if each.answers else "",
        cost=each.cost,
        seconds=each.seconds,
        trace_id=each.trace_id,
        url=run.trace_url(each.trace_id) if each.trace_id else "",
    )
    replayed = Side(
        model=outcome.model,
        text="" if outcome.answer is None else shown(outcome.answer),
        cost=outcome.cost,
        seconds=outcome.seconds,
        trace_id=outcome.trace_id or "",
        url=run.trace_url(outcome.trace_id) if outcome.trace_id else "",
    )
    return Row(
        name=each.name,
        prompt=None if each.prompt is None else f"{each.prompt[0]} v{each.prompt[1]}",
        request=text_of(job.request.messages[-1]),
        recorded=recorded,
        replayed=replayed,
        error=outcome.error,
        comparison=outcome.comparison,
        verdict=outcome.verdict,
        was_there=outcome.was_there,
    )
