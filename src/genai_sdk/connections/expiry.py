"""PURE: credentials that a broker got in exchange, and their end."""

import msgspec

from genai_sdk.connections.connection import Connection, ConnectionSet
from genai_sdk.errors import ConfigurationError
from genai_sdk.sentence import Sentence


def without_ended(connections: ConnectionSet, now: float) -> ConnectionSet:
    """Return a set in which every connection whose credentials have ended is broken; the others stay the same objects.

    Args:
        connections: The set.
        now: The wall clock in seconds.
    """
    lasting = tuple(_broken(each) if _has_ended(each, now) else each for each in connections.connections)
    ends = [each.expires_at for each in lasting if each.expires_at is not None]
    return msgspec.structs.replace(connections, connections=lasting, expires_at=min(ends, default=None))


def _has_ended(connection: Connection, now: float) -> bool:
    return connection.expires_at is not None and connection.expires_at <= now


def _broken(connection: Connection) -> Connection:
    error = ConfigurationError(
        Sentence.of(
            "connection.ended",
            "connection {name!r} cannot be used: its short-lived credential has ended, and the broker gave no other",
            name=connection.name,
        )
    )
    return Connection(msgspec.structs.replace(connection.view, error=error.sentence), error=error)
