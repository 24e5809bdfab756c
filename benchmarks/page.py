"""docs/performance.md and its charts, from the figures and the remarks. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import tables
from benchmarks.cases import CASES
from benchmarks.chart import Bar, chart
from benchmarks.contenders.roster import ROSTER
from benchmarks.goals import SDKS
from benchmarks.growth import AGES
from benchmarks.lagging import FILLED
from benchmarks.samples import Samples, figure, find


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


_CPU, _WALL = ("cpu", "CPU"), ("wall", "by the clock")
_CALLS, _CHUNKS = ("rate", "calls a second"), ("rate", "chunks a second")
_THREAD, _FIRST = ("thread", "calling thread"), ("first", "to the first content")
SECTIONS: Sequence[tuple[str, str, Sequence[tuple[str, str]], str]] = (
    ("installed", "Installed, with everything needed", (("megabytes", "size"),), "litellm"),
    ("import", "Import", (_CPU,), "httpx"),
    ("cold", "A cold process to its first answer", (_WALL, _CPU), "openai"),
    *(
        (name, row.title[0].upper() + row.title[1:], (_CPU, _THREAD, _CALLS), SDKS[row.wire])
        for name, row in CASES.items()
        if row.unit == "call"
    ),
    *(
        (name, row.title[0].upper() + row.title[1:], (_CPU, _CHUNKS, _FIRST), SDKS[row.wire])
        for name, row in CASES.items()
        if row.unit == "chunk"
    ),
    *(
        (f"connections-{count}", f"One call, sync, with {_many(count, 'connection')}", (_CPU, _CALLS), "router")
        for count in (1, 10, 100, 1_000)
    ),
    *(
        (f"memory-{calls}", f"Memory after {_many(calls, 'call')}", (("megabytes", "resident"),), "openai")
        for calls in (1, 1_000, 100_000)
    ),
    *(
        (f"calls-{calls}", f"One call, sync, after {calls:,} calls in the same process", (_CPU, _CALLS), "openai")
        for calls in AGES
    ),
    *(
        (f"queue-{percent}", f"One call, sync, with a queue of traces that is {how}", (_THREAD, _CPU), "openai")
        for percent, how in zip(FILLED, ("empty", "80 % full", "full"), strict=True)
    ),
    ("traces", "Traces from the first call to the last delivery", (("rate", "traces a second"),), "router-langfuse"),
)
"""Every case with its heading, its measures and the peer it is compared with."""

CHARTS: Mapping[str, tuple[str, str]] = {
    "import": ("cpu", "CPU of an import"),
    "cold": ("wall", "A cold process to its first answer"),
    "chat": ("cpu", "CPU of a call, sync"),
    "async-256": ("rate", "Calls a second, 256 in flight"),
    "stream-burst": ("cpu", "CPU of a streamed chunk, in a burst"),
    "stream-paced": ("cpu", "CPU of a streamed chunk, paced"),
    "memory-1000": ("megabytes", "Memory after 1,000 calls"),
}


def render(figures: Mapping[str, Any], remarks: str) -> str:
    """Return the page.

    Args:
        figures: What `figures.json` holds.
        remarks: What is written by hand, Markdown.
    """
    samples: Samples = figures["samples"]
    drawn = charts(figures)
    parts = [_HEAD.format(**_facts(figures)), "## Beside the vendors' own SDKs\n", tables.vendors(samples), ""]
    parts += [_OF_VENDORS, "## Further goals\n", tables.goals(samples), ""]
    parts += [remarks.strip(), "", "## Side by side\n", _LEGEND]
    for case, title, measures, against in SECTIONS:
        if case not in samples:
            continue
        parts.append(f"### {title}\n")
        if case in drawn:
            parts.append(f"![{CHARTS[case][1]}](performance/{case}.svg)\n")
        parts += [tables.side_by_side(samples, case, measures, against), ""]
    absent: Mapping[str, str] = figures["absent"]
    if absent:
        parts += ["## Absent\n", *(f"- {_named(name)}: {reason}" for name, reason in absent.items()), ""]
    return "\n".join(parts)


def charts(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the charts by case."""
    samples: Samples = figures["samples"]
    drawn = {}
    for case, (measure, title) in CHARTS.items():
        bars = [
            Bar(entry.imports or "" if case == "import" else entry.label, figure(found).median, name[:4] == "ours")
            for name, entry in ROSTER.items()
            if (found := find(samples, case, name, measure))
        ]
        if bars:
            drawn[case] = chart(title, tables.unit_of(case, measure), bars)
    return drawn


def _facts(figures: Mapping[str, Any]) -> dict[str, Any]:
    versions = ", ".join(f"{name} {version}" for name, version in figures["versions"].items())
    return {
        **figures["machine"],
        "date": figures["date"],
        "versions": versions,
        "short": _SHORT if figures.get("short") else "",
    }


def _named(name: str) -> str:
    who, where, case = name.partition(" in ")
    return f"{ROSTER[who].label if who in ROSTER else who}{where}{case}"


_SHORT = " (a short run, with wide spreads)"
_HEAD = """# Performance

<!-- Written by `make bench` from performance/figures.json and performance/remarks.md; a test holds it to them. -->

Measured on {date} with {python} on {system}, {cores} cores{short}, one for the server and one for the client under
measurement. Beside us: {versions}. To repeat it: `make bench`, which writes this page; `make bench-check` measures
again, briefly, and says what moved. Times of one machine say little, ratios in one run say much: in each round every
contender takes its turn, on the same server; a figure is the median of the rounds, its spread the lowest and the
highest.
"""

_OF_VENDORS = """
In brackets stand the goal and the lowest and the highest of the rounds; a figure in bold misses its goal. The vendors'
SDKs are the newest, in an environment of their own, and record nothing; ours records every call in Langfuse. boto3 has
no async side. For a cold process on the wires of Gemini and Bedrock either of the two goals is enough.
"""

_LEGEND = """CPU is user and system time of the whole process for each call or chunk, the delivery of traces included.
Who answers from memory uses no wire, which leaves our own share: reading arguments, planning, the attempt loop, the
trace. Every contender checks every answer. An import is measured with the end of its interpreter, a cold process only
up to its answer, for all alike: so an import alone can cost more than a cold process that contains it. Over TLS goes
everything, the connections and the traces too; connections are kept, and certificates verified, by all. Of a paced
stream a round is the median of three turns, since between two chunks the machine does other things. Who takes very long
in a case has fewer rounds there.
"""
