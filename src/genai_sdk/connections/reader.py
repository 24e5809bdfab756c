"""Asking a source, and keeping its answers on disk."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from genai_sdk import log
from genai_sdk.connections.connection import ConnectionSet
from genai_sdk.connections.parse import parse_result
from genai_sdk.connections.record import SourceResult, decode_result, encode_json
from genai_sdk.connections.sources.source import Source
from genai_sdk.errors import ConnectionNotFoundError
from genai_sdk.sentence import Sentence

if TYPE_CHECKING:  # a cost only for those who keep one
    from genai_sdk.snapshot import Snapshot


class Reader:
    """Reads the connections of one project.

    Args:
        source: Where they come from.
        names: Those wanted, in connection order; None for all.
        snapshot: Where the last good answer is kept for the next process, or None.
    """

    def __init__(self, source: Source, names: Sequence[str] | None, snapshot: "Snapshot | None") -> None:
        self._source = source
        self._names = None if names is None else tuple(dict.fromkeys(names))
        self._snapshot = snapshot
        self._part = "" if snapshot is None else _part(self._names)
        self._was_complete = False
        self._missing: frozenset[str] = frozenset()

    def ask(self, *, anew: bool = False) -> SourceResult:
        """Ask the source once.

        Args:
            anew: As of `Source.fetch`.

        Raises:
            GenAIError: As `Source.fetch`.
        """
        return self._source.fetch(self._names, anew=anew)

    def read(self, delivery: SourceResult, *, known: bool) -> ConnectionSet:
        """Make connections of an answer.

        Args:
            delivery: The answer.
            known: Whether there was a good answer before: a name missing now has then vanished, which is only logged.

        Raises:
            ConnectionNotFoundError: A name is missing.
        """
        connections = parse_result(delivery, self._names)
        missing = self._missing_in(connections)
        if missing and not known and not self._was_complete:
            names = delivery.available or [connection.name for connection in connections.connections]
            raise ConnectionNotFoundError(
                Sentence.of(
                    "connection.not_in_project",
                    "the project has no LLM connection {missing} (llm_connection_names); those of {source} "
                    "are {names}: register it in Langfuse, or name another",
                    missing=_list(missing),
                    source=self._source.describe(),
                    names=_list(names) or "none",
                )
            )
        return connections

    def accept(self, delivery: SourceResult, connections: ConnectionSet, now: float) -> None:
        """Take note of a good answer that is served from now on, and keep it for the next process."""
        missing = self._missing_in(connections)
        for name in sorted(missing - self._missing):
            log.warning("the LLM connection %r is no longer in the project and takes no more calls", name)
        self._was_complete, self._missing = True, missing
        if self._snapshot is not None:
            self._snapshot.save(self._part, encode_json(delivery), now)

    def recall(self) -> tuple[ConnectionSet, float] | None:
        """Return what an earlier process kept, and when it was delivered."""
        saved = self._snapshot.load(self._part) if self._snapshot is not None else None
        if saved is None:
            return None
        try:
            delivery = decode_result(saved.content.reveal())
        except (msgspec.DecodeError, RecursionError):
            log.warning("the snapshot of LLM connections is ignored: another version of GenAI SDK wrote it")
            return None
        return parse_result(delivery, self._names), saved.at

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

    def _missing_in(self, connections: ConnectionSet) -> frozenset[str]:
        return frozenset(self._names or ()) - {connection.name for connection in connections.connections}


def _part(names: Sequence[str] | None) -> str:
    """Return the part of a snapshot that some names are kept in.

    Processes with other names keep other files, or the one with fewer would overwrite the one with more.
    """
    import hashlib  # 3 ms that only a snapshot pays

    if names is None:
        return "connections"
    return f"connections-{hashlib.sha256(msgspec.json.encode(sorted(names))).hexdigest()[:16]}"


def _list(names: Sequence[str] | frozenset[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
