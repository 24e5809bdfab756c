"""A replay from its options to its report: choose, say what it costs, call, write, show."""

import asyncio
import hashlib
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from genai_sdk.cli.output import STOPPED, json_text, show
from genai_sdk.cli.prompts.stored import PromptStore
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.dataset import DatasetRun, Item, ReplayDataset
from genai_sdk.cli.replay.estimate import Estimate, Prices
from genai_sdk.cli.replay.generation import Generation, Skipped
from genai_sdk.cli.replay.judge import Judge
from genai_sdk.cli.replay.outcome import Job, Report
from genai_sdk.cli.replay.recording import find_mask
from genai_sdk.cli.replay.report import report_of
from genai_sdk.cli.replay.run import Budget, Replay, earlier
from genai_sdk.cli.replay.selection import ENVIRONMENT, GenerationReader, Sample, Selection
from genai_sdk.cli.replay.terminal import print_report
from genai_sdk.cli.replay.variant import Request, Variant
from genai_sdk.client import GenAIClient
from genai_sdk.client.settings import read_access
from genai_sdk.errors import GenAIError, UnknownModelError
from genai_sdk.langfuse.tree import dollars
from genai_sdk.sentence import Sentence

_FLUSH_SECONDS = 10.0


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted; the fields are the command's options."""

    trace_ids: Sequence[str]
    wanted: Selection
    dataset: str | None
    model: str | None
    prompt: str | None
    judge: str | None
    max_cost: float | None
    allow_unpriced: bool
    concurrency: int
    run: str | None
    page: Path | None
    as_json: bool
    mask: str | None
    router_args: Mapping[str, Any]


def run_replay(order: Order) -> int:
    """Do it, and return the exit code."""
    with Remote(read_access()) as remote, _client(order) as client:
        work = _Work(order, remote, client)
        return work.run(work.prepare())


def _client(order: Order) -> GenAIClient:
    """Return a client that records everything, whatever share of its traces the program's environment says."""
    return GenAIClient(environment=ENVIRONMENT, router_args=order.router_args, sample_rate=1.0, prompt_cache_ttl=3_600)


class _Work:
    def __init__(self, order: Order, remote: Remote, client: GenAIClient) -> None:
        self._order = order
        self._remote = remote
        self._client = client
        self._variant = Variant(client, PromptStore(remote), order.model, order.prompt)
        self._judge = None if order.judge is None else Judge(client, order.judge)
        self._is_judged = self._judge is not None
        self._reader = GenerationReader(remote, None if order.mask is None else find_mask(order.mask))
        self._prices = Prices(client, remote)
        self._skipped: list[Skipped] = []
        self._matched = 0
        self._is_new = True

    def prepare(self) -> list[Job]:
        """Choose what is replayed, and look what of it was made before; nothing is written."""
        jobs: list[Job] = []
        for item in self._items():
            request = self._variant.request(item.generation)
            if isinstance(request, str):
                self._skip(item, request)
                continue
            try:
                jobs.append(self._job(item, request))
            except UnknownModelError as error:
                if self._order.model is not None:
                    raise
                self._skip(item, str(error))  # of recorded models some may be gone
        if not jobs:
            reasons = "; ".join(dict.fromkeys(each.reason for each in self._skipped))
            raise click.ClickException(f"there is nothing to replay{f': {reasons}' if reasons else ''}")
        if self._dataset.id is None:
            return jobs
        return earlier(self._reader, self._run(), self._variant.name, self._judge, jobs)

    def run(self, jobs: Sequence[Job]) -> int:
        """Make the calls that are left, and show what came of all."""
        estimate = self._estimate(jobs)
        self._allow(estimate, len(jobs))
        if self._is_new:
            self._dataset.write(job.generation for job in jobs)
            jobs = [msgspec.structs.replace(job, item_id=self._dataset.item_id(job.generation)) for job in jobs]
        run = self._run()
        budget = Budget(self._order.max_cost or 0.0)
        replay = Replay(self._client, run, self._variant.name, self._judge, budget)
        problem = self._make(replay, jobs)
        if not self._client.flush(_FLUSH_SECONDS) or self._client.stats().dropped:
            show(
                Sentence.of(
                    "replay.unrecorded", "not everything could be recorded; what is missing will be called again"
                ),
                err=True,
                fg="yellow",
            )
        report = report_of(
            run, self._variant.name, self._judge, jobs, replay.outcomes, self._skipped, estimate, budget.spent
        )
        self._show(report)
        for reason in dict.fromkeys(replay.unwritten.values()):
            count = list(replay.unwritten.values()).count(reason)
            show(
                Sentence.of("replay.unwritten", "{count} not written to the run: {reason}", count=count, reason=reason),
                err=True,
                fg="red",
            )
        if replay.unwritten:
            show(
                Sentence.of("replay.again", "the same command again writes them, and calls nobody"),
                err=True,
                fg="yellow",
            )
        if report.left:
            self._say_how_to_go_on(run, report.left, is_stopped=isinstance(problem, KeyboardInterrupt))
        if isinstance(problem, GenAIError):
            raise problem
        is_whole = not (report.left or report.totals.failed or replay.unwritten)
        return STOPPED if problem is not None else 0 if is_whole else 1

    def _skip(self, item: Item, reason: str) -> None:
        self._skipped.append(Skipped(item.generation.id, item.generation.trace_id, reason))

    def _job(self, item: Item, request: Request) -> Job:
        expected = self._prices.expected(request, item.generation)
        judge, judging = self._judge, 0.0
        if judge is not None:
            judging = self._prices.expected_of_judge(judge, item.generation) or 0.0
        return Job(item_id=item.id, generation=item.generation, request=request, expected=expected, judging=judging)

    def _run(self) -> DatasetRun:
        order = self._order
        facts = {"model": order.model, "prompt": order.prompt, "judge": order.judge}
        name = order.run or self._variant.name
        return DatasetRun(self._remote, self._dataset, name, {key: fact for key, fact in facts.items() if fact})

    def _make(self, replay: Replay, jobs: Sequence[Job]) -> BaseException | None:
        hidden = self._order.as_json or not sys.stderr.isatty()
        with click.progressbar(length=len(jobs), label="replaying", file=sys.stderr, hidden=hidden) as bar:
            try:
                asyncio.run(replay.make(jobs, self._order.concurrency, bar.update))
            except (KeyboardInterrupt, GenAIError) as error:
                return error
        return None

    def _items(self) -> list[Item]:
        """Return what was chosen: the items of a dataset, or generations that will become some."""
        order = self._order
        if not order.trace_ids and order.wanted.since is None:
            self._dataset = ReplayDataset(self._remote, order.dataset or "")
            items, self._skipped = self._dataset.read()
            self._is_new, self._matched = False, len(items) + len(self._skipped)
            return items
        sample = self._sample()
        self._skipped, self._matched = sample.skipped, sample.matched
        self._dataset = dataset = ReplayDataset(self._remote, order.dataset or _name_of(sample.generations))
        is_there = dataset.find()
        return [Item(dataset.item_id(each) if is_there else "", each) for each in sample.generations]

    def _sample(self) -> Sample:
        order, wanted = self._order, self._order.wanted
        if self._variant.prompt is not None and wanted.prompt is None:
            wanted = msgspec.structs.replace(wanted, prompt=self._variant.prompt[0])
        return self._reader.of_traces(order.trace_ids, wanted) if order.trace_ids else self._reader.sample(wanted)

    def _estimate(self, jobs: Sequence[Job]) -> Estimate:
        judged = self._is_judged
        models = [job.request.model for job in jobs if job.done is None]
        if self._judge is not None and any(job.calls(judged=True) for job in jobs):
            models.append(self._judge.model)
        return Estimate(
            cost=sum(job.cost(judged=judged) for job in jobs),
            calls=sum(job.calls(judged=judged) for job in jobs),
            unpriced=tuple(model for model in dict.fromkeys(models) if self._prices.of(model) is None),
        )

    def _allow(self, estimate: Estimate, count: int) -> None:
        """Say what is to be done and what it costs, and see that it may be.

        Raises:
            click.ClickException: It may not.
        """
        order, quiet = self._order, self._order.as_json
        calls = "1 call" if estimate.calls == 1 else f"{estimate.calls} calls"
        unknown = f", and what is not known of {', '.join(estimate.unpriced)}" if estimate.unpriced else ""
        judge = "" if self._judge is None else f", judged by {self._judge.label} ({self._judge.model})"
        sampled = f" of {self._matched:,}" if self._matched > count else ""
        recorded = "recorded call" if count == 1 else "recorded calls"
        show(f"{count} {recorded}{sampled} on {self._variant.name}{judge}", err=quiet)
        if not estimate.calls:
            show(Sentence.of("replay.all_there", "all of it is there: nothing is called"), err=quiet)
            show(err=quiet)
            return
        show(f"{calls}, about {dollars(estimate.cost)}{unknown} by the recorded tokens", err=quiet)
        show(err=quiet)
        if order.max_cost is None:
            raise click.UsageError(
                Sentence.of(
                    "replay.not_allowed",
                    "nothing was called: allow it by --max-cost {dollars} or more",
                    dollars=_rounded_up(estimate.cost),
                )
            )
        if estimate.unpriced and not order.allow_unpriced:
            raise click.ClickException(
                Sentence.of(
                    "replay.no_price",
                    "the price of {models} is not known, so --max-cost cannot bound what is spent: write the "
                    "price as a model definition in Langfuse, or go on by --allow-unpriced",
                    models=", ".join(estimate.unpriced),
                )
            )
        if estimate.cost > order.max_cost:
            raise click.ClickException(
                Sentence.of(
                    "replay.too_dear",
                    "that is more than --max-cost {bound:g}: take fewer by --limit, or allow {dollars}",
                    bound=order.max_cost,
                    dollars=_rounded_up(estimate.cost),
                )
            )

    def _show(self, report: Report) -> None:
        if self._order.as_json:
            click.echo(json_text(report))
        else:
            print_report(report)
        if self._order.page is not None:
            from genai_sdk.cli.replay.page import page_of

            try:
                self._order.page.write_text(page_of(report), encoding="utf-8")
            except OSError as error:
                raise click.FileError(str(self._order.page), error.strerror or str(error)) from None
            show(
                Sentence.of("replay.mind", "{file} holds what users wrote: mind who sees it", file=self._order.page),
                err=True,
                fg="yellow",
            )

    def _say_how_to_go_on(self, run: DatasetRun, left: int, *, is_stopped: bool) -> None:
        order = self._order
        options = {"--dataset": run.dataset.name, "--run": run.name, "--model": order.model, "--prompt": order.prompt}
        options |= {"--judge": order.judge, "--max-cost": f"{order.max_cost:g}"}
        words = [part for name, value in options.items() if value is not None for part in (name, value)]
        why = "stopped" if is_stopped else "--max-cost is reached"
        show(
            Sentence.of("replay.go_on", "{why}: {left} calls were not made; to go on:", why=why, left=left),
            err=True,
            fg="yellow",
        )
        show(f"  genai replay {shlex.join(words)}", err=True)


def _name_of(generations: Sequence[Generation]) -> str:
    """Return the name of a dataset that follows from what is in it, so that the same choice makes the same one."""
    digest = hashlib.sha256(" ".join(sorted(each.id for each in generations)).encode())
    return f"replay {digest.hexdigest()[:8]}"


def _rounded_up(cost: float) -> str:
    """Return an amount that is enough, without more figures than matter."""
    for places in range(2, 12):
        step = 10.0**-places
        if cost >= step:
            return f"{(int(cost / step) + 1) * step:.{places}f}"
    return "0.01"
