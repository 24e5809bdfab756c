"""A report as one HTML file that needs no other: light and dark, wide and narrow."""

from collections.abc import Iterator
from html import escape

from genai_sdk.cli.replay.outcome import Report, Row, Side
from genai_sdk.cli.replay.words import dollars_or_unknown, score_words, seconds_or_unknown, share

_STYLE = """
:root { color-scheme: light dark; --ground: #fbfbfa; --card: #fff; --ink: #1d2026; --soft: #626a76; --line: #e3e5e8;
  --same: #1a7f4b; --differs: #9a5b00; --failed: #c0352b; --link: #2459c4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14161a; --card: #1c1f25; --ink: #e7e9ec; --soft: #9aa2ad; --line: #2e333b;
    --same: #4cc38a; --differs: #e2a336; --failed: #f2766c; --link: #86aef7; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1180px; padding: 28px 20px 60px; background: var(--ground); color: var(--ink);
  word-break: keep-all; font: 15px/1.5 system-ui, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", sans-serif; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 4px; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .under { margin: 0 0 22px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: 12px; margin: 0 0 26px; }
.figure, article { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.figure { padding: 12px 14px; } .figure dt { color: var(--soft); font-size: 13px; }
.figure dd { margin: 2px 0 0; font-size: 20px; font-variant-numeric: tabular-nums; }
.figure small { display: block; color: var(--soft); font-size: 13px; }
article { margin: 0 0 16px; overflow: hidden; }
header { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; padding: 11px 16px;
  border-bottom: 1px solid var(--line); }
header h2 { font-size: 15px; margin: 0; overflow-wrap: anywhere; } header .mark { margin-left: auto; font-weight: 600; }
.same { color: var(--same); } .differs { color: var(--differs); } .failed { color: var(--failed); }
.request { padding: 10px 16px; border-bottom: 1px solid var(--line); color: var(--soft); }
.sides { display: grid; grid-template-columns: 1fr 1fr; }
.side { padding: 12px 16px; min-width: 0; } .side + .side { border-left: 1px solid var(--line); }
.head { font-size: 13px; color: var(--soft); margin: 0 0 6px; overflow-wrap: anywhere; }
.head b { color: var(--ink); font-weight: 600; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.clipped { max-height: 340px; overflow: auto; }
.verdict { padding: 10px 16px; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
a { color: var(--link); } ul { padding-left: 20px; }
@media (max-width: 700px) { body { padding: 18px 12px 40px; } .sides { grid-template-columns: 1fr; }
  .side + .side { border-left: 0; border-top: 1px solid var(--line); } header .mark { margin-left: 0; } }
"""


def page_of(report: Report) -> str:
    """Return the page of a report. It holds what users wrote and models answered."""
    title = f"Replayed on {report.variant}"
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{_text(title)}</h1>",
            f'<p class="soft under">Run {_text(report.run)} of the dataset {_text(report.dataset)} in Langfuse</p>',
            *_figures(report),
            *(part for number, row in enumerate(report.rows, 1) for part in _article(number, row)),
            *_left_out(report),
            "</body></html>",
            "",
        ]
    )


def _figures(report: Report) -> Iterator[str]:
    totals = report.totals
    yield '<dl class="figures">'
    failed = f"{totals.failed} failed" if totals.failed else "none failed"
    yield _figure("Answered", str(totals.answered), failed)
    yield _figure("Same as recorded", str(totals.same), f"of {totals.answered}")
    for name, pair, word in (
        ("Cost", totals.cost, dollars_or_unknown),
        ("Latency", totals.seconds, seconds_or_unknown),
    ):
        yield _figure(name, word(pair[1]), f"recorded {word(pair[0])}{share(*pair)}")
    if report.judge is not None:
        scores = ", ".join(f"{name} {count}" for name, count in totals.scores.items())
        value = scores if totals.score is None else score_words(totals.score)
        yield _figure(
            "Score", value or "none", f"{report.judge}, {dollars_or_unknown(totals.judge_cost, 'cost unknown')}"
        )
    yield "</dl>"


def _figure(name: str, value: str, beside: str) -> str:
    return f'<div class="figure"><dt>{_text(name)}</dt><dd>{_text(value)}<small>{_text(beside)}</small></dd></div>'


def _article(number: int, row: Row) -> Iterator[str]:
    kind, word = _mark(row)
    yield f"<article><header><h2>{number} · {_text(row.title)}</h2>"
    yield f'<span class="mark {kind}">{word}</span></header>'
    if row.request:
        yield f'<div class="request"><pre class="clipped">{_text(row.request)}</pre></div>'
    yield '<div class="sides">'
    yield _side("Recorded", row.recorded, row.recorded.text)
    yield _side("Replayed", row.replayed, row.error or row.replayed.text, "failed" if row.error else "")
    yield "</div>"
    detail = row.comparison.detail if row.comparison is not None else ""
    if detail:
        yield f'<div class="verdict differs">{_text(detail)}</div>'
    if row.verdict is not None:
        score = "No score" if row.verdict.score is None else f"Score {score_words(row.verdict.score)}"
        reason = f": {_text(row.verdict.reason)}" if row.verdict.reason else ""
        yield f'<div class="verdict"><b>{_text(score)}</b>{reason}</div>'
    yield "</article>"


def _mark(row: Row) -> tuple[str, str]:
    if row.error is not None:
        return "failed", "failed"
    if row.comparison is None:
        return "soft", "nothing to compare with"
    return ("same", "same") if row.comparison.is_same else ("differs", "differs")


def _side(name: str, side: Side, text: str, kind: str = "") -> str:
    cost = dollars_or_unknown(side.cost, "" if kind else "cost unknown")
    facts = [side.model, cost, seconds_or_unknown(side.seconds, "")]
    words = " · ".join(_text(fact) for fact in facts if fact)
    # Only an address of the web becomes a link: a report is opened by others than who made it.
    link = f' · <a href="{escape(side.url)}">trace</a>' if side.url.startswith(("http://", "https://")) else ""
    return (
        f'<div class="side"><p class="head"><b>{name}</b> · {words}{link}</p>'
        f'<pre class="clipped {kind}">{_text(text)}</pre></div>'
    )


def _left_out(report: Report) -> Iterator[str]:
    reasons = [each.reason for each in report.skipped]
    lines = [f"{reasons.count(reason)} skipped: {reason}" for reason in dict.fromkeys(reasons)]
    if report.left:
        lines.append(f"{report.left} not made")
    if lines:
        yield f'<ul class="soft">{"".join(f"<li>{_text(line)}</li>" for line in lines)}</ul>'


def _text(text: str) -> str:
    return escape(text)
