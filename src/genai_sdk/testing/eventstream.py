"""AWS's binary event stream (smithy.io/2.0/aws/amazon-eventstream.html)."""

import struct
import zlib
from collections.abc import Mapping

_STRING = 7
"""The type of a header's value: a string with a length of two bytes."""


def encode(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one message: lengths and their checksum, headers, payload, and the checksum of it all."""
    packed = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(packed) + len(payload), len(packed))
    message = prelude + struct.pack(">I", zlib.crc32(prelude)) + packed + payload
    return message + struct.pack(">I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(">B", len(key)) + key + struct.pack(">BH", _STRING, len(text)) + text


def event(kind: str, payload: bytes) -> bytes:
    """Return an event of JSON."""
    headers = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    return encode(headers, payload)


def exception(kind: str, payload: bytes) -> bytes:
    """Return a modelled exception, which ends a stream."""
    headers = {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"}
    return encode(headers, payload)
