"""AWS's token service: a pod's or a runner's token, or keys that last, against keys that end. Decides only.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

import html
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

import msgspec

from genai_sdk.catalogue import aws_domain
from genai_sdk.drivers.auth.sigv4 import AwsKeys, sign
from genai_sdk.http import Request

_FORM = "application/x-www-form-urlencoded; charset=utf-8"


def web_identity_request(*, endpoint: str, role: str, session: str, token: str) -> Request:
    """Return the request; it is not signed, its token proves who asks."""
    fields = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": "2011-06-15",
        "RoleArn": role,
        "RoleSessionName": session,
        "WebIdentityToken": token,
    }
    return Request("POST", f"{endpoint}/", (("content-type", _FORM),), urlencode(fields).encode())


class Session(msgspec.Struct, frozen=True):
    """Keys that end.

    Attributes:
        keys: The keys, with their token.
        expires: When they end (UTC).
    """

    keys: AwsKeys
    expires: datetime


def session_request(keys: AwsKeys, fields: Mapping[str, str], *, endpoint: str, region: str, now: datetime) -> Request:
    """Return the request that exchanges keys for a session, signed with them.

    Args:
        keys: The keys that last.
        fields: The action, `GetSessionToken` or `AssumeRole`, and its parameters.
        endpoint: The root of STS.
        region: The region that it belongs to.
        now: The time (UTC).
    """
    url, body = f"{endpoint}/", urlencode({"Version": "2011-06-15", **fields}).encode()
    headers = sign(keys, url=url, body=body, region=region, service="sts", now=now, content_type=_FORM)
    return Request("POST", url, tuple(headers.items()), body)


def read_session(body: str) -> Session | None:
    """Read the answer; None if it holds no keys."""
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration")
    key, secret, token, expiration = (field(body, name) for name in names)
    if not (key and secret and token and expiration):
        return None
    try:
        return Session(AwsKeys(key, secret, token), datetime.fromisoformat(expiration))
    except ValueError:
        return None


def sts_endpoint(region: str) -> str:
    """Return the root of a region's STS."""
    return f"https://sts.{region}.{aws_domain(region)}"


def field(body: str, name: str) -> str | None:
    """Return the first element of that name in an answer of AWS's query protocol, which never nests it twice."""
    match = re.search(rf"<{name}>([^<]*)</{name}>", body)
    return html.unescape(match[1]).strip() if match is not None else None
