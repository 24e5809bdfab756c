"""PURE: an account as text, and as the page docs/chaos.md."""

from collections.abc import Mapping
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


def lost(whole: Mapping[str, Any]) -> int:
    """Return how much was lost or wrong in all."""
    return sum(whole[name] for name in GOALS)


def summary(whole: Mapping[str, Any]) -> str:
    """Say what a campaign came to, for a terminal."""
    lines = [f"seed {whole['seed']}, {whole['seconds']:g} s: {whole['calls']} calls, {whole['attempts']} attempts"]
    lines += [f"{whole[name]:>7}  {what}" for name, what in GOALS.items()]
    lines += [f"         {one['call']} during {one['during']}: {one['error']}" for one in whole["failures"][:10]]
    lines += [f"  {', '.join(_moves(one))}" for one in whole["resources"]]
    lines.append(f"  recorded {whole['recorded']}, sent {whole['sent']}, dropped {whole['dropped']}; longest call {whole['longest']} s")
    return "\n".join(lines)


def render(whole: Mapping[str, Any]) -> str:
    """Return the page."""
    load = whole["load"]
    struck = sum(row["times"] for row in whole["faults"].values())
    lines = [
        "# Under faults",
        "",
        "Written by `make chaos` from [its account](chaos.json). Each part is a process of its own: services (each with"
        f" {load['threads']} threads and {load['tasks']} asyncio tasks that call without end), `genai broker` before a real",
        "PostgreSQL, a Langfuse that takes the traces, and a provider in two regions. Langfuse and the provider are the fakes of",
        "`genai_sdk.testing`, over real sockets. Faults strike on two tracks: one region after the other, so that at any moment",
        "another one could answer, and beside it Langfuse and the broker. The seed decides which, whom and how long.",
        "",
        f"Run of {whole['date']}, seed {whole['seed']}, {whole['seconds']:.0f} s, {load['clients']} services, {struck} faults.",
        ", ".join(f"{name} {what}" for name, what in whole["versions"].items()) + ".",
        "",
        "| | count | goal |",
        "|---|---|---|",
        f"| calls made | {whole['calls']:,} | |",
        f"| calls answered | {whole['answered']:,} | |",
        f"| attempts at providers | {whole['attempts']:,} | |",
        *(f"| {what} | {whole[name]:,} | 0 |" for name, what in GOALS.items()),
        f"| records that the clients counted as dropped | {sum(whole['dropped'].values()):,} | 0 |",
        "",
        f"The longest call took {whole['longest']:g} s.",
        "",
        "## What struck",
        "",
        "| fault | what happens | times | seconds in all | calls that ended meanwhile | of them failed |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {kind.what} | {row['times']} | {row['seconds']:.0f} | {row['calls']:,} | {row['failed']} |"
            for name, kind in KINDS.items()
            if (row := whole["faults"].get(name)) is not None
        ),
        "",
        "Two faults last at the same time, one of each track, so a call counts for both.",
        "",
        "## What services hold",
        "",
        "After their first hundred calls, and after all of them, once the traces are delivered:",
        "",
        "| service | threads | descriptors | megabytes |",
        "|---|---|---|---|",
        *(f"| {number} | {' | '.join(_moves(one))} |" for number, one in enumerate(whole["resources"], 1)),
        "",
    ]
    if whole["failures"]:
        lines += ["## What failed", "", "| during | error |", "|---|---|"]
        lines += [f"| {', '.join(one['during'])} | {one['error'].replace('|', '/')} |" for one in whole["failures"][:20]]
        lines.append("")
    return "\n".join(lines)


def _moves(one: Mapping[str, Mapping[str, float]]) -> list[str]:
    return [f"{one['before'][name]:g} → {one['after'][name]:g}" for name in ("threads", "descriptors", "megabytes")]
