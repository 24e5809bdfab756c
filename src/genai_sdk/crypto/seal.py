"""Bytes sealed for a file or a body: a key derived from a secret, AES-256-GCM, and what they belong to bound in."""

import hmac
import os

from genai_sdk.errors import DecryptionError

_SALT = 16
_NONCE = 12
_TAG = 16

SNAPSHOT = b"genai-sdk snapshot 1"
"""The purpose of a file with a last-good set."""


def seal(secret: str, plain: bytes, *, belongs_to: bytes, purpose: bytes = SNAPSHOT) -> bytes:
    """Encrypt `plain` under a key of its own, derived from `secret` and a random salt.

    Args:
        secret: What the key is derived from: long and random, such as a Langfuse secret key, not a password.
        plain: The content.
        belongs_to: Associated data; `open_sealed` must be given the same.
        purpose: What it is sealed for: nothing sealed for one purpose opens for another.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 30 ms that only users of snapshots pay

    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + AESGCM(_derive(secret, salt, purpose)).encrypt(nonce, plain, belongs_to)


def open_sealed(secret: str, sealed: bytes, *, belongs_to: bytes, purpose: bytes = SNAPSHOT) -> bytes:
    """Open what `seal` wrote.

    Raises:
        DecryptionError: Another secret or owner, or the bytes were altered.
    """
    from cryptography.exceptions import InvalidTag  # as above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce, body = sealed[:_SALT], sealed[_SALT : _SALT + _NONCE], sealed[_SALT + _NONCE :]
    if len(body) < _TAG:
        raise DecryptionError("it is cut short")
    try:
        return AESGCM(_derive(secret, salt, purpose)).decrypt(nonce, body, belongs_to)
    except InvalidTag:
        pass
    raise DecryptionError("it was written for another key pair or host, or was altered")


def _derive(secret: str, salt: bytes, purpose: bytes) -> bytes:
    """Return HKDF-SHA256 (RFC 5869) of a secret: 32 bytes, which are the first and only block of its expansion."""
    extracted = hmac.digest(salt, secret.encode(), "sha256")
    return hmac.digest(extracted, purpose + b"\x01", "sha256")
