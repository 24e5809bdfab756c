"""AWS Signature Version 4, as a pure function.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

import msgspec


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
    content_type: str = "application/json",
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
    headers = {"content-type": content_type, "host": authority, "x-amz-date": stamp}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (method, path, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, _digest(body))
    )
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, _hex(canonical.encode())))
    key = None if derived is None else derived.get(scope)
    if key is None:
        key = b"AWS4" + keys.secret_access_key.encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        if derived is not None:
            derived.clear()  # yesterday's
            derived[scope] = key
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    del headers["host"]  # the transport writes the same
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


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
        return _hex(body)
    digest = hashlib.sha256()
    for piece in body:
        digest.update(piece)
    return digest.hexdigest()


def _hex(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
