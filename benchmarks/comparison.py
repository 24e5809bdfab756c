"""A run beside the stored one: which ratios moved. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from benchmarks.samples import Figure, Samples, find, ratio

LEAST = 0.1
"""The share by which a ratio has to differ: smaller differences say nothing on a machine that does other things too."""
BETTER_MORE = frozenset({"rate"})
MEASURES = ("cpu", "megabytes")
AGAINST = ("openai", "anthropic", "google-genai", "boto3", "httpx", "router")
"""Whose multiple is compared: the first that was measured in both runs."""


class Move(NamedTuple):
    """A ratio that lies elsewhere than in the stored run, beyond both spreads."""

    case: str
    contender: str
    measure: str
    against: str
    before: Figure
    after: Figure

    @property
    def worse(self) -> bool:
        """Whether it moved to the worse."""
        return (self.after.median < self.before.median) == (self.measure in BETTER_MORE)

    def __str__(self) -> str:
        which = "slower" if self.measure == "cpu" else "more"
        way = which if self.worse else {"slower": "faster", "more": "less"}[which]
        return (
            f"{self.case}, {self.contender}: {self.measure} is {self.after.median:.3g} × {self.against}, "
            f"and was {self.before.median:.3g} ({self.before.low:.3g} to {self.before.high:.3g}): {way}"
        )


def moves(stored: Mapping[str, Any], fresh: Samples) -> Iterator[Move]:
    """Yield the ratios of ours that moved since the stored run."""
    before: Samples = stored["samples"]
    for case, contenders in fresh.items():
        for name in contenders:
            for measure in MEASURES if name.startswith("ours") else ():
                against = next((peer for peer in AGAINST if _both(before, fresh, case, peer, measure)), None)
                if against is None:
                    continue
                then, now = (
                    ratio(find(run, case, name, measure), find(run, case, against, measure)) for run in (before, fresh)
                )
                if then is not None and now is not None and _apart(then, now):
                    yield Move(case, name, measure, against, then, now)


def _both(before: Samples, fresh: Samples, case: str, peer: str, measure: str) -> bool:
    return bool(find(before, case, peer, measure) and find(fresh, case, peer, measure))


def _apart(then: Figure, now: Figure) -> bool:
    beyond = now.median < then.low or now.median > then.high
    back = then.median < now.low or then.median > now.high
    return beyond and back and abs(now.median / then.median - 1) > LEAST
