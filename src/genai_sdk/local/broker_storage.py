"""The platform's connections, as a broker hands them out."""

from collections.abc import Sequence

from genai_sdk.connections import Project, SourceResult
from genai_sdk.local.api.endpoint import Context


class BrokerStorage:
    """A broker's storage, over the platform's own.

    Args:
        context: The store, and who is let in.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def deliver(self, public_key: str, secret_key: str, names: Sequence[str] | None) -> SourceResult:
        """Return the connections called `names`, or all for None.

        Raises:
            ApiError: The key pair is not the project's (401).
        """
        self._context.admit(public_key, secret_key)
        known = self._context.credentials
        connections, available = self._context.store.connections.records(names)
        return SourceResult(
            project=Project(known.project_id, known.project_name), connections=connections, available=available
        )
