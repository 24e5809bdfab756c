"""PURE but for chance: the broker's only answer, sealed on request, with 304 where the caller has the very same one."""

import functools
import hashlib
from collections.abc import Mapping

import msgspec

from genai_sdk.connections import ConnectionRecord, SourceResult, encode_json
from genai_sdk.connections.broker_wire import ACCEPT, PATH, SEALED, VERSION, seal_answer
from genai_sdk.langfuse.entity_tag import is_current
from genai_sdk.secret import Closed, Sealed, Secret

__all__ = ["ACCEPT", "PATH", "BrokerAnswer", "EncodedResult", "accepted", "answer", "encode_result"]

_NO_STORE = ("cache-control", "no-store")
_JSON = ("content-type", "application/json")


class BrokerAnswer(Closed):
    """A response, closed: its body holds secrets."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        return f"BrokerAnswer({self.status})"


class EncodedResult(msgspec.Struct, frozen=True):
    """A delivery on the wire, and its entity tag.

    Attributes:
        project_id: The project, or empty where it is not known.
        body: What is sent in clear, or sealed to its caller.
        tag: Another body has another one; that of a sealed answer is that of its plaintext.
        sealed_head: What comes before the sealed body.
        unchanged: The answer to whoever has it already.
    """

    project_id: str
    body: Sealed[bytes]
    tag: str
    sealed_head: bytes
    unchanged: BrokerAnswer

    def answer(self, seen: str | None, sealed_to: str | None) -> BrokerAnswer:
        """Answer a request.

        Args:
            seen: The caller's If-None-Match header.
            sealed_to: The caller's secret key, if it asks for a sealed answer.
        """
        if is_current(seen, self.tag):
            return self.unchanged
        body = self.body.reveal()
        if sealed_to is not None:
            body = self.sealed_head + seal_answer(sealed_to, self.project_id, body).encode() + b'"}'
        return BrokerAnswer(200, dict((("etag", self.tag), _NO_STORE, _JSON)), body)


def encode_result(delivery: SourceResult, *, version: int = VERSION, period: str = "") -> EncodedResult:
    """Put a delivery on the wire.

    Args:
        delivery: The connections, with their secrets in clear.
        version: What the answer says of its wire.
        period: What short-lived secrets stand for in the tag, so that it is the same whoever got them.
    """
    head = {"version": version, "project": delivery.project}
    body = _encode(delivery, head)
    tagged = body
    if period:
        lasting = tuple(_without_token(each, period) for each in delivery.connections)
        tagged = _encode(msgspec.structs.replace(delivery, connections=lasting), head)
    tag = f'"{hashlib.sha256(tagged).hexdigest()[:32]}"'
    return EncodedResult(
        "" if delivery.project is None else delivery.project.id,
        Sealed(body),
        tag,
        msgspec.json.encode(head)[:-1] + b',"sealed":"',
        BrokerAnswer(304, dict((("etag", tag), _NO_STORE))),
    )


def _encode(delivery: SourceResult, head: Mapping[str, object]) -> bytes:
    available = {} if delivery.available is None else {"available": delivery.available}
    return encode_json({**head, "connections": delivery.connections, **available})


def _without_token(record: ConnectionRecord, period: str) -> ConnectionRecord:
    if record.expires_at is None:
        return record
    return msgspec.structs.replace(record, secret=Secret(period), expires_at=None)


@functools.lru_cache(maxsize=64)
def accepted(header: str | None) -> frozenset[str]:
    """Return what a caller understands, by its header `ACCEPT`."""
    return frozenset(each.strip().lower() for each in (header or "").split(",")) if header else frozenset()


def answer(
    delivery: SourceResult, seen: str | None, *, accept: str | None, secret_key: str, version: int = VERSION
) -> BrokerAnswer:
    """Answer a request with a delivery.

    Args:
        delivery: The connections, with their secrets in clear.
        seen: The caller's If-None-Match header.
        accept: The caller's header of what it understands.
        secret_key: The caller's secret key.
        version: What the answer says of its wire.
    """
    return encode_result(delivery, version=version).answer(seen, secret_key if SEALED in accepted(accept) else None)
