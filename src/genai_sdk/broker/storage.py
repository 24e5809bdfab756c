"""What a broker needs: somewhere that opens a project's connections for its key pair."""

from collections.abc import Sequence
from typing import Protocol

from genai_sdk.connections import SourceResult


class Storage(Protocol):
    """Delivers connections to whoever shows the key pair of their project."""

    def deliver(self, public_key: str, secret_key: str, names: Sequence[str] | None) -> SourceResult:
        """Return the connections called `names`, or all for None; blocks, and is called on several threads.

        A connection that cannot be opened is delivered with its `error`, and without a secret.

        Raises:
            ApiError: The key pair opens no project (401, 403).
            SourceUnavailableError: The storage cannot answer now (503).
        """
        ...
