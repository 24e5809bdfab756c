"""Makes the calls of a run: several at a time, within a bound of cost, each recorded as an item of the run."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from genai_sdk.cli.replay.comparison import compare, text_of
from genai_sdk.cli.replay.dataset import DatasetRun
from genai_sdk.cli.replay.generation import Generation
from genai_sdk.cli.replay.judge import Judge, Verdict, read_verdict
from genai_sdk.cli.replay.outcome import Job, Outcome
from genai_sdk.cli.replay.selection import ENVIRONMENT, EVERY, GenerationReader, Selection
from genai_sdk.client import GenAIClient
from genai_sdk.client.experiment import experiment_block
from genai_sdk.errors import ConfigurationError, GenAIError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import Experiment, TraceBlock
from genai_sdk.types import ChatCompletion

TRACE = "genai replay"
SAME = "same as recorded"
"""The score that says whether an answer says the same as the recorded one."""


class Budget:
    """What may be spent: a call is begun only where what it should cost is left.

    Args:
        most: US dollars.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self._reserved = 0.0
        self.spent = 0.0

    def reserve(self, expected: float) -> bool:
        """Take what a call should cost; returns whether that much is left."""
        if self.spent + self._reserved + expected > self._most:
            return False
        self._reserved += expected
        return True

    def settle(self, expected: float, cost: float) -> None:
        """Say what a call did cost."""
        self._reserved -= expected
        self.spent += cost


class Replay:
    """A run under way.

    Args:
        client: Makes the calls.
        run: The run, which learns what comes of them.
        variant: What is tried, by which a run is known again.
        judge: Judges the answers, or None.
        budget: What may be spent.

    Attributes:
        outcomes: What became of the items so far, by their ids.
        unwritten: Why Langfuse did not learn of an item, by their ids; calls go on, since they can be written later.
    """

    def __init__(self, client: GenAIClient, run: DatasetRun, variant: str, judge: Judge | None, budget: Budget) -> None:
        self._client = client
        self._run = run
        self._variant = variant
        self._judge = judge
        self._budget = budget
        self._linked = run.linked()
        self.outcomes: dict[str, Outcome] = {}
        self.unwritten: dict[str, str] = {}

    async def make(self, jobs: Sequence[Job], concurrency: int, progress: Callable[[int], object]) -> None:
        """Make the calls; those that an earlier run made are not made again.

        Args:
            jobs: What is to be done.
            concurrency: How many at a time.
            progress: Told how many are done.
        """
        queue = iter(jobs)

        async def work() -> None:
            for job in queue:
                expected = job.cost(judged=self._judge is not None)
                if not self._budget.reserve(expected):
                    return
                outcome, cost = await self._one(job)
                self._budget.settle(expected, cost)
                self.outcomes[job.item_id] = outcome
                try:
                    await asyncio.to_thread(self._write, job, outcome)
                except GenAIError as error:
                    self.unwritten[job.item_id] = str(error)
                progress(1)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(concurrency):
                    group.create_task(work())
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _one(self, job: Job) -> tuple[Outcome, float]:
        """Do what is left to do of an item, and return what came of it and what that cost now."""
        outcome, cost = job.done, 0.0
        if outcome is not None and (self._judge is None or outcome.verdict is not None or outcome.answer is None):
            return outcome, cost
        with self._block(job, is_first=outcome is None) as block:
            if outcome is None:
                outcome = await self._call(job)
                cost += _spent(outcome.cost, job.expected, is_answered=outcome.answer is not None)
            block.update(output=outcome.answer or outcome.error)
            if self._judge is not None and outcome.answer is not None:
                found_by = {"judge_of": job.item_id, "judge": self._judge.label}
                outcome.verdict = await self._judge.judge(job.generation, outcome.answer, found_by)
                verdict = outcome.verdict
                cost += _spent(verdict.cost, job.judging, is_answered=verdict.score is not None)
        return outcome, cost

    def _block(self, job: Job, *, is_first: bool) -> "TraceBlock":
        """Return the trace of an item: an item of the run, and for what is done later of it a trace beside."""
        messages, session = job.request.messages, self._run.session
        if not is_first:
            return self._client.trace(TRACE, input=messages, session_id=session)
        answers = job.generation.answers
        experiment = Experiment(
            id=self._run.id,
            name=self._run.name,
            metadata=json.dumps(self._run.facts, ensure_ascii=False),
            dataset_id=self._run.dataset.id or "",
            item_id=job.item_id,
            expected_output=json.dumps(answers[0], ensure_ascii=False) if answers else None,
        )
        return experiment_block(self._client, TRACE, experiment, input=messages, session_id=session)

    async def _call(self, job: Job) -> Outcome:
        request, began = job.request, time.monotonic()
        options: dict[str, Any] = {**request.options, "stream": False}
        outcome = Outcome(item_id=job.item_id, model=request.model)
        try:
            response = await self._client.acompletion(
                request.model,
                request.messages,
                prompt=request.prompt,
                metadata={"replay_of": job.item_id, "variant": _short(self._variant)},
                **options,
            )
        except GenAIError as error:
            outcome.error = f"{type(error).__name__}: {error}"
            outcome.trace_id, outcome.seconds = error.trace_id, time.monotonic() - began
            return outcome
        assert isinstance(response, ChatCompletion)
        outcome.answer = response.choices[0].message.model_dump(exclude_none=True)
        outcome.model, outcome.cost = response.genai.model or request.model, response.genai.cost
        outcome.trace_id, outcome.seconds = response.genai.trace_id, response.genai.latency
        if response.usage is not None:
            outcome.tokens = response.usage.prompt_tokens, response.usage.completion_tokens
        if job.generation.answers:
            outcome.comparison = compare(job.generation.answers, [outcome.answer])
        return outcome

    def _write(self, job: Job, outcome: Outcome) -> None:
        """Tell Langfuse what came of an item; a score that is there already stays as it is."""
        if outcome.trace_id is None or outcome.answer is None:
            return
        run = self._run
        if self._linked.get(job.item_id) != outcome.trace_id:
            run.link(job.item_id, outcome.trace_id)
        if outcome.comparison is not None:
            run.score(job.item_id, outcome.trace_id, SAME, outcome.comparison.is_same, outcome.comparison.detail)
        verdict = outcome.verdict
        if self._judge is not None and verdict is not None and verdict.score is not None:
            run.score(job.item_id, outcome.trace_id, self._judge.name, verdict.score, verdict.reason)


def _spent(cost: float | None, expected: float | None, *, is_answered: bool) -> float:
    """Return what a call counts for: an answer whose cost nobody knows is not free, and counts as it was expected."""
    return cost if cost is not None else (expected or 0.0) if is_answered else 0.0


def earlier(
    reader: GenerationReader, run: DatasetRun, variant: str, judge: Judge | None, jobs: Sequence[Job]
) -> list[Job]:
    """Return jobs that know what the run made of them before, as its traces say.

    Raises:
        ConfigurationError: The run tried something else.
    """
    sample = reader.sample(Selection(session=run.session, environment=ENVIRONMENT, limit=EVERY))
    answers = {each.metadata["replay_of"]: each for each in sample.generations if "replay_of" in each.metadata}
    for other in sorted({str(each.metadata.get("variant", "")) for each in answers.values()} - {_short(variant)}):
        raise ConfigurationError(
            Sentence.of(
                "replay.other_run",
                "the run {run!r} of the dataset {dataset!r} is there, and tried {other}: name another one by --run",
                run=run.name,
                dataset=run.dataset.name,
                other=other,
            )
        )
    verdicts = {
        each.metadata["judge_of"]: read_verdict(text_of(each.answers[0]), each.cost)
        for each in sample.generations
        if judge is not None and each.metadata.get("judge") == judge.label
    }
    return [
        job
        if (made := answers.get(job.item_id)) is None
        else msgspec.structs.replace(job, done=_done(job, made, verdicts.get(job.item_id)))
        for job in jobs
    ]


def _short(variant: str) -> str:
    return variant[:200]  # what a 4.x shows of a text in metadata


def _done(job: Job, made: Generation, verdict: Verdict | None) -> Outcome:
    return Outcome(
        item_id=job.item_id,
        model=made.model,
        answer=made.answers[0],
        cost=made.cost,
        seconds=made.seconds,
        tokens=None if made.usage is None else (made.usage.prompt_tokens, made.usage.completion_tokens),
        trace_id=made.trace_id,
        comparison=compare(job.generation.answers, made.answers) if job.generation.answers else None,
        verdict=verdict,
        was_there=True,
    )
