"""A report for a terminal: a block for each item with the answers side by side, then all together."""

from collections.abc import Iterator

from genai_sdk.cli.columns import padded, wrapped
from genai_sdk.cli.output import cut, folded, printable, show, width
from genai_sdk.cli.replay.outcome import Report, Row, Side
from genai_sdk.cli.replay.words import dollars_or_unknown, score_words, seconds_or_unknown, share

_LINES = 6
"""How many lines of an answer are shown."""


def print_report(report: Report) -> None:
    """Print a report."""
    for number, row in enumerate(report.rows, 1):
        _print_row(number, row)
    for line in _skipped(report):
        show(line, fg="yellow")
    for line in _totals(report):
        show(line)


def _print_row(number: int, row: Row) -> None:
    show(f"{number}  {printable(row.title)}", bold=True)
    half = (width() - 5) // 2
    heads = [_head("recorded", row.recorded), _head("replayed", row.replayed)]
    show(f"   {padded(cut(heads[0], half), half)}  {cut(heads[1], half)}", dim=True)
    right = row.replayed.text if row.error is None else row.error
    for left, other in _beside(row.recorded.text, right, half):
        show(f"   {padded(left, half)}  {other}".rstrip(), fg="red" if row.error else None)
    for line in folded(f"   {_judged(row)}", "   "):
        show(line, fg=_colour(row))
    if row.replayed.url:
        show(f"   {row.replayed.url}", dim=True)
    show()


def _judged(row: Row) -> str:
    if row.error is not None:
        return "failed"
    comparison, verdict = row.comparison, row.verdict
    parts = []
    if comparison is not None:
        parts.append(
            "same" if comparison.is_same else f"differs{f': {comparison.detail}' if comparison.detail else ''}"
        )
    if verdict is not None:
        score = "no score" if verdict.score is None else f"score {score_words(verdict.score)}"
        parts.append(f"{score}{f': {verdict.reason}' if verdict.reason else ''}")
    return printable(" · ".join(parts) or "nothing to compare with")


def _colour(row: Row) -> str | None:
    if row.error is not None:
        return "red"
    return "green" if row.comparison is not None and row.comparison.is_same else None


def _head(name: str, side: Side) -> str:
    cost = dollars_or_unknown(side.cost, "cost unknown" if side.text else "")
    took = seconds_or_unknown(side.seconds, "")
    return printable(" · ".join(filter(None, [name, side.model, cost, took])))


def _beside(left: str, right: str, half: int) -> Iterator[tuple[str, str]]:
    columns = [_lines(left, half), _lines(right, half)]
    for number in range(max(map(len, columns))):
        yield tuple(column[number] if number < len(column) else "" for column in columns)  # type: ignore[misc]


def _lines(text: str, half: int) -> list[str]:
    lines: list[str] = []
    for paragraph in printable(text).splitlines():
        lines += wrapped(paragraph, half) or [""]
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], "…"]


def _skipped(report: Report) -> Iterator[str]:
    reasons = [each.reason for each in report.skipped]
    for reason in dict.fromkeys(reasons):
        yield f"skipped {reasons.count(reason)}: {printable(reason)}"


def _totals(report: Report) -> Iterator[str]:
    totals = report.totals
    failed = f", {totals.failed} failed" if totals.failed else ""
    yield f"{totals.answered} answered{failed}, {totals.same} the same as recorded"
    old, new = totals.cost
    yield f"cost     {dollars_or_unknown(old)} recorded, {dollars_or_unknown(new)} replayed{share(old, new)}"
    old, new = totals.seconds
    latency = f"{seconds_or_unknown(old)} recorded, {seconds_or_unknown(new)} replayed"
    yield f"latency  {latency}, on average{share(old, new)}"
    if report.judge is not None:
        scores = [f"{score_words(totals.score)} on average"] if totals.score is not None else []
        scores += [f"{name} {count}" for name, count in totals.scores.items()]
        words = ", ".join(scores) or "no score"
        yield f"judge    {report.judge}: {words} ({dollars_or_unknown(totals.judge_cost)})"
    yield f"spent    {dollars_or_unknown(report.spent)} now, about {dollars_or_unknown(report.expected)} expected"
    yield f"run      {report.run!r} of the dataset {report.dataset!r} in Langfuse"
