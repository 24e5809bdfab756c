"""`genai bench`: how fast a model answers through this client, and what the client adds."""

import sys
from typing import TYPE_CHECKING

import click

from genai_sdk.cli.amounts import Amount
from genai_sdk.cli.output import STOPPED, folded, json_text, printable, show
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from genai_sdk.cli.bench.report import BenchReport, Spread
    from genai_sdk.cli.bench.run import Load, Result
    from genai_sdk.client import GenAIClient

_TEXT = "Write two sentences about the sea."
_DEFAULT_COST = 1.0


@click.command(short_help="Make many calls at once, and say how long they took.")
@click.argument("model", required=False)
@click.option("--calls", type=click.IntRange(2, 100_000), default=100, show_default=True, help="How many, at the most.")
@click.option("--concurrency", type=click.IntRange(1, 1_000), default=8, show_default=True, help="How many at once.")
@click.option("--stream/--no-stream", default=True, show_default=True, help="Whether answers are streamed.")
@click.option("--text", default=_TEXT, show_default=True, help="What each call asks.")
@click.option("--max-tokens", type=click.IntRange(1), default=64, show_default=True, help="Tokens of an answer.")
@click.option("--max-cost", type=Amount(0, min_open=True), help="Dollars of all calls.  [default: 1]")
@click.option("--max-seconds", type=Amount(0.1), default=300.0, show_default=True, help="Begin none later.")
@click.option("--no-trace", is_flag=True, help="Record none of the calls in Langfuse.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
def bench(
    model: str | None,
    calls: int,
    concurrency: int,
    stream: bool,
    text: str,
    max_tokens: int,
    max_cost: float | None,
    max_seconds: float,
    no_trace: bool,
    as_json: bool,
) -> None:
    """Make many calls of MODEL at once, and say how long they took, what failed, and what the client adds.

    MODEL is any name that a call takes, such as CONNECTION/MODEL. Without one a simulated provider answers on this
    machine: that needs no key and costs nothing, and shows the client's own share beside bare HTTP. Calls are not
    retried, so that failures are seen. The exit code is 1 if none was answered.
    """
    from genai_sdk.cli.bench.run import INTERRUPTED, Load

    if model is None and (max_cost is not None or no_trace):
        raise click.UsageError(
            Sentence.of(
                "bench.simulated", "--max-cost and --no-trace are for a MODEL: a simulated provider costs nothing"
            )
        )
    load = Load(
        model=model or "",
        text=text,
        calls=calls,
        concurrency=concurrency,
        stream=stream,
        max_tokens=max_tokens,
        max_cost=_DEFAULT_COST if max_cost is None else max_cost,
        max_seconds=max_seconds,
        must_be_priced=max_cost is not None,
    )
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(length=calls, label="calling", file=sys.stderr, hidden=hidden) as bar:
        report = _simulated(load, bar.update) if model is None else _real(load, bar.update, tracing=not no_trace)
    if as_json:
        click.echo(json_text(report))
    else:
        _show(report)
    if report.stopped == INTERRUPTED:
        raise click.exceptions.Exit(STOPPED)
    if not report.answered:
        raise click.exceptions.Exit(1)


def _simulated(load: "Load", progress: "Callable[[int], object]") -> "BenchReport":
    import asyncio

    import msgspec

    from genai_sdk.cli.bench.report import report_of
    from genai_sdk.cli.bench.simulated import MODEL, client_of, over_raw, simulation

    load = msgspec.structs.replace(load, model=f"simulated/{MODEL}", max_cost=None)
    with simulation() as found:
        result = asyncio.run(_run(client_of(found), load, progress))
        with client_of(found) as client:
            beside = over_raw(client, found, load.text, load.max_tokens)
    return report_of(load, result, simulated=True, over_raw=beside)


def _real(load: "Load", progress: "Callable[[int], object]", *, tracing: bool) -> "BenchReport":
    import asyncio

    from genai_sdk.cli.bench.report import report_of
    from genai_sdk.client import GenAIClient

    client = GenAIClient() if tracing else GenAIClient(tracing=False)
    return report_of(load, asyncio.run(_run(client, load, progress)))


async def _run(client: "GenAIClient", load: "Load", progress: "Callable[[int], object]") -> "Result":
    from genai_sdk.cli.bench.run import run

    async with client:
        return await run(client, load, progress)


def _show(report: "BenchReport") -> None:
    kind = "streamed" if report.streamed else "whole"
    where = ", from a simulated provider on this machine" if report.simulated else ""
    for line in folded(f"{report.calls + 1:,} calls of {report.model}, {report.concurrency:,} at once, {kind}{where}"):
        show(line)
    if report.stopped:
        show(Sentence.of("bench.stopped", "Stopped early: {why}.", why=report.stopped), fg="yellow")
    show()
    rows = [("first content", report.first_content), ("answer", report.latency)]
    cells = [["", "HALF", "95 %", "99 %", "LONGEST"]]
    cells += [[name, *map(_time, _spread(spread))] for name, spread in rows if spread is not None]
    for number, row in enumerate(cells):
        show(f"{row[0]:14}" + "".join(f"{cell:>11}" for cell in row[1:]), bold=number == 0 or None)
    show()
    for name, text in _facts(report):
        for line in folded(f"{name:14}  {text}", " " * 16):
            show(line)
    for name, failure in report.errors.items():
        for line in folded(f"failed {failure.count:,}: {name}: {printable(failure.message)}", " " * 4):
            show(line, fg="red")


def _facts(report: "BenchReport") -> "Iterator[tuple[str, str]]":
    yield (
        "answered",
        f"{report.answered:,} of {report.calls:,} in {report.seconds:.1f} s, {report.calls_per_second:,.1f} a second",
    )
    if len(report.served) > 1:
        yield "by", ", ".join(f"{name} {count:,}" for name, count in report.served.items())
    if report.throughput is not None:
        pace = "" if report.tokens_per_second is None else f"; {report.tokens_per_second:,.0f} a second of one answer"
        yield "tokens", f"{report.tokens:,}, {report.throughput:,.0f} a second together{pace}"
    if report.simulated:
        would = "" if report.cost is None else f"; the model it is named after would cost ${report.cost:.4f}"
        yield "cost", f"nothing: it is simulated{would}"
    else:
        yield (
            "cost",
            "not known"
            if report.cost is None
            else f"${report.cost:.6f}, ${report.cost / (report.answered + 1):.6f} a call",
        )
    yield "first call", f"{_time(report.first_call)}, which loads, connects and counts nowhere else"
    if report.cpu is not None:
        yield "this client", f"{_time(report.cpu)} of CPU a call, of all threads, recording included"
    if report.over_raw is not None:
        yield (
            "beside HTTP",
            f"{_time(report.over_raw)} a call more than the same exchange over Python's http.client, one at a time",
        )


def _spread(spread: "Spread") -> tuple[float, ...]:
    return spread.p50, spread.p95, spread.p99, spread.largest


def _time(seconds: float) -> str:
    return (
        f"{seconds:.2f} s"
        if seconds >= 1
        else f"{seconds * 1000:.1f} ms"
        if seconds >= 0.01
        else f"{seconds * 1000:.2f} ms"
    )
