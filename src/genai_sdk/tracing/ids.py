"""The ids of traces and observations: unlike any others, but no secrets."""

import random

from genai_sdk.lifecycle.fork import in_forked_child


class Ids:
    """Draws ids from a generator that the operating system seeds, once in each process; thread-safe and fork-safe.

    Asking the operating system for each would take ten times as long, and be most of what tracing costs a call.
    """

    def __init__(self) -> None:
        self._begin()
        in_forked_child(self._begin)

    def _begin(self) -> None:
        self._bits = random.Random().getrandbits  # noqa: S311 - for being unlike, not for being secret

    def trace(self) -> str:
        """Return the id of a new trace, 32 hex digits."""
        return self._bits(128).to_bytes(16, "big").hex()

    def observation(self) -> str:
        """Return the id of a new observation, 16 hex digits."""
        return self._bits(64).to_bytes(8, "big").hex()
