"""AWS Signature Version 4, from the verifier's side.

docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

import msgspec

from genai_sdk.testing.call import Request

_HEADER = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<scope>[^,]+), ?SignedHeaders=(?P<names>[^,]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
_TOLERANCE = timedelta(minutes=5)


class Signature(msgspec.Struct, frozen=True):
    """What an `Authorization` header says.

    Attributes:
        access_key_id: Whose key.
        scope: Date, region, service and `aws4_request`, with slashes between.
        names: The headers signed.
        value: The signature in hex.
    """

    access_key_id: str
    scope: str
    names: Sequence[str]
    value: str


def signature_of(request: Request) -> Signature | None:
    """Read the request's signature, or None where there is no valid one."""
    match = _HEADER.fullmatch(request.headers.get("authorization", ""))
    if match is None or match["scope"].count("/") != 3:
        return None
    return Signature(match["key"], match["scope"], match["names"].split(";"), match["signature"])


def verifies(request: Request, signature: Signature, secret: str) -> bool:
    """Whether `signature` is the one that `secret` gives; host and date must be among what is signed."""
    if not {"host", "x-amz-date"} <= set(signature.names):
        return False
    return hmac.compare_digest(signature.value, _sign(request, signature, secret))


def is_timely(request: Request) -> bool:
    """Whether the request was signed within the last five minutes."""
    try:
        signed = datetime.strptime(request.headers.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(datetime.now(UTC) - signed) <= _TOLERANCE


def _sign(request: Request, signature: Signature, secret: str) -> str:
    date = request.headers.get("x-amz-date", "")
    canonical = hashlib.sha256(_canonical(request, signature.names).encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", date, signature.scope, canonical])
    key = f"AWS4{secret}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _canonical(request: Request, names: Sequence[str]) -> str:
    query = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in _query(request))
    headers = [f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names]
    return "\n".join(
        [
            request.method,
            quote(request.path, safe="/~"),  # encoded once more than it was sent, as every service but S3 wants it
            "&".join(f"{name}={value}" for name, value in query),
            "".join(headers),
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )


def _query(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
