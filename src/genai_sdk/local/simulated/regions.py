"""The regions that somebody has named so far, and the behaviour of each; in memory only."""

import contextlib
import re
import threading
from collections.abc import Iterator

import msgspec

from genai_sdk.local.simulated.behaviour import Behaviour, after_call
from genai_sdk.local.simulated.kept import Kept, shrink
from genai_sdk.local.simulated.models import FLAKY, for_model

_NAME = re.compile(r"[a-z0-9_-]{1,40}")
_MOST_BYTES = 64 * 1024 * 1024
"""What the files of all regions may take together."""
_MOST_BATCHES = 200
"""How many batches are kept in all regions together."""


class UnknownRegionError(LookupError):
    """A region's name that cannot be one."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no simulated region {name[:60]!r}: a region's name is 1 to 40 of a-z, 0-9, '-' and '_', "
            "such as 'seoul'."
        )


class TooManyRegionsError(RuntimeError):
    """No more regions are kept."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"There are {limit} simulated regions already, and no more are kept. Use one of them, or forget one with "
            "DELETE /simulated/{region}/behaviour."
        )


class RegionState(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force for a region.

    Attributes:
        region: Its name.
        behaviour: How it behaves.
        calls: How many calls it got with a right key, since it was first named.
        under_way: How many of them it is answering.
        simulated: That it is.
    """

    region: str
    behaviour: Behaviour = Behaviour()
    calls: int = 0
    under_way: int = 0
    simulated: bool = True


class Admission(msgspec.Struct, frozen=True):
    """One call's place in a region.

    Attributes:
        number: Which of the region's calls it is, counted from 1.
        behaviour: How the region behaves towards it.
        kept: The region's files and batches.
    """

    number: int
    behaviour: Behaviour
    kept: Kept


class _Region(msgspec.Struct):
    """A region while it is kept; changed only under the lock of its `Regions`."""

    name: str
    kept: Kept
    behaviour: Behaviour = Behaviour()
    calls: int = 0
    flaky_calls: int = 0
    under_way: int = 0

    def state(self) -> RegionState:
        return RegionState(region=self.name, behaviour=self.behaviour, calls=self.calls, under_way=self.under_way)


class Regions:
    """Regions by name, made when they are first called or set; safe between threads.

    Args:
        limit: How many there may be.
    """

    def __init__(self, limit: int = 100) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._regions: dict[str, _Region] = {}

    def __len__(self) -> int:
        return len(self._regions)

    def __iter__(self) -> Iterator[RegionState]:
        with self._lock:
            states = [region.state() for region in self._regions.values()]
        return iter(sorted(states, key=lambda state: state.region))

    def state(self, name: str) -> RegionState:
        """Return what is in force for a region, which need not have been named before and is not kept for it.

        Raises:
            UnknownRegionError: No region can have this name.
        """
        check(name)
        with self._lock:
            region = self._regions.get(name)
            return RegionState(region=name) if region is None else region.state()

    def set(self, name: str, behaviour: Behaviour) -> RegionState:
        """Let a region behave in this way from its next call on, and return what is in force.

        Raises:
            UnknownRegionError: No region can have this name.
            TooManyRegionsError: It would be one too many.
        """
        with self._lock:
            region = self._named(name)
            region.behaviour = behaviour
            return region.state()

    def forget(self, name: str) -> RegionState:
        """Forget a region; called again it starts anew. Returns what is in force then.

        Raises:
            UnknownRegionError: No region can have this name.
        """
        check(name)
        with self._lock:
            self._regions.pop(name, None)
        return RegionState(region=name)

    @contextlib.contextmanager
    def call(self, name: str, model: str) -> Iterator[Admission]:
        """Count a call in, and in the end out.

        Raises:
            UnknownRegionError: No region can have this name.
            TooManyRegionsError: It would be one too many.
        """
        with self._lock:
            region = self._named(name)
            region.calls += 1
            region.under_way += 1
            region.flaky_calls += model == FLAKY
            admission = Admission(region.calls, for_model(region.behaviour, model, region.flaky_calls), region.kept)
            region.behaviour = after_call(region.behaviour)
        try:
            yield admission
        finally:
            with self._lock:
                region.under_way -= 1

    def trim(self) -> None:
        """Let regions drop their oldest files and batches where all keep too much together."""
        with self._lock:
            shrink([region.kept for region in self._regions.values()], _MOST_BYTES, _MOST_BATCHES)

    def _named(self, name: str) -> _Region:
        check(name)
        if name not in self._regions:
            if len(self._regions) >= self._limit:
                raise TooManyRegionsError(self._limit)
            self._regions[name] = _Region(name, Kept(name))
        return self._regions[name]


def check(name: str) -> None:
    """Refuse what cannot be a region's name.

    Raises:
        UnknownRegionError: No region can have this name.
    """
    if not _NAME.fullmatch(name):
        raise UnknownRegionError(name)
