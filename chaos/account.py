"""PURE: what a campaign came to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Struck(NamedTuple):
    """A fault as it was: its kind and target, and when it began and ended, in seconds of the machine's clock."""

    kind: str
    target: str
    begun: float
    ended: float


def account(reports: Sequence[Mapping[str, Any]], shown: Mapping[str, int], struck: Sequence[Struck]) -> dict[str, Any]:
    """Add up what services report and what Langfuse shows.

    Every failed call is at fault: the plan strikes one region at a time, so another one could have answered.

    Args:
        reports: Those of the services.
        shown: How often each call is shown by Langfuse.
        struck: The faults.
    """
    calls = [call for report in reports for call in report["calls"]]
    failures = [failure for report in reports for failure in report["failures"]]
    names = [name for name, _, _ in calls]
    return {
        "calls": len(calls),
        "answered": len(calls) - len(failures),
        "failed": len(failures),
        "wrong": sum(len(report["wrong"]) for report in reports),
        "attempts": sum(report["attempts"] for report in reports),
        "recorded": sum(report["recorded"] for report in reports),
        "sent": sum(report["sent"] for report in reports),
        "dropped": dict(sum((Counter(report["dropped"]) for report in reports), Counter[str]())),
        "missing": sum(not shown.get(name) for name in names),
        "twice": sum(shown.get(name, 0) > 1 for name in names),
        "strangers": len(shown.keys() - set(names)),
        "longest": round(max((ended - begun for _, begun, ended in calls), default=0.0), 2),
        "failures": [
            {"call": name, "during": _during(at, struck), "error": error} for name, at, error in failures[:50]
        ],
        "faults": _faults(calls, failures, struck),
    }


def _faults(calls: Sequence[Any], failures: Sequence[Any], struck: Sequence[Struck]) -> dict[str, dict[str, float]]:
    """Return for each kind how often and how long it struck, how many calls ended then, how many of them failed."""
    table: dict[str, dict[str, float]] = {}
    for kind, _, begun, ended in struck:
        row = table.setdefault(kind, {"times": 0, "seconds": 0.0, "calls": 0, "failed": 0})
        row["times"] += 1
        row["seconds"] = round(row["seconds"] + ended - begun, 1)
        row["calls"] += sum(begun <= at <= ended for _, _, at in calls)
        row["failed"] += sum(begun <= at <= ended for _, at, _ in failures)
    return table


def _during(at: float, struck: Sequence[Struck]) -> list[str]:
    return [f"{one.kind} {one.target}" for one in struck if one.begun <= at <= one.ended + 2]
