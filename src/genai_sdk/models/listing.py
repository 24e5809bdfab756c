"""Every name that can be asked for, and who serves it."""

from genai_sdk.errors import GenAIError
from genai_sdk.models.index import ModelIndex
from genai_sdk.models.resolution import Candidate
from genai_sdk.types import Record


class ModelRow(Record, frozen=True):
    """A name that can be asked for.

    Attributes:
        name: The name.
        candidates: Who serves it, in connection order.
    """

    name: str
    candidates: tuple[Candidate, ...]

    @property
    def connections(self) -> tuple[str, ...]:
        """The names of the connections that serve it."""
        return tuple(candidate.connection for candidate in self.candidates)


def list_models(index: ModelIndex) -> tuple[ModelRow, ...]:
    """List the custom models of every connection and the default models of its adapter, sorted by name.

    Connections take more names than these: any deployment behind a pin, and any new model of a vendor.
    """
    names = {name for entry in index.entries.all if entry.bar is None for name in entry.offer.names()}
    rows = []
    for name in sorted(names):
        try:
            rows.append(ModelRow(name, index.resolve(name).candidates))
        except GenAIError:
            continue  # A pin or another connection's error has the name before this connection.
    return tuple(rows)
