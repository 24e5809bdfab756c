"""docs/platform-performance.md, from the figures. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

Figure = tuple[str, Sequence[float], Sequence[float]]
"""A read, and its seconds on the small store and on the large one, in order of size."""


def page(facts: Mapping[str, Any], pages: Sequence[Figure], api: Sequence[Figure]) -> str:
    """Return the page.

    Args:
        facts: What was measured besides reads, and on what.
        pages: Reads of the store.
        api: Reads over HTTP.
    """
    small, large = facts["small"], facts["large"]
    return f"""# How quick the local platform is

Written by `{facts["command"]}` on {facts["date"]}, on {facts["cores"]} cores, {facts["system"]}, {facts["python"]},
SQLite {facts["sqlite"]}. Times depend on the machine; what counts is the last column: how much slower a read is on a
store a hundred times as large, 1 if its size does not matter. The stores hold {small:,} and {large:,} observations
of ninety days ({facts["small_traces"]:,} and {facts["large_traces"]:,} traces). Each figure is the median of
{facts["rounds"]} reads, with the quickest and the slowest.

## Taking in

| what | spans a second |
|---|---|
| into the store, {facts["batch"]} spans a transaction, while filling the large one | {facts["filled"]:,.0f} |
| over HTTP as OTLP JSON, gzip, {facts["batch"]} spans a request, {facts["senders"]} senders, into an empty one | \
{facts["http_empty"]:,.0f} |
| the same into the large one | {facts["http_large"]:,.0f} |

The large store takes {facts["megabytes"]:,.0f} MB on disk, {facts["bytes"]:,.0f} bytes an observation. The platform's
process holds {facts["memory_first"]:.0f} MB of memory after a first round of reads of the large store and
{facts["memory_last"]:.0f} MB after {facts["rounds"]} rounds.

## What the page reads

{_table(pages, small, large)}

## What SDKs read over HTTP

{_table(api, small, large)}

## What grows with the store, and why

- A list of fewer rows than were asked for is quicker: that is the whole of some ratios above 1 on the small store.
- A **text** is sought among the newest {facts["looked_at"]:,} traces of what else was asked for, and **content** in the
  newest {facts["read_through"]:,}. So the time is bounded, and what is older is found only if the range is narrowed.
  A full-text index (FTS5, trigrams) was tried and left out: it takes about a fifth more time to take spans in and a
  quarter more disk, and an SQLite before 3.43 cannot forget a row of it without the text that it held.
- The traces behind a figure of the dashboard are found by an index of calls. To find the **slowest** ones, the newest
  {facts["sorted"]:,} calls that fit are read and sorted, which takes the longer the more there are; the page says so.
- Pages by number count everything that fits, as Langfuse's API does, and pass over what comes before them in an index.
  Lists that go on from a place (the page's, and `v2/observations`) do neither.
- The dashboard reads sums that are kept by the hour and by the day, for each model, connection and prompt version; of
  two of them together it reads more and finer ones.
- `metrics/daily` counts distinct traces by model, which cannot be added up beforehand, and reads the observations of
  the days it shows.
"""


def _table(figures: Sequence[Figure], small: int, large: int) -> str:
    lines = [f"| read | {small:,} | {large:,} | ratio |", "|---|---|---|---|"]
    for name, before, after in figures:
        lines.append(f"| {name} | {_span(before)} | {_span(after)} | {_median(after) / _median(before):.1f} |")
    return "\n".join(lines)


def _span(seconds: Sequence[float]) -> str:
    return f"{_median(seconds) * 1e3:.1f} ms ({seconds[0] * 1e3:.1f}–{seconds[-1] * 1e3:.1f})"


def _median(seconds: Sequence[float]) -> float:
    return seconds[len(seconds) // 2]
