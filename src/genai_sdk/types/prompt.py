"""What ties a call to the prompt it was made with."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec


class PromptLink(msgspec.Struct, frozen=True):
    """A version of a managed prompt.

    Attributes:
        name: The prompt's name in Langfuse.
        version: Its version.
        experiment: The label that an experiment drew, with the weights of all; empty without one.
        max_cost: The dollars that a call may cost by the version's contract, or None.
        max_latency: The seconds that a call may take by it, or None.
        answer: The JSON schema of its answers, or None.
    """

    name: str
    version: int
    experiment: str = ""
    max_cost: float | None = None
    max_latency: float | None = None
    answer: Mapping[str, Any] | None = None

    def exceeded(
        self, cost: float | None, seconds: float | None
    ) -> list[tuple[Literal["max_cost", "max_latency"], str]]:
        """Return which bounds of the contract a call is over, each in words.

        Args:
            cost: The dollars that it cost, or None where that is not known.
            seconds: The seconds that it took, or None likewise.
        """
        found: list[tuple[Literal["max_cost", "max_latency"], str]] = []
        if self.max_cost is not None and cost is not None and cost > self.max_cost:
            found.append(("max_cost", f"${cost:.6g} is over max_cost, ${self.max_cost:g}"))
        if self.max_latency is not None and seconds is not None and seconds > self.max_latency:
            found.append(("max_latency", f"{seconds:.3g} s are over max_latency, {self.max_latency:g} s"))
        return found
