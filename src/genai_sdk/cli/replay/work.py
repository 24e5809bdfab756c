"""A replay from its options to its report: choose, say what it costs, call, write, show."""

import asyncio
import hashlib
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from genai_sdk.cli.output import show
from genai_sdk.cli.prompts.stored import PromptStore
from genai_sdk.cli.remote import Remote
from genai_sdk.cli.replay.command import STOPPED
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
from genai_sdk.errors import GenAIError
from genai_sdk.langfuse.tree import dollars

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


def run_replay(order: Order) -> int:
    """Do it, and return the exit code."""
    with Remote(read_access()) as remote, GenAIClient(environment=ENVIRONMENT) as client:
        work = _Work(order, remote, client)
        jobs = work.prepare()
        return work.run(jobs)


class _Work:
    def __init__(self, order: Order, remote: Remote, client: GenAIClient) -> None:
        self._order = order
        self._remote = remote
        self._client = client
        self._variant = Variant(client, PromptStore(remote), order.model, order.prompt)
        self._judge = None if order.judge is None else Judge(client, order.judge)
        self._reader = GenerationReader(remote, None if order.mask is None else find_mask(order.mask))
        self._prices = Prices(client, remote)
        self._skipped: list[Skipped] = []
        self._matched = 0
        self._is_new = True

    def prepare(self) -> list[tuple[Item, Request, float | None]]:
        """Choose what is replayed, without writing anything."""
        chosen: list[tuple[Item, Request, float | None]] = []
        for item in self._items():
            request = self._variant.request(item.generation)
            if isinstance(request, str):
                self._skipped.append(Skipped(item.generation.id, item.generation.trace_id, request))
            else:
                chosen.append((item, request, self._expected(request, item.generation)))
        if not chosen:
            reasons = "; ".join(dict.fromkeys(each.reason for each in self._skipped))
            raise click.ClickException(f"there is nothing to replay{f': {reasons}' if reasons else ''}")
        return chosen

    def run(self, chosen: Sequence[tuple[Item, Request, float | None]]) -> int:
        """Make the calls, and show what came of them."""
        order = self._order
        estimate = self._estimate([(request, expected) for _, request, expected in chosen])
        self._allow(estimate, len(chosen))
        assert order.max_cost is not None
        dataset = self._dataset
        if self._is_new:
            items = dataset.write([item.generation for item, _, _ in chosen])
            chosen = [(item, request, expected) for item, (_, request, expected) in zip(items, chosen, strict=True)]
        jobs = [
            Job(item_id=item.id, generation=item.generation, request=request, expected=expected)
            for item, request, expected in chosen
        ]
        facts = {"model": order.model, "prompt": order.prompt, "judge": order.judge}
        name = order.run or self._variant.name
        run = DatasetRun(self._remote, dataset, name, {key: value for key, value in facts.items() if value})
        jobs = earlier(self._reader, run, self._judge, jobs)
        budget = Budget(order.max_cost)
        replay = Replay(self._client, run, self._judge, budget)
        problem = self._make(replay, jobs)
        self._client.flush(_FLUSH_SECONDS)
        report = report_of(
            run, self._variant.name, self._judge, jobs, replay.outcomes, self._skipped, estimate, budget.spent
        )
        self._show(report)
        if report.left:
            self._say_how_to_go_on(run, report.left, is_stopped=isinstance(problem, KeyboardInterrupt))
        if isinstance(problem, GenAIError):
            raise problem
        return STOPPED if problem is not None else 1 if report.left or report.totals.failed else 0

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
        self._dataset = ReplayDataset(self._remote, order.dataset or _name_of(sample.generations))
        return [Item(each.id, each) for each in sample.generations]

    def _sample(self) -> Sample:
        order, wanted = self._order, self._order.wanted
        if self._variant.prompt is not None and wanted.prompt is None:
            wanted = msgspec.structs.replace(wanted, prompt=self._variant.prompt[0])
        return self._reader.of_traces(order.trace_ids, wanted) if order.trace_ids else self._reader.sample(wanted)

    def _expected(self, request: Request, generation: Generation) -> float | None:
        expected = self._prices.expected(request, generation)
        if self._judge is None or expected is None:
            return expected
        judging = self._prices.expected_of_judge(self._judge, generation)
        return None if judging is None else expected + judging

    def _estimate(self, chosen: Sequence[tuple[Request, float | None]]) -> Estimate:
        models = [request.model for request, _ in chosen] + ([self._judge.model] if self._judge else [])
        return Estimate(
            cost=sum(expected or 0.0 for _, expected in chosen),
            calls=len(chosen) * (1 if self._judge is None else 2),
            unpriced=tuple(model for model in dict.fromkeys(models) if self._prices.of(model) is None),
        )

    def _allow(self, estimate: Estimate, count: int) -> None:
        """Say what is to be done and what it costs, and see that it may be.

        Raises:
            click.ClickException: It may not.
        """
        order, quiet = self._order, self._order.as_json
        unknown = f", and what is not known of {', '.join(estimate.unpriced)}" if estimate.unpriced else ""
        judge = "" if self._judge is None else f", judged by {self._judge.label} ({self._judge.model})"
        sampled = f" of {self._matched:,} recorded" if self._matched > count else ""
        show(f"{count}{sampled} on {self._variant.name}{judge}", err=quiet)
        show(f"about {dollars(estimate.cost)}{unknown}, by the recorded tokens: {estimate.calls} calls", err=quiet)
        show(err=quiet)
        if order.max_cost is None:
            raise click.UsageError(f"nothing was called: allow it by --max-cost {_rounded_up(estimate.cost)} or more")
        if estimate.unpriced and not order.allow_unpriced:
            raise click.ClickException(
                f"the price of {', '.join(estimate.unpriced)} is not known, so --max-cost cannot bound what is spent: "
                "write the price as a model definition in Langfuse, or go on by --allow-unpriced"
            )
        if estimate.cost > order.max_cost:
            raise click.ClickException(
                f"that is more than --max-cost {order.max_cost:g}: take fewer by --limit, or allow "
                f"{_rounded_up(estimate.cost)}"
            )

    def _show(self, report: Report) -> None:
        if self._order.page is not None:
            from genai_sdk.cli.replay.page import page_of

            self._order.page.write_text(page_of(report), encoding="utf-8")
        if self._order.as_json:
            click.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
        else:
            print_report(report)
        if self._order.page is not None:
            show(f"{self._order.page} holds what users wrote: mind who sees it", err=True, fg="yellow")

    def _say_how_to_go_on(self, run: DatasetRun, left: int, *, is_stopped: bool) -> None:
        order = self._order
        options = {"--dataset": run.dataset.name, "--run": run.name, "--model": order.model, "--prompt": order.prompt}
        options |= {"--judge": order.judge, "--max-cost": f"{order.max_cost:g}"}
        words = [part for name, value in options.items() if value is not None for part in (name, value)]
        why = "stopped" if is_stopped else "--max-cost is reached"
        show(f"{why}: {left} calls were not made; to go on:", err=True, fg="yellow")
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
