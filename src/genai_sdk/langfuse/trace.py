"""The observations that make up a trace."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.conventions import TRACE
from genai_sdk.langfuse.observation import Observation, fits
from genai_sdk.langfuse.tree import clock, dollars, draw, line
from genai_sdk.langfuse.values import below, decode, text_of


class Trace(msgspec.Struct, frozen=True, eq=False):
    """The observations with one trace id.

    What a trace says of itself is what its spans say: the root first, then the others in the order they began.

    Attributes:
        id: 32 hexadecimal digits.
        observations: In the order they began.
    """

    id: str
    observations: tuple[Observation, ...]

    @property
    def root(self) -> Observation:
        """The observation that is part of no other one here."""
        ids = {each.id for each in self.observations}
        return next((each for each in self.observations if each.parent_id not in ids), self.observations[0])

    @property
    def name(self) -> str:
        """The trace's name, by default that of its root."""
        return text_of(self._attribute(TRACE + "name")) or self.root.name

    @property
    def user_id(self) -> str | None:
        """The user."""
        return next((value for each in self._in_order() if (value := each.user_id)), None)

    @property
    def session_id(self) -> str | None:
        """The session."""
        return next((value for each in self._in_order() if (value := each.session_id)), None)

    @property
    def tags(self) -> list[str]:
        """Every span's tags, sorted."""
        return sorted({tag for each in self.observations for tag in each.tags})

    @property
    def environment(self) -> str:
        """The root's environment."""
        return self.root.environment

    @property
    def release(self) -> str | None:
        """The release."""
        return next((value for each in self._in_order() if (value := each.release)), None)

    @property
    def version(self) -> str | None:
        """The version."""
        return next((value for each in self._in_order() if (value := each.version)), None)

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it."""
        return next((value for each in self._in_order() if (value := each.is_public) is not None), False)

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The trace's metadata with that of its root."""
        spans = [below(each.attributes, TRACE + "metadata") for each in self._in_order()]
        return {**self.root.metadata, **{key: part for span in reversed(spans) for key, part in span.items()}}

    @property
    def input(self) -> Any:
        """What went in: the trace's own input, else its root's."""
        value = self._attribute(TRACE + "input")
        return self.root.input if value is None else decode(value)

    @property
    def output(self) -> Any:
        """What came out: the trace's own output, else its root's."""
        value = self._attribute(TRACE + "output")
        return self.root.output if value is None else decode(value)

    @property
    def cost(self) -> float:
        """US dollars in all, as far as they are known."""
        return sum(each.cost.get("total", sum(each.cost.values())) for each in self.observations)

    @property
    def seconds(self) -> float:
        """From the first start to the last end."""
        return (max(each.end for each in self.observations) - min(each.start for each in self.observations)) / 1e9

    def children(self, parent: Observation) -> tuple[Observation, ...]:
        """Return the direct children of an observation, in the order they began."""
        return tuple(each for each in self.observations if each.parent_id == parent.id)

    def find(
        self,
        name: str | None = None,
        *,
        type: str | None = None,  # noqa: A002 - Langfuse's name
        attributes: Mapping[str, Any] | None = None,
    ) -> tuple[Observation, ...]:
        """Return the observations of this name, type and these attributes."""
        return tuple(each for each in self.observations if fits(each, name, type, attributes))

    def __str__(self) -> str:
        cost = dollars(self.cost) if self.cost else None
        head = line(self.name, clock(self.seconds), cost, self.user_id, self.session_id, *self.tags)
        return draw(head, self.observations)

    def _in_order(self) -> list[Observation]:
        root = self.root
        return [root, *(each for each in self.observations if each is not root)]

    def _attribute(self, attribute: str) -> Any:
        return next((each.attributes[attribute] for each in self._in_order() if each.attributes.get(attribute)), None)
