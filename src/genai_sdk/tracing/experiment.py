"""A trace as an item of a Langfuse experiment, which is what 4.x makes of a run over a dataset. Pure.

A bare 4.16 takes no run items over its API any more: a run is what spans with these attributes say. The names are those
of the official SDK (langfuse 5.0.4, `_client/attributes.py`).
"""

import msgspec

_PREFIX = "langfuse.experiment."


class Experiment(msgspec.Struct, frozen=True, kw_only=True):
    """What an item of an experiment says of itself.

    Attributes:
        id: The run's id.
        name: The run's name.
        metadata: Facts of the run, as JSON.
        dataset_id: The dataset.
        item_id: The item of it.
        expected_output: What should come out, as text or JSON; or None.
    """

    id: str
    name: str
    metadata: str
    dataset_id: str
    item_id: str
    expected_output: str | None = None

    def of_all(self, root: str) -> tuple[tuple[str, str], ...]:
        """Return the attributes of every observation; `root` is the id of the trace's own."""
        return (
            (f"{_PREFIX}id", self.id),
            (f"{_PREFIX}name", self.name),
            (f"{_PREFIX}metadata", self.metadata),
            (f"{_PREFIX}dataset.id", self.dataset_id),
            (f"{_PREFIX}item.id", self.item_id),
            (f"{_PREFIX}item.root_observation_id", root),
        )

    def of_root(self) -> tuple[tuple[str, str], ...]:
        """Return what the trace's own observation has beside those."""
        expected = self.expected_output
        return () if expected is None else ((f"{_PREFIX}item.expected_output", expected),)
