"""AssumeRoleWithWebIdentity: a pod's or a runner's token against keys. Decides only.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

import html
import re
from urllib.parse import urlencode

from genai_sdk.catalogue import aws_domain
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


def sts_endpoint(region: str) -> str:
    """Return the root of a region's STS."""
    return f"https://sts.{region}.{aws_domain(region)}"


def field(body: str, name: str) -> str | None:
    """Return the first element of that name in an answer of AWS's query protocol, which never nests it twice."""
    match = re.search(rf"<{name}>([^<]*)</{name}>", body)
    return html.unescape(match[1]).strip() if match is not None else None
