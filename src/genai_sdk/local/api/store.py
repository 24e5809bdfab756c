"""The platform's store as the API is given it: connections are checked for where they lead before they are kept."""

from genai_sdk.langfuse.api.records import StoredConnection
from genai_sdk.langfuse.new_connection import NewConnection
from genai_sdk.local.addresses import Addresses
from genai_sdk.local.store import Store
from genai_sdk.local.store.connections import Connections


class CheckedConnections:
    """The connections in the store, of which none leads where it may not.

    Args:
        connections: The connections.
        addresses: Where they may lead.
    """

    def __init__(self, connections: Connections, addresses: Addresses) -> None:
        self._connections = connections
        self._addresses = addresses
        self.page = connections.page
        self.delete = connections.delete

    def put(self, new: NewConnection) -> tuple[StoredConnection, bool]:
        """Register a connection, or write the one of its name anew; also returns whether it is new.

        Raises:
            ApiError: Its base URL leads into a private network.
        """
        self._addresses.check(new.base_url)
        return self._connections.put(new)


class CheckedStore:
    """A store whose connections are checked.

    Args:
        store: The store.
        addresses: Where connections may lead.
    """

    def __init__(self, store: Store, addresses: Addresses) -> None:
        self.connections = CheckedConnections(store.connections, addresses)
        self.prompts = store.prompts
        self.traces = store.traces
        self.observations = store.observations
        self.scores = store.scores
        self.sessions = store.sessions
        self.models = store.models
        self.datasets = store.datasets
