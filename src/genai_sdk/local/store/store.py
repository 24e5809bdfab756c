"""The whole store: a part for each kind of thing, over one file."""

from pathlib import Path

from genai_sdk.crypto import Cipher
from genai_sdk.local.store.checks import Checks
from genai_sdk.local.store.connections import Connections
from genai_sdk.local.store.database import Database
from genai_sdk.local.store.datasets import Datasets
from genai_sdk.local.store.models import Models
from genai_sdk.local.store.observations import Observations
from genai_sdk.local.store.prompts import Prompts
from genai_sdk.local.store.scores import Scores
from genai_sdk.local.store.sessions import Sessions
from genai_sdk.local.store.span_rows import SpanRows
from genai_sdk.local.store.trace_usage import TraceUsage
from genai_sdk.local.store.traces import Traces
from genai_sdk.local.store.usage import UsageSums


class Store:
    """All that the platform keeps; safe to use from any thread.

    Args:
        path: The SQLite file, made if it is not there.
        cipher: What secrets are encrypted with.

    Attributes:
        connections: LLM connections.
        checks: How connections were last tried.
        prompts: Prompts.
        traces: Traces.
        sessions: Sessions.
        observations: Observations across traces.
        span_rows: Observations without their contents.
        scores: Scores.
        models: Models of the project's own, with prices.
        datasets: Datasets, with runs over them.
        usage: What calls of models came to.
        trace_usage: The same by user or session.

    Raises:
        NewerSchemaError: A later version of the package wrote the file.
        sqlite3.DatabaseError: The file is no SQLite database.
    """

    def __init__(self, path: Path, cipher: Cipher) -> None:
        self._database = Database(path)
        self.connections = Connections(self._database, cipher)
        self.checks = Checks(self._database)
        self.prompts = Prompts(self._database)
        self.traces = Traces(self._database)
        self.sessions = Sessions(self._database)
        self.observations = Observations(self._database)
        self.span_rows = SpanRows(self._database)
        self.scores = Scores(self._database)
        self.models = Models(self._database)
        self.datasets = Datasets(self._database)
        self.usage = UsageSums(self._database)
        self.trace_usage = TraceUsage(self._database)

    def close(self) -> None:
        """Finish what is being written, and close the file; may be called again."""
        self._database.close()
