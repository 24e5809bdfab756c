"""Numbers in Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4)."""

import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

Labels = tuple[tuple[str, str], ...]

Families = Mapping[str, tuple[str, str]]
"""Kind (`"counter"`, `"gauge"`, `"histogram"`) and description of each metric, by its name."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """A number of a metric, as processes tell each other."""

    name: str
    labels: Labels
    value: float


class Histogram:
    """How often a value was at most each bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect.bisect_left(self._bounds, value)] += 1
        self._sum += value

    def samples(self, name: str, labels: Labels = ()) -> Iterator[Sample]:
        """Yield its numbers."""
        total = 0
        for bound, number in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += number
            yield Sample(f"{name}_bucket", (*labels, ("le", bound)), float(total))
        yield Sample(f"{name}_count", labels, float(total))
        yield Sample(f"{name}_sum", labels, self._sum)


def write(samples: Iterable[Sample], families: Families) -> bytes:
    """Write samples of one process or several: counters are added up, of gauges the greatest counts."""
    merged: dict[tuple[str, Labels], float] = {}
    for sample in samples:
        key = (sample.name, sample.labels)
        known = merged.get(key)
        if known is None:
            merged[key] = sample.value
        else:
            is_gauge = families[_family(sample.name, families)][0] == "gauge"
            merged[key] = max(known, sample.value) if is_gauge else known + sample.value
    rows: dict[str, list[str]] = {name: [] for name in families}
    for (name, labels), value in merged.items():
        inside = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        number = str(int(value)) if value.is_integer() else repr(value)
        rows[_family(name, families)].append(f"{name}{{{inside}}} {number}" if inside else f"{name} {number}")
    lines: list[str] = []
    for name, each in rows.items():
        if each:
            kind, text = families[name]
            lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}", *each]
    return ("\n".join(lines) + "\n").encode()


def _family(sample: str, families: Families) -> str:
    """Return the metric that a sample belongs to: of a histogram, without what its samples end with."""
    return sample if sample in families else sample.rpartition("_")[0]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
