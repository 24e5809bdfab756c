"""PURE but for chance: what a broker and its callers agree on, and an answer that is sealed to its caller."""

import base64
import binascii
from typing import Any

from genai_sdk.errors import DecryptionError
from genai_sdk.sentence import Sentence

PATH = "/api/genai/v1/connections"
VERSION = 1

ACCEPT = "x-genai-accept"
"""The header in which a caller lists what it understands beyond the wire's first form."""
SEALED = "sealed"
"""The caller opens an answer that is sealed to its own secret key."""
SHORT_LIVED = "short-lived"
"""The caller takes an access token in place of a service account's key, and asks again before it ends."""

_PURPOSE = b"genai-sdk broker 1"


def seal_answer(secret_key: str, project_id: str, plain: bytes) -> str:
    """Seal an answer's body to the key pair that asked for it: AES-256-GCM under HKDF-SHA256, as base64.

    Whoever reads the request's Authorization header can open it; whoever sees bodies alone, in logs, caches or dumps,
    cannot.
    """
    from genai_sdk.crypto import seal  # hashes take 3 ms to load, which a client's start need not wait for

    sealed = seal(secret_key, plain, belongs_to=_belongs_to(project_id), purpose=_PURPOSE)
    return base64.b64encode(sealed).decode()


def open_answer(secret_key: str, project: Any, sealed: str) -> bytes:
    """Open what `seal_answer` made.

    Args:
        secret_key: The caller's secret key.
        project: What the answer says of the project: an object with its `id`.
        sealed: The sealed body.

    Raises:
        DecryptionError: It was sealed for another key pair or project, or was altered.
    """
    from genai_sdk.crypto import open_sealed  # as above

    project_id = project.get("id") if isinstance(project, dict) else None
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        raise DecryptionError(Sentence.of("seal.no_base64", "it is no base64")) from None
    return open_sealed(secret_key, data, belongs_to=_belongs_to(str(project_id or "")), purpose=_PURPOSE)


def _belongs_to(project_id: str) -> bytes:
    return f"{PATH}\0{project_id}".encode()
