"""Bytes sealed for a file: a key derived from a secret, AES-256-GCM, and what they belong to bound in."""

import os

from genai_sdk.errors import DecryptionError

_SALT = 16
_NONCE = 12
_TAG = 16
_PURPOSE = b"genai-sdk snapshot 1"


def seal(secret: str, plain: bytes, *, belongs_to: bytes) -> bytes:
    """Encrypt `plain` under a key of its own, derived from `secret` and a random salt.

    Args:
        secret: What the key is derived from: long and random, such as a Langfuse secret key, not a password.
        plain: The content.
        belongs_to: Associated data; `open_sealed` must be given the same.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 30 ms that only users of snapshots pay

    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return salt + nonce + AESGCM(_derive(secret, salt)).encrypt(nonce, plain, belongs_to)


def open_sealed(secret: str, sealed: bytes, *, belongs_to: bytes) -> bytes:
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
        return AESGCM(_derive(secret, salt)).decrypt(nonce, body, belongs_to)
    except InvalidTag:
        pass
    raise DecryptionError("it was written for another key pair or host, or was altered")


def _derive(secret: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=_PURPOSE).derive(secret.encode())
