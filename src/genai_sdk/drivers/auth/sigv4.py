"""AWS Signature Version 4, as a pure function.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

_JSON = "application/json"
# The signed headers, in their order.
_NAMES = "content-type;host;x-amz-date"
_NAMES_WITH_TOKEN = f"{_NAMES};x-amz-security-token"


class AwsKeys(msgspec.Struct, frozen=True):
    """An AWS access key; `token` belongs to temporary ones."""

    access_key_id: str
    secret_access_key: str
    token: str | None = None

    def __repr__(self) -> str:
        return "AwsKeys(***)"


def sign(
    keys: AwsKeys,
    *,
    url: str,
    body: bytes | tuple[bytes, ...],
    region: str,
    service: str,
    now: datetime,
    method: str = "POST",
    content_type: str = _JSON,
    derived: dict[str, bytes] | None = None,
) -> dict[str, str]:
    """Return the headers that sign a request to a URL without a query.

    Args:
        keys: Whose request it is.
        url: Where it goes, percent-encoded.
        body: What is sent, whole or in pieces.
        region: The region that the endpoint belongs to.
        service: The service's name in signatures, such as `"bedrock"`.
        now: The time (UTC); AWS takes five minutes to either side.
        method: The HTTP method.
        content_type: What the body is.
        derived: Where the key of the day is kept, by what it is for: it is four hashes away from the secret one.
    """
    path, authority = _place(url)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    names, signed = _NAMES, f"content-type:{content_type}\nhost:{authority}\nx-amz-date:{stamp}\n"
    headers = {"content-type": content_type, "x-amz-date": stamp}  # the transport writes the same host
    if keys.token:
        names, signed = _NAMES_WITH_TOKEN, f"{signed}x-amz-security-token:{keys.token}\n"
        headers["x-amz-security-token"] = keys.token
    canonical = f"{method}\n{path}\n\n{signed}\n{names}\n{_digest(body)}"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    key = None if derived is None else derived.get(scope)
    if key is None:
        key = _key_of(keys.secret_access_key, scope)
        if derived is not None:
            derived.clear()  # yesterday's
            derived[scope] = key
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _key_of(secret: str, scope: str) -> bytes:
    """Return the key that signs for a day, a region and a service."""
    key = b"AWS4" + secret.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


@lru_cache(maxsize=256)
def _place(url: str) -> tuple[str, str]:
    """Return the path of a URL as it is signed, and its authority."""
    parts = urlsplit(url)
    # Every segment is encoded once more than in the URL, except by S3.
    return quote(parts.path or "/", safe="/-_.~"), _authority(parts)


def _authority(parts: SplitResult) -> str:
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.netloc.rpartition(":")[0] if parts.port is not None and parts.port == default else parts.netloc


def _digest(body: bytes | tuple[bytes, ...]) -> str:
    if isinstance(body, bytes):
        return sha256(body).hexdigest()
    digest = sha256()
    for piece in body:
        digest.update(piece)
    return digest.hexdigest()
