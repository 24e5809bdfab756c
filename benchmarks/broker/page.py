"""docs/broker-performance.md, from the figures. Pure."""

from collections.abc import Mapping
from typing import Any

from benchmarks.broker.measuring import CONNECTIONS, PROJECTS, Measured, quantiles

GOALS = (0.5, 0.1, 0.020)
"""A 304's rate and a sealed set's, of an empty answer's; seconds of the 99th percentile at half load."""


def page(facts: Mapping[str, Any], measured: Measured) -> str:
    """Return the page.

    Args:
        facts: What was measured with, and on what.
        measured: What was measured.
    """
    nothing, tagged, sealed, clear = measured.kinds
    (median, last, least, most), idle = quantiles(measured.windows), quantiles(measured.idle)
    rows = "\n".join(
        f"| {kind.name} | {kind.rate:,.0f} | {kind.rate / nothing.rate:.2f} | {kind.microseconds:,.0f} | "
        f"{nothing.microseconds / kind.microseconds:.2f} |"
        for kind in (nothing, tagged, sealed, clear)
    )
    verdicts = (
        ("304 by ETag, share of an empty answer's rate", tagged.rate / nothing.rate, f"≥ {GOALS[0]}", GOALS[0], True),
        (f"{CONNECTIONS} connections sealed, the same", sealed.rate / nothing.rate, f"≥ {GOALS[1]}", GOALS[1], True),
        ("99th percentile at half load, ms", last * 1000, f"< {GOALS[2] * 1000:g}", GOALS[2] * 1000, False),
        ("answers with what is not the caller's", float(len(measured.wrong)), "0", 0.5, False),
    )
    goals = "\n".join(
        f"| {name} | {value:.3g} | {goal} | {'reached' if (value >= bound) == more else '**missed**'} |"
        for name, value, goal, bound, more in verdicts
    )
    return f"""# What the broker's answers cost

Written by `{facts["command"]}` on {facts["date"]}, on {facts["cores"]} cores, {facts["system"]}, {facts["python"]},
uvicorn {facts["uvicorn"]}. `genai broker` with one worker, its audit file on, beside a real PostgreSQL; asked by
another process over kept connections. Each kind of answer had {facts["rounds"]} rounds of {facts["requests"]:,}
requests, all kinds in turn; a figure is the median of the rounds. The empty answer is the same process's `/health`.
Rates depend on the machine and on what else it does; the shares hardly do.

| what | reached | goal | |
|---|---|---|---|
{goals}

## Rates

| answer | a second | share | CPU of the broker, µs | share by CPU |
|---|---|---|---|---|
{rows}

A whole sealed answer is {measured.size:,} bytes.

## Half load

{measured.half:,.0f} requests a second, each due at its time whatever became of those before, in {len(measured.windows)}
runs of {facts["seconds"]:g} s between as many of empty answers. Of the 304s the median took {median * 1000:.1f} ms
and the 99th percentile {last * 1000:.1f} ms (median of the runs, {least * 1000:.1f} to {most * 1000:.1f}); of the
empty answers {idle[0] * 1000:.1f} and {idle[1] * 1000:.1f} ms ({idle[2] * 1000:.1f} to {idle[3] * 1000:.1f}), which
says how much of it is the machine and what else it does.

## Whose they are

{sum(measured.mixed.values()):,} requests of {PROJECTS} projects in any order: any names, sealed or not, with tags of
their own and of others, one in twenty with another project's secret key. By status:
{", ".join(f"{number:,} × {status}" for status, number in measured.mixed.items())}. Answers that held anything of
another project: {len(measured.wrong)}.
"""
