"""Google service accounts: real key files, and the check of what is signed with them.

The grant is RFC 7523 as Google does it (developers.google.com/identity/protocols/oauth2/service-account).
"""

import base64
import hashlib
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def service_account_file(email: str, project: str, private_key: str, token_uri: str) -> dict[str, str]:
    """Return the contents of a service account's key file."""
    return {
        "type": "service_account",
        "project_id": project,
        "private_key_id": hashlib.sha256(private_key.encode()).hexdigest()[:40],
        "private_key": private_key,
        "client_email": email,
        "client_id": "100000000000000000000",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url": f"https://www.googleapis.com/robot/v1/metadata/x509/{email}",
        "universe_domain": "googleapis.com",
    }


class Assertion:
    """A signed JWT that asks for an access token.

    Attributes:
        claims: What it claims.
        signed: The bytes that are signed.
        signature: Their signature.

    Raises:
        ValueError: It is no JWT signed with RS256.
    """

    def __init__(self, token: str) -> None:
        head, _, rest = token.partition(".")
        payload, _, signature = rest.partition(".")
        if json.loads(_decode(head)).get("alg") != "RS256":
            raise ValueError("not signed with RS256")
        self.claims: Mapping[str, Any] = json.loads(_decode(payload))
        self.signed = f"{head}.{payload}".encode()
        self.signature = _decode(signature)

    @property
    def issuer(self) -> str:
        """The service account's address."""
        return str(self.claims.get("iss", ""))

    @property
    def timely(self) -> bool:
        """Whether it holds now, and for no more than an hour."""
        issued, expires, now = float(self.claims.get("iat", 0)), float(self.claims.get("exp", 0)), time.time()
        return issued - 60 <= now < expires <= issued + 3600


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def assertion_of(body: bytes) -> Assertion | None:
    """Read the assertion from a form, or None where there is no valid one."""
    form = parse_qs(body.decode(errors="replace"))
    try:
        return Assertion(form["assertion"][0]) if form.get("grant_type") == [GRANT] else None
    except (KeyError, ValueError):
        return None


def access_token(email: str) -> str:
    """Return the access token that a service account gets: always the same one."""
    return f"ya29.fake-{hashlib.sha256(email.encode()).hexdigest()[:40]}"
