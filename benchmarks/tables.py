"""Tables of Markdown. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.contenders.roster import ROSTER
from benchmarks.goals import BESIDE_VENDORS, GOALS, PEERS, SDKS, Goal
from benchmarks.samples import Figure, Samples, figure, find, ratio

NOTHING = "–"
UNITS = {"cpu": "µs", "thread": "µs", "wall": "µs", "rate": "/s", "first": "ms", "megabytes": "MB"}
_IN_MILLISECONDS = ("import", "cold")


def number(value: float) -> str:
    """Return a number with three digits that matter."""
    if value == 0:
        return "0"
    if abs(value) >= 1_000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def unit_of(case: str, measure: str) -> str:
    """Return what follows a case's number."""
    return "ms" if case in _IN_MILLISECONDS else UNITS[measure]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; the first column is text, the others are numbers."""
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def vendors(samples: Samples) -> str:
    """Return ours as multiples of the vendors' own SDKs: one line for what is measured, one column for each vendor."""
    heads = ["ours, traced ÷ the vendor's own SDK, untraced", *(ROSTER[sdk].label for sdk in SDKS.values())]
    rows = [
        [row.what, *(_beside_vendor(goal, samples) if (goal := row.goals.get(wire)) else NOTHING for wire in SDKS)]
        for row in BESIDE_VENDORS
    ]
    return table(heads, rows)


def _beside_vendor(goal: Goal, samples: Samples) -> str:
    found, bound = goal.read(samples), f"{'≥' if goal.at_least else '≤'} {goal.bound:g}"
    if found is None:
        return f"not measured ({bound})"
    around = "" if found.low == found.high else f", {spread(found)}"
    reached = number(found.median) if goal.reached(found) else f"**{number(found.median)}**"
    return f"{reached} ({bound}{around})"


def goals(samples: Samples) -> str:
    """Return the goals: each with its figure, its spread, the verdict, and what it was made of, ours and the peers'."""
    heads = ["what", "goal", "measured", "spread", "verdict", "ours", *(ROSTER[peer].label for peer in PEERS)]
    return table(heads, [_goal(goal, samples) for goal in GOALS])


def _goal(goal: Goal, samples: Samples) -> list[str]:
    found = goal.read(samples)
    case, measure = goal.shown
    peers = [_own(samples, case, name, measure) if name in goal.beside else NOTHING for name in PEERS]
    beside = [_own(samples, case, goal.ours, measure), *peers]
    if found is None:
        return [goal.what, goal.text, NOTHING, NOTHING, "not measured", *beside]
    verdict = "reached" if goal.reached(found) else "**not reached**"
    return [goal.what, goal.text, f"{number(found.median)} {goal.unit}", spread(found), verdict, *beside]


def _own(samples: Samples, case: str, name: str, measure: str) -> str:
    found = find(samples, case, name, measure)
    return f"{number(figure(found).median)} {unit_of(case, measure)}" if found else NOTHING


def spread(found: Figure) -> str:
    """Return between what the samples lie."""
    return f"{number(found.low)} to {number(found.high)}" if found.low != found.high else NOTHING


def side_by_side(samples: Samples, case: str, measures: Sequence[tuple[str, str]], against: str = "openai") -> str:
    """Return a case's table: every contender's figures, and the first measure as a multiple of a peer's.

    Args:
        samples: What was measured.
        case: The case.
        measures: The measures, each with the column's head.
        against: The peer.
    """
    first = measures[0][0]
    heads = ["", *(_head(case, *measure) for measure in measures), "spread"]
    theirs = find(samples, case, against, first)
    compared = bool(theirs)
    rows = []
    for name in ROSTER:
        found = find(samples, case, name, first)
        if not found:
            continue
        others = [find(samples, case, name, measure) for measure, _ in measures]
        cells = [number(figure(other).median) if other else NOTHING for other in others]
        multiple = ratio(found, theirs)
        row = [_label(name, case), *cells, spread(figure(found))]
        rows.append([*row, f"{number(multiple.median)} ×" if multiple else NOTHING] if compared else row)
    return table([*heads, f"of {ROSTER[against].label}"] if compared else heads, rows)


def profile(title: str, unit: str, found: Mapping[str, Any]) -> str:
    """Return where the CPU of a case goes, as `layers.profile` found it: by layer, and the functions that take most."""
    total = sum(spent for _, spent in found["layers"])
    parts = [f"{title}: {number(total)} µs for each {unit} on the calling thread, {number(found['beside'])} beside it"]
    for kind in ("layer", "function"):
        rows = [[name, number(spent), f"{spent / total:.0%}"] for name, spent in found[f"{kind}s"]]
        parts.append(table([kind, "µs", "share"], rows))
    return "\n\n".join(parts) + "\n"


def _head(case: str, measure: str, head: str) -> str:
    return head if measure == "rate" else f"{head}, {unit_of(case, measure)}"


def _label(name: str, case: str) -> str:
    entry = ROSTER[name]
    label = f"`{entry.imports}`" if case == "import" else entry.label
    return f"**{label}**" if name.startswith("ours") else label
