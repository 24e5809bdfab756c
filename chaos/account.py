"""PURE: what a campaign came to."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

EXCUSED = 1.0
"""Seconds before a service is killed whose traces may be lost: so long a record may wait to be written or sent."""


class Struck(NamedTuple):
    """A fault as it was: its kind and target, and when it began and ended, in seconds of the machine's clock."""

    kind: str
    target: str
    begun: float
    ended: float


class Entry(NamedTuple):
    """A call as its service wrote it down.

    Attributes:
        name: Its name, which is its trace's.
        begun: When it began, in seconds of the machine's clock.
        ended: When it ended.
        error: Why it failed, or None.
        attempts: How many attempts at providers it took.
        right: Whether the answer was that of this call; also where there was none.
    """

    name: str
    begun: float
    ended: float
    error: str | None
    attempts: int
    right: bool


def ledger_name(service: str) -> str:
    """Return the name of the file that a service writes its calls into."""
    return f"{service}.calls"


def account(
    calls: Sequence[Entry],
    reports: Sequence[Mapping[str, Any]],
    shown: Mapping[str, int],
    struck: Sequence[Struck],
    killed: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Add up what services wrote down and what Langfuse shows.

    Every failed call is at fault: the plan strikes one region at a time, so another one could have answered. Of a
    service that was killed the last second may be lost, and a trace may be shown of a call that it wrote down no more.

    Args:
        calls: Those of all services.
        reports: What those that lived to the end counted.
        shown: How often each call is shown by Langfuse.
        struck: The faults.
        killed: When services were killed, by their names.
    """
    killed = killed or {}
    names = {call.name for call in calls}
    failures = [call for call in calls if call.error is not None]
    unseen = [call for call in calls if not shown.get(call.name)]
    excused = [call for call in unseen if call.ended > killed.get(_service(call.name), math.inf) - EXCUSED]
    return {
        "calls": len(calls),
        "answered": len(calls) - len(failures),
        "failed": len(failures),
        "wrong": sum(not call.right for call in calls),
        "attempts": sum(call.attempts for call in calls),
        "recorded": sum(report["recorded"] for report in reports),
        "sent": sum(report["sent"] for report in reports),
        "heard": sum(report["heard"] for report in reports),
        "dropped": dict(sum((Counter(report["dropped"]) for report in reports), Counter[str]())),
        "missing": len(unseen) - len(excused),
        "excused": len(excused),
        "excused_age": round(max((killed[_service(call.name)] - call.ended for call in excused), default=0.0), 2),
        "twice": sum(times > 1 for times in shown.values()),
        "strangers": sum(name not in names and _service(name) not in killed for name in shown),
        "longest": round(max((call.ended - call.begun for call in calls), default=0.0), 2),
        "failures": [
            {"call": call.name, "during": _during(call.ended, struck), "error": call.error} for call in failures[:50]
        ],
        "faults": _faults(calls, struck),
    }


def compared(
    calls: Sequence[Entry], shown: Mapping[str, int], *, cpu: float, threads: float, megabytes: float
) -> dict[str, Any]:
    """Add up what one of several contenders came to.

    Args:
        calls: Its calls.
        shown: How often each call is shown by Langfuse.
        cpu: Seconds of CPU it used.
        threads: The most that it had.
        megabytes: What it holds at the end.
    """
    answered = [call for call in calls if call.error is None]
    return {
        "calls": len(calls),
        "failed": len(calls) - len(answered),
        "wrong": sum(not call.right for call in calls),
        "missing": sum(not shown.get(call.name) for call in answered),
        "errors": dict(Counter(call.error.partition(":")[0] for call in calls if call.error is not None)),
        "milliseconds": round(1000 * cpu / max(len(calls), 1), 2),
        "threads": threads,
        "megabytes": megabytes,
    }


def _service(call: str) -> str:
    return call.rpartition("-")[0]


def _faults(calls: Sequence[Entry], struck: Sequence[Struck]) -> dict[str, dict[str, float]]:
    """Return for each kind how often and how long it struck, how many calls ended then, how many of them failed."""
    table: dict[str, dict[str, float]] = {}
    for kind, _, begun, ended in struck:
        row = table.setdefault(kind, {"times": 0, "seconds": 0.0, "calls": 0, "failed": 0})
        row["times"] += 1
        row["seconds"] = round(row["seconds"] + ended - begun, 1)
        meanwhile = [call for call in calls if begun <= call.ended <= ended]
        row["calls"] += len(meanwhile)
        row["failed"] += sum(call.error is not None for call in meanwhile)
    return table


def _during(at: float, struck: Sequence[Struck]) -> list[str]:
    return [f"{one.kind} {one.target}" for one in struck if one.begun <= at <= one.ended + 2]
