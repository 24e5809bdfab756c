"""OTLP trace exports, as a request brings them, taken apart into spans."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.otlp_json import read_json
from genai_sdk.langfuse.protobuf import read_protobuf

LARGEST = 64 * 1024 * 1024
"""The most bytes that an export may unpack to."""

VERSION = 4
"""The newest of Langfuse's ingestion versions."""

_GZIP = 31  # zlib's window bits for gzip
_BROKEN = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a message of another form raises."""

_FORMS: tuple[tuple[str, str, Callable[[bytes, datetime], Iterator[Observation]]], ...] = (
    ("JSON", "application/json", read_json),
    ("Protobuf", "application/x-protobuf", read_protobuf),
)


def read_spans(headers: Mapping[str, str], body: bytes, *, arrived: datetime | None = None) -> list[Observation]:
    """Return the spans of an export request, in order: all of them, or none if one is malformed.

    Args:
        headers: The request's headers, names in lower case.
        body: Its body as it came, packed or not.
        arrived: When it came; left out, now.

    Raises:
        ApiError: Langfuse would refuse it for its form.
    """
    plain = _unpacked(headers.get("content-encoding", ""), body)
    kind = headers.get("content-type", "").lower()
    version = headers.get("x-langfuse-ingestion-version", str(VERSION))
    if len(version) > 9 or not version.isdecimal() or int(version) > VERSION:
        raise ApiError(
            400,
            f'Unsupported x-langfuse-ingestion-version: "{version}". Maximum supported: "{VERSION}".',
            is_bare=True,
        )
    for name, media, read in _FORMS:
        if media in kind:
            try:
                return list(read(plain, arrived or datetime.now(UTC)))
            except _BROKEN:
                raise ApiError(400, f"Failed to parse OTel {name} Trace") from None
    raise ApiError(400, "Invalid content type")


def _unpacked(encoding: str, body: bytes) -> bytes:
    if "gzip" not in encoding:
        return body
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(body, LARGEST)
    except zlib.error:
        raise ApiError(400, "Failed to decompress request body") from None
    if reader.unconsumed_tail:
        raise ApiError(413, f"Request body unpacks to more than {LARGEST} bytes")
    if not reader.eof:
        raise ApiError(400, "Failed to decompress request body")
    return plain
