"""Every name that can be asked for, and who serves it."""

from collections.abc import Iterable, Mapping
from datetime import date

from genai_sdk.catalogue import end_of_life
from genai_sdk.errors import GenAIError
from genai_sdk.models.index import ModelIndex
from genai_sdk.models.resolution import Candidate
from genai_sdk.types import Record


class ModelRow(Record, frozen=True):
    """A name that can be asked for.

    Attributes:
        name: The name.
        candidates: Who serves it, in connection order.
        ends: The day on which a vendor shuts it down, by connection, where that is near or past.
    """

    name: str
    candidates: tuple[Candidate, ...]
    ends: Mapping[str, date] = {}

    @property
    def connections(self) -> tuple[str, ...]:
        """The names of the connections that serve it."""
        return tuple(candidate.connection for candidate in self.candidates)


def endings(index: ModelIndex, candidates: Iterable[Candidate], today: date) -> dict[str, date]:
    """Return on which day each candidate's model is or was shut down, by connection, where that is near or past."""
    days: dict[str, date] = {}
    for one in candidates:
        view = index.entries.all[index.entries.by_name[one.connection]].offer.view
        day = end_of_life(view.adapter, one.model, today, region=view.region, base_url=view.base_url)
        if day is not None:
            days[one.connection] = day
    return days


def list_models(index: ModelIndex, today: date | None = None) -> tuple[ModelRow, ...]:
    """List the custom models of every connection and the default models of its adapter, sorted by name.

    Connections take more names than these: any deployment behind a pin, and any new model of a vendor.

    Args:
        index: The connections.
        today: The day, for the ends that are near; without one no end is told.
    """
    names = {name for entry in index.entries.all if entry.bar is None for name in entry.offer.names()}
    rows = []
    for name in sorted(names):
        try:
            candidates = index.resolve(name).candidates
            rows.append(ModelRow(name, candidates, endings(index, candidates, today) if today else {}))
        except GenAIError:
            continue  # A pin or another connection's error has the name before this connection.
    return tuple(rows)
