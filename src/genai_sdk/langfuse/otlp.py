"""OTLP trace exports, as a request brings them, taken apart into spans."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice

from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.otlp_json import read_json
from genai_sdk.langfuse.protobuf import read_protobuf

LARGEST = 64 * 1024 * 1024
"""The most bytes that an export may unpack to."""

MOST_SPANS = 5_000
"""The most spans of an export: ten times what OpenTelemetry's batch processor sends at once."""

VERSION = 4
"""The newest of Langfuse's ingestion versions."""

_GZIP = 31  # zlib's window bits for gzip
_RATIO = 1_032  # bytes that one of deflate's may become: https://zlib.net/zlib_tech.html
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
    plain = _unpacked(headers, body)
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
                spans = list(islice(read(plain, arrived or datetime.now(UTC)), MOST_SPANS + 1))
            except _BROKEN:
                raise ApiError(400, f"Failed to parse OTel {name} Trace") from None
            if len(spans) > MOST_SPANS:
                raise ApiError(413, f"The export has more than {MOST_SPANS} spans: send them in several")
            return spans
    raise ApiError(400, "Invalid content type")


def unpacked_bound(headers: Mapping[str, str], size: int) -> int:
    """Return the most bytes that a body of this size can unpack to; 0 where it is not packed.

    Args:
        headers: The request's headers, names in lower case.
        size: How many bytes it has as it comes.
    """
    return min(LARGEST, size * _RATIO) if _is_packed(headers) else 0


def _is_packed(headers: Mapping[str, str]) -> bool:
    return "gzip" in headers.get("content-encoding", "")


def _unpacked(headers: Mapping[str, str], body: bytes) -> bytes:
    if not _is_packed(headers):
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
