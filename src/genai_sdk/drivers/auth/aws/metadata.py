"""The metadata services of AWS: of the container (ECS, EKS) and of the instance (IMDSv2). Decides only, no I/O.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and feature-imds-credentials.html
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from genai_sdk.errors import ConfigurationError
from genai_sdk.http import Request
from genai_sdk.sentence import Sentence

CONTAINER_RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
CONTAINER_FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
CONTAINER_TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN"  # noqa: S105  (the name of a variable)
CONTAINER_TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"  # noqa: S105

_ECS = "http://169.254.170.2"
# Where a token may be sent without TLS: ECS, EKS (both families), and the host itself.
_PLAIN_HOSTS = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"})

_IMDS = "http://169.254.169.254"
_IMDS_V6 = "http://[fd00:ec2::254]"
_ROLES = "/latest/meta-data/iam/security-credentials/"
_LIFETIME = "21600"


def container_url(environment: Mapping[str, str]) -> str | None:
    """Return where a container's credentials are, or None outside of one.

    Raises:
        ConfigurationError: They would be asked for, with a token, in the clear from somewhere else.
    """
    relative, full = environment.get(CONTAINER_RELATIVE), environment.get(CONTAINER_FULL)
    if relative:
        return f"{_ECS}{relative if relative.startswith('/') else f'/{relative}'}"
    if not full:
        return None
    parts = urlsplit(full)
    host = parts.hostname or ""
    if parts.scheme == "https" or (parts.scheme == "http" and (host in _PLAIN_HOSTS or _is_loopback(host))):
        return full
    raise ConfigurationError(
        Sentence.of(
            "aws.plain_host",
            "{variable} names {host!r}: without https only the container services' own addresses and "
            "this host are asked for credentials",
            variable=CONTAINER_FULL,
            host=host or "no host",
        )
    )


def container_request(url: str, token: str | None) -> Request:
    """Return the request for a container's credentials."""
    headers = [("accept", "application/json")]
    if token:
        if "\r" in token or "\n" in token:
            raise ConfigurationError(
                Sentence.of("aws.token_lines", "the container's authorization token is more than one line")
            )
        headers.append(("authorization", token))
    return Request("GET", url, tuple(headers))


def instance_root(environment: Mapping[str, str]) -> str | None:
    """Return the root of the instance's metadata service, or None where it is switched off."""
    if environment.get("AWS_EC2_METADATA_DISABLED", "").strip().lower() == "true":
        return None
    root = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT", "").strip()
    if root:
        return root.rstrip("/")
    mode = environment.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "").strip().lower()
    return _IMDS_V6 if mode == "ipv6" else _IMDS


def token_request(root: str) -> Request:
    """Return the request for a session's token, without which version 2 answers nothing."""
    return Request("PUT", f"{root}/latest/api/token", (("x-aws-ec2-metadata-token-ttl-seconds", _LIFETIME),))


def role_request(root: str, token: str, role: str = "") -> Request:
    """Return the request for the name of the instance's role, or for the credentials of one."""
    return Request("GET", f"{root}{_ROLES}{role}", (("x-aws-ec2-metadata-token", token),))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
