"""PURE: an account as text, and as the page docs/chaos.md."""

from collections.abc import Iterator, Mapping
from typing import Any

from chaos.plan import KINDS

GOALS = {
    "failed": "calls failed while an allowed region could answer",
    "wrong": "answers that belong to another call",
    "missing": "calls without a trace in Langfuse",
    "twice": "calls shown twice",
    "strangers": "traces of no call",
}
"""What has to be 0."""

MADE = {
    "calls": "calls made",
    "answered": "calls answered",
    "attempts": "attempts at providers",
    "forgotten": "connections of services that were left half-open",
    "heard": "rests of a region that services learnt of from each other, through Redis",
}

CONTENDERS = {
    "ours": "GenAI SDK",
    "router": "`litellm.Router`, Langfuse callback",
    "official": "openai, observed by Langfuse's SDK",
}
COMPARED = {
    "calls": "calls made",
    "failed": "calls failed while a region could answer",
    "wrong": "answers that belong to another call",
    "missing": "answered calls without a trace in Langfuse",
    "milliseconds": "ms of CPU for a call",
    "threads": "threads at most",
    "megabytes": "megabytes at the end",
}
BESIDE = """\
The same regions and the same Langfuse, struck in the same ways, for services that call through others. Keys are not
rotated here, and brokers, PgBouncer and Redis not struck: others have keys in their settings and none of these parts.
Router has the same retries, cool-down and timeouts, and both its success and its failure callback. openai's SDK knows
of no second region: its service tries one after the other by hand, five times at most, a broken stream too, inside one
observation of Langfuse's SDK. Spools, where there are any, are on."""

STRIKING = """\
Two faults last at the same time, one of each track, so a call counts for both. Keys are not rotated while both brokers
or PgBouncer are away: nobody could learn of the new one. Connections are left half-open by a filter on the socket that
drops each packet before TCP sees it. A clock jumps where Python reads it, by `time.time` and `time.time_ns`:
`datetime.now`, libraries in C, PostgreSQL, Redis and Langfuse keep theirs, and the monotonic clock goes on, as it does
on a machine whose clock is set."""

HELD = """\
After their first hundred calls, and after all of them, once the traces are delivered. Memory steps up at a fault for
which records wait (Langfuse away, the disk full: 4 MiB beside the spool, without it up to the bound of 32 MiB), and
does not come down by itself, since glibc keeps what was freed. Seen fault by fault in two services (glibc's
`mallinfo2`): in use 8.7 MB when warm, 12 to 18 while records waited, 8.3 at the end; free and kept 3 MB when warm, 17
and 10 at the end; Python's own arenas 20, then 21. Told to give back what is free, they are within a few MB of where
they began."""

HOUR = """\
Not waited for here: tests shorten it by the clock of the retries, and count what a receiver of real requests has got in
the end. Nothing is missing and nothing comes twice with the spool, called through the whole hour
(`test_an_hour_without_langfuse_costs_nothing_and_nothing_comes_twice` in
[tests/tracing/spool](../tests/tracing/spool/test_spool.py)), and without it after an hour and after twelve
(`test_nothing_is_lost_however_long_langfuse_is_away` in [tests/tracing](../tests/tracing/test_sender.py)). What
a hundred processes write of which half are killed is `make spool`, among the [wider runs](wider-runs.md)."""

INTRODUCTION = """\
Written by `make chaos` from [its account](chaos.json). Each part is a process of its own: services, two replicas of
`genai broker` behind a balancer, a real PgBouncer and PostgreSQL behind those, a real Redis that brokers share limits
through and services what they know of regions, a Langfuse that takes the traces, and a provider in two regions.
Langfuse and the provider are the fakes of `genai_sdk.testing`, over real sockets; the balancer is a small one, which
passes over a replica that refuses connections or does not answer `/ready`. Faults strike on two tracks: one region
after the other, so that at any moment another one could answer; and beside it Langfuse, the brokers and what they read.
The seed decides which, whom and how long."""


def lost(whole: Mapping[str, Any]) -> int:
    """Return how much was lost or wrong in all."""
    return sum(whole[name] for name in GOALS)


def summary(whole: Mapping[str, Any]) -> str:
    """Say what a campaign came to, for a terminal."""
    lines = [f"seed {whole['seed']}, {whole['seconds']:g} s: {whole['calls']} calls, {whole['attempts']} attempts"]
    lines += [f"{whole[name]:>7}  {what}" for name, what in GOALS.items()]
    lines += [f"         {one['call']} during {one['during']}: {one['error']}" for one in whole["failures"][:10]]
    lines += [f"         {', '.join(_moves(one))}" for one in whole["resources"]]
    lines.append(f"         recorded {whole['recorded']}, sent {whole['sent']}, dropped {whole['dropped']}")
    if whole["kills"]:
        lines.append(
            f"         {whole['kills']} services killed; of their last second {whole['excused']} traces are lost"
        )
    lines.append(f"         the longest call took {whole['longest']:g} s")
    return "\n".join(lines)


def render(whole: Mapping[str, Any]) -> str:
    """Return the page."""
    load = whole["load"]
    parts = [
        "# Under faults",
        INTRODUCTION,
        _run(whole, load),
        "\n".join(_counts(whole)),
        f"The longest call took {whole['longest']:g} s; an attempt may take {load['timeout']:g} s.",
        "## What struck",
        "\n".join(_faults(whole)),
        STRIKING,
        "## What services hold",
        HELD,
        "\n".join(_resources(whole)),
        "## An hour without Langfuse",
        HOUR,
        *_failures(whole),
        *_beside(whole),
    ]
    return "\n\n".join(parts) + "\n"


def _run(whole: Mapping[str, Any], load: Mapping[str, float]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in whole["versions"].items())
    return (
        f"Run of {whole['date']}, seed {whole['seed']}, {whole['seconds']:.0f} s, {load['clients']} services,\n"
        f"each with {load['threads']} threads and {load['tasks']} asyncio tasks that call without end. {versions}."
    )


def _counts(whole: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| | count | goal |", "|---|---|---|")
    for name, what in MADE.items():
        yield f"| {what} | {whole[name]:,} | |"
    for name, what in GOALS.items():
        yield f"| {what} | {whole[name]:,} | 0 |"
    if whole["kills"]:
        what = f"traces lost of the last second of killed services ({whole['kills']})"
        yield f"| {what}, of calls that ended at most {whole['excused_age']:g} s before | {whole['excused']:,} | |"
    yield f"| records that the services count as dropped | {sum(whole['dropped'].values()):,} | 0 |"


def _faults(whole: Mapping[str, Any]) -> Iterator[str]:
    yield "| fault | what happens | times | seconds in all | calls that ended meanwhile | of them failed |"
    yield "|---|---|---|---|---|---|"
    for name, kind in KINDS.items():
        if row := whole["faults"].get(name):
            counts = f"{row['times']} | {row['seconds']:.0f} | {row['calls']:,} | {row['failed']}"
            yield f"| {name} | {kind.what} | {counts} |"


def _resources(whole: Mapping[str, Any]) -> Iterator[str]:
    yield "| service | threads | descriptors | megabytes | at the end of each quarter | after `malloc_trim` |"
    yield "|---|---|---|---|---|---|"
    for number, one in enumerate(whole["resources"], 1):
        quarters = ", ".join(f"{each:g}" for each in one["quarters"])
        yield f"| {number} | {' | '.join(_moves(one))} | {quarters} | {one['trimmed']:g} |"


def _failures(whole: Mapping[str, Any]) -> Iterator[str]:
    if whole["failures"]:
        yield "## What failed"
        rows = [f"| {', '.join(one['during'])} | {one['error'].replace('|', '/')} |" for one in whole["failures"][:20]]
        yield "\n".join(["| during | error |", "|---|---|", *rows])


def _beside(whole: Mapping[str, Any]) -> Iterator[str]:
    if (beside := whole.get("beside")) is None:
        return
    contenders = beside["contenders"]
    versions = ", ".join(f"{name} {version}" for name, version in beside["versions"].items())
    yield "## Beside others"
    yield BESIDE
    yield (
        f"One campaign for all at once, {beside['seconds']:.0f} s, a service each with {whole['load']['threads']} "
        f"threads and {whole['load']['tasks']} tasks. {versions}.\n"
        f"What struck: {', '.join(f'{kind} ({times})' for kind, times in beside['struck'].items())}."
    )
    rows = [f"| | {' | '.join(CONTENDERS[name] for name in contenders)} |", f"|---|{'---|' * len(contenders)}"]
    for name, what in COMPARED.items():
        rows.append(f"| {what} | {' | '.join(f'{one[name]:,g}' for one in contenders.values())} |")
    yield "\n".join(rows)
    for name, one in contenders.items():
        if one["errors"]:
            errors = ", ".join(f"{error} ({times})" for error, times in one["errors"].items())
            yield f"What failed of {CONTENDERS[name]}: {errors}."


def _moves(one: Mapping[str, Any]) -> list[str]:
    return [f"{one['before'][name]:g} → {one['after'][name]:g}" for name in ("threads", "descriptors", "megabytes")]
