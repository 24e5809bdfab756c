"""AWS Signature Version 4, as a pure function.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
from datetime import datetime
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

import msgspec

from genai_sdk.secret import Sealed, Secret


class AwsKeys(msgspec.Struct, frozen=True):
    """An AWS access key; `token` belongs to temporary ones."""

    access_key_id: Secret
    secret_access_key: Secret
    token: Secret | None = None


def sign(
    keys: AwsKeys,
    *,
    url: str,
    body: bytes | tuple[bytes, ...],
    region: str,
    service: str,
    now: datetime,
    method: str = "POST",
    derived: dict[str, Sealed[bytes]] | None = None,
) -> dict[str, str]:
    """Return the headers that sign a request with a body of JSON to a URL without a query.

    Args:
        keys: Whose request it is.
        url: Where it goes, percent-encoded.
        body: What is sent, whole or in pieces.
        region: The region that the endpoint belongs to.
        service: The service's name in signatures, such as `"bedrock"`.
        now: The time (UTC); AWS takes five minutes to either side.
        method: The HTTP method.
        derived: Where the key of the day is kept, by what it is for: it is four hashes away from the secret one.
    """
    path, authority = _place(url)
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {"content-type": "application/json", "host": authority, "x-amz-date": stamp}
    if keys.token is not None:
        headers["x-amz-security-token"] = keys.token.reveal()
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (method, path, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, _digest(body))
    )
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, _hex(canonical.encode())))
    known = None if derived is None else derived.get(scope)
    if known is not None:
        key = known.reveal()
    else:
        key = b"AWS4" + keys.secret_access_key.reveal().encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        if derived is not None:
            derived.clear()  # yesterday's
            derived[scope] = Sealed(key)
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    del headers["host"]  # the transport writes the same
    credential = f"{keys.access_key_id.reveal()}/{scope}"
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
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
