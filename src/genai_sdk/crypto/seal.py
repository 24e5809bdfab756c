"""Bytes sealed for a file: a key derived from a secret, AES-256-GCM, and what they belong to bound in."""

import os

from genai_sdk.errors import DecryptionError

SALT = 16
"""Bytes of a salt."""

_NONCE = 12
_TAG = 16
_SNAPSHOT = b"genai-sdk snapshot 1"


class SealingKey:
    """A key derived from a secret by HKDF-SHA256, for one file: under random nonces it is good for billions of seals.

    Args:
        secret: Long and random, such as a Langfuse secret key, not a password.
        salt: Random bytes, which the file keeps.
        purpose: Tells keys of one use from those of another.
    """

    __slots__ = ("_key",)

    def __init__(self, secret: str, salt: bytes, purpose: bytes) -> None:
        from cryptography.hazmat.primitives.hashes import SHA256  # 30 ms that only users of such files pay
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        self._key = HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(secret.encode())

    def seal(self, plain: bytes, belongs_to: bytes) -> bytes:
        """Encrypt; `belongs_to` is associated data, and `open` must be given the same."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # as above

        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, plain, belongs_to)

    def open(self, sealed: bytes, belongs_to: bytes) -> bytes:
        """Open what `seal` wrote.

        Raises:
            DecryptionError: Another secret or owner, or the bytes were altered.
        """
        from cryptography.exceptions import InvalidTag  # as above
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, body = sealed[:_NONCE], sealed[_NONCE:]
        if len(body) < _TAG:
            raise DecryptionError("it is cut short")
        try:
            return AESGCM(self._key).decrypt(nonce, body, belongs_to)
        except InvalidTag:
            pass
        raise DecryptionError("it was written for another key pair or host, or was altered")


def seal(secret: str, plain: bytes, *, belongs_to: bytes) -> bytes:
    """Encrypt `plain` under a key of its own, derived from `secret` and a random salt.

    Args:
        secret: What the key is derived from: long and random, such as a Langfuse secret key, not a password.
        plain: The content.
        belongs_to: Associated data; `open_sealed` must be given the same.
    """
    salt = os.urandom(SALT)
    return salt + SealingKey(secret, salt, _SNAPSHOT).seal(plain, belongs_to)


def open_sealed(secret: str, sealed: bytes, *, belongs_to: bytes) -> bytes:
    """Open what `seal` wrote.

    Raises:
        DecryptionError: Another secret or owner, or the bytes were altered.
    """
    return SealingKey(secret, sealed[:SALT], _SNAPSHOT).open(sealed[SALT:], belongs_to)
