"""What a source of connections is."""

from collections.abc import Sequence
from typing import Protocol

from genai_sdk.connections.record import SourceResult


class Source(Protocol):
    """Delivers a project's connections; blocking, and bounded in time by itself.

    One thread calls it at a time, unless a fetch was given up that is still running.
    """

    def fetch(self, names: Sequence[str] | None, *, anew: bool = False) -> SourceResult:
        """Return the connections called `names`, or all of them for None; a name that is not there is left out.

        Args:
            names: Which.
            anew: Whether a key was refused, so that an answer somebody keeps on the way is not good enough.

        Raises:
            AccessDeniedError: The source refused the key pair; every secret it ever delivered is to be dropped.
            GenAIError: It could not answer; the message says why, without secrets.
        """
        ...

    def describe(self) -> str:
        """Name the source in a few words, for messages."""
        ...

    def close(self) -> None:
        """Give up what the source holds; allowed more than once."""
        ...
