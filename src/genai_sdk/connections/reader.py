"""Asking a source, and keeping its answers on disk; every failure comes back as a value."""

import hashlib
import logging
from collections.abc import Sequence

import msgspec

from genai_sdk.connections.connection import ConnectionSet
from genai_sdk.connections.freshness import Holding, hold
from genai_sdk.connections.parse import parse_delivery
from genai_sdk.connections.record import Delivery
from genai_sdk.connections.sources.source import Source
from genai_sdk.errors import ConnectionNotFoundError, GenAIError, SourceUnavailableError
from genai_sdk.snapshot import Snapshot

logger = logging.getLogger("genai_sdk")


class Reader:
    """Reads the connections of one project; called by one thread at a time.

    Args:
        source: Where they come from.
        names: Those wanted, in connection order; None for all.
        snapshot: Where the last good answer is kept for the next process, or None.
    """

    def __init__(self, source: Source, names: Sequence[str] | None, snapshot: Snapshot | None) -> None:
        self._source = source
        self._names = None if names is None else tuple(dict.fromkeys(names))
        self._snapshot = snapshot
        # Processes with other names keep other files, or the one with fewer would overwrite the one with more.
        chosen = hashlib.sha256(msgspec.json.encode(sorted(self._names or ()))).hexdigest()[:16]
        self._part = "connections" if self._names is None else f"connections-{chosen}"
        self._was_complete = False
        self._missing: frozenset[str] = frozenset()

    def ask(self) -> Delivery | GenAIError:
        """Ask the source once."""
        try:
            return self._source.fetch(self._names)
        except GenAIError as error:
            return anew(error)
        except BaseException as error:  # noqa: BLE001 - a source of any making; those who wait must get an answer
            return SourceUnavailableError(f"{self._source.describe()} failed with {type(error).__name__}")

    def read(self, delivery: Delivery, *, known: bool) -> ConnectionSet | ConnectionNotFoundError:
        """Make connections of an answer.

        Args:
            delivery: The answer.
            known: Whether there was a good answer before: a name missing now has then vanished, which is only logged.
        """
        connections = parse_delivery(delivery, self._names)
        missing = frozenset(self._names or ()) - {connection.name for connection in connections.connections}
        if missing and not known and not self._was_complete:
            names = delivery.available or [connection.name for connection in connections.connections]
            return ConnectionNotFoundError(
                f"the project has no LLM connection {_list(missing)} (llm_connection_names); those of "
                f"{self._source.describe()} are {_list(names) or 'none'}: register it in Langfuse, or name another"
            )
        for name in sorted(missing - self._missing):
            logger.warning("the LLM connection %r is no longer in the project and takes no more calls", name)
        self._was_complete, self._missing = True, missing
        return connections

    def recall(self, now: float, max_stale: float) -> Holding | None:
        """Return what an earlier process kept, if it may still serve."""
        saved = self._snapshot.load(self._part) if self._snapshot is not None else None
        if saved is None:
            return None
        try:
            delivery = msgspec.json.decode(saved.content, type=Delivery)
        except (msgspec.DecodeError, RecursionError):
            logger.warning("the snapshot of LLM connections is ignored: another version of GenAI SDK wrote it")
            return None
        held = hold(parse_delivery(delivery, self._names), fetched_at=saved.at, asked_at=now, max_stale=max_stale)
        return held if held.usable(now) else None

    def keep(self, delivery: Delivery, now: float) -> None:
        """Keep a good answer for the next process."""
        if self._snapshot is not None:
            self._snapshot.save(self._part, msgspec.json.encode(delivery), now)

    def forget(self) -> None:
        """Forget every answer that was kept: the key pair was refused."""
        if self._snapshot is not None:
            self._snapshot.delete()

    def describe(self) -> str:
        """Name the source."""
        return self._source.describe()

    def close(self) -> None:
        """Close the source."""
        self._source.close()


def anew(error: GenAIError) -> GenAIError:
    """Return an error of the same kind and message without the frames, causes and locals it was raised with."""
    return type(error)(str(error))


def _list(names: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
