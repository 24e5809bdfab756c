"""PURE: the broker's only answer, with 304 where the caller has the very same one."""

import hashlib
from collections.abc import Mapping

import msgspec

from genai_sdk.connections import SourceResult, encode_result

PATH = "/api/genai/v1/connections"
VERSION = 1


class BrokerAnswer(msgspec.Struct, frozen=True):
    """A response; its `repr` shows no body, which holds secrets."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return f"BrokerAnswer({self.status})"


def answer(delivery: SourceResult, seen: str | None, *, version: int = VERSION) -> BrokerAnswer:
    """Put a delivery on the wire.

    Args:
        delivery: The connections, with their secrets in clear.
        seen: The caller's If-None-Match header.
        version: What the answer says of its wire.
    """
    body = encode_result(
        {
            "version": version,
            "project": delivery.project,
            "connections": delivery.connections,
            **({} if delivery.available is None else {"available": delivery.available}),
        }
    )
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": "no-store"}
    if seen == tag:
        return BrokerAnswer(304, headers)
    return BrokerAnswer(200, {**headers, "content-type": "application/json"}, body)
