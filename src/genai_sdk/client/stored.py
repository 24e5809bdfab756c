"""A connection as its source delivers it, for those who write it anew."""

import inspect
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from genai_sdk.client.client import GenAIClient
from genai_sdk.client.settings import read_settings
from genai_sdk.client.sources import make_source
from genai_sdk.connections import ConnectionRecord
from genai_sdk.http import SyncTransport


class StoredConnections:
    """The connections where clients of this environment read them, asked anew each time; a context manager.

    Raises:
        GenAIError: The environment names no place, or not all that it takes.
    """

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        defaults: dict[str, Any] = {
            name: parameter.default for name, parameter in inspect.signature(GenAIClient).parameters.items()
        }
        settings = read_settings(defaults, environ)
        self._transport = SyncTransport(settings.transport)
        self._source = make_source(settings, self._transport)

    def read(self, name: str) -> ConnectionRecord | None:
        """Return the connection called `name` with its secret, or None where there is none.

        Raises:
            GenAIError: The source does not answer, or refuses.
        """
        return next(
            (record for record in self._source.fetch((name,), anew=True).connections if record.name == name), None
        )

    def close(self) -> None:
        """Close the source."""
        self._source.close()
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
