"""docs/platform-performance.md, from the figures. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.platform.measuring import EACH, PASSES, Measured, Pair, Timed

SLOW = 0.3
"""Seconds to the first byte that a page should not take."""

FLAT = 1.05
"""By how much memory may be more after the last pass over all pages than after any before it, to be called flat."""


def page(facts: Mapping[str, Any], empty: Sequence[Timed], found: Measured) -> str:
    """Return the page.

    Args:
        facts: What was measured with, and on what.
        empty: Pages of an empty platform.
        found: What was measured of the small store and the large one.
    """
    few, many = facts["small"], facts["large"]
    return f"""# How quick the local platform is

Written by `{facts["command"]}` on {facts["date"]}, on {facts["cores"]} cores, {facts["system"]}, {facts["python"]},
SQLite {facts["sqlite"]}. One store holds {few:,} observations of ninety days ({found.traces[0]:,} traces), the other
{many:,} ({found.traces[1]:,} traces); a twenty-fifth came in the last hour, and each has one trace of
{facts["spans"]:,} besides. Each belongs to a platform in a process of its own, which was filled over HTTP and is read
over HTTP, both in turn. A figure is the median of {facts["rounds"]} reads, with the quickest and the slowest. Times
depend on the machine; the ratio, how much slower a read is on a store a hundred times as large, hardly does.

{_summary(many, found)}

## Pages

The first byte, as a browser that has logged in receives it; the whole answer and its size are those of the large store.

| page | first byte, {few:,} | first byte, {many:,} | ratio | whole | KB |
|---|---|---|---|---|---|
{_pages(found.pages)}

An empty platform's: {"; ".join(f"{each.name} {_span(each.first)}" for each in empty)}.

## Memory

What the platform's process holds on the large store, in MB, one after the other:

| after | MB |
|---|---|
{_memory(found)}

{_growth(found)}

## Taking in

OTLP as JSON, gzip, {facts["batch"]} spans a request, {facts["senders"]} senders.

| into | spans a second |
|---|---|
| an empty store | {facts["http_empty"]:,.0f} |
| the large store | {found.ingestion[0]:,.0f} |
| the large store, spans of all its ninety days, as in an import | {found.ingestion[1]:,.0f} |

The large store takes {found.size / 1e6:,.0f} MB on disk, {found.size / many:,.0f} bytes an observation.

## What SDKs read

The whole answer of the API that Langfuse's SDKs call.

| read | {few:,} | {many:,} | ratio |
|---|---|---|---|
{_api(found.api)}

## What grows with the store, and why

- A list of fewer rows than were asked for is quicker: that is the whole of some ratios above 1.
- A **text** is sought among the newest {facts["looked_at"]:,} traces of what else was asked for, and **content** in the
  newest {facts["read_through"]:,}. So the time is bounded, and what is older is found only if the range is narrowed.
  A full-text index (FTS5, trigrams) was tried and left out: it takes about a fifth more time to take spans in and a
  quarter more disk, and an SQLite before 3.43 cannot forget a row of it without the text that it held.
- The traces behind a figure of the dashboard are found by an index of calls. To find the **slowest** ones, the newest
  {facts["sorted"]:,} calls that fit are read and sorted, which takes the longer the more there are; the page says so.
- Pages by number count everything that fits, as Langfuse's API does, and pass over what comes before them in an index.
  Lists that go on from a place (the page's, and `v2/observations`) do neither.
- The dashboard reads sums that are kept by the hour and by the day, for each model, connection and prompt version.
  A range of a few hours or less is summed up call by call, as long as there are not too many.
- `metrics/daily` reads sums that are kept by the day for each environment; asked for the traces of a name, a user or
  a tag, it reads these traces and their observations.
- Of **several conditions** the rarest one is looked up, and its traces are compared with the others. Common ones with
  hardly a trace in common are the slowest to ask for: all traces of one of them may be read, for 10 s at the most.
"""


def _summary(many: int, found: Measured) -> str:
    pages = sorted((each for _, each in found.pages), key=lambda each: -_median(each.first))
    slow = [each.name for each in pages if _median(each.first) > SLOW]
    said = (
        f"**With {many:,} observations, the slowest page's first byte takes {_ms(pages[0].first)} ({pages[0].name}); "
        f"half of the\n{len(pages)} pages take less than {_ms(pages[len(pages) // 2].first)}.**"
    )
    return said + (f"\nLonger than {SLOW * 1e3:.0f} ms takes: {', '.join(slow)}." if slow else "")


def _pages(pages: Sequence[Pair]) -> str:
    return "\n".join(
        f"| {after.name} | {_span(before.first)} | {_span(after.first)} | {_ratio(before.first, after.first)} | "
        f"{_ms(after.whole)} | {after.size / 1e3:,.0f} |"
        for before, after in pages
    )


def _api(reads: Sequence[Pair]) -> str:
    return "\n".join(
        f"| {after.name} | {_span(before.whole)} | {_span(after.whole)} | {_ratio(before.whole, after.whole)} |"
        for before, after in reads
    )


def _memory(found: Measured) -> str:
    return "\n".join(f"| {after} | {megabytes:.0f} |" for after, megabytes in found.memory)


def _growth(found: Measured) -> str:
    said = f"Each of the {PASSES} passes over all {len(found.pages)} pages reads each {EACH} times"
    *earlier, last = (megabytes for after, megabytes in found.memory if after.startswith("pages were read"))
    if last <= max(earlier) * FLAT:
        return said + ": the memory that they take does not grow."
    grew = ", ".join(f"{name} {more:.0f} MB" for name, more in found.grew)
    return f"{said}, and **they make the process grow**: in the last pass, {grew or 'no page by a megabyte'}."


def _ratio(before: Sequence[float], after: Sequence[float]) -> str:
    return f"{_median(after) / _median(before):.1f}"


def _span(seconds: Sequence[float]) -> str:
    return f"{_ms(seconds)} ({seconds[0] * 1e3:.1f}–{seconds[-1] * 1e3:.1f})"


def _ms(seconds: Sequence[float]) -> str:
    return f"{_median(seconds) * 1e3:.1f} ms"


def _median(seconds: Sequence[float]) -> float:
    return seconds[len(seconds) // 2]
