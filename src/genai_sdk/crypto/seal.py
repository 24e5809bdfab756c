"""Bytes sealed for a file or a body: a key derived from a secret, AES-256-GCM, and what they belong to bound in."""

import hmac
import os

from genai_sdk.errors import DecryptionError
from genai_sdk.sentence import Sentence

SALT = 16
"""Bytes of a salt."""

_NONCE = 12
_TAG = 16
SNAPSHOT = b"genai-sdk snapshot 1"
"""The purpose of a file with a last-good set."""


class SealingKey:
    """A key derived from a secret by HKDF-SHA256; under random nonces it is good for billions of seals.

    Args:
        secret: Long and random, such as a Langfuse secret key, not a password.
        salt: Random bytes, which are kept beside it.
        purpose: Tells keys of one use from those of another.
    """

    __slots__ = ("_key",)

    def __init__(self, secret: str, salt: bytes, purpose: bytes) -> None:
        # RFC 5869: 32 bytes are the first and only block of the expansion.
        extracted = hmac.digest(salt, secret.encode(), "sha256")
        self._key = hmac.digest(extracted, purpose + b"\x01", "sha256")

    def seal(self, plain: bytes, belongs_to: bytes) -> bytes:
        """Encrypt; `belongs_to` is associated data, and `open` must be given the same."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 30 ms that only its users pay

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
            raise DecryptionError(Sentence.of("seal.short", "it is cut short"))
        try:
            return AESGCM(self._key).decrypt(nonce, body, belongs_to)
        except InvalidTag:
            pass
        raise DecryptionError(Sentence.of("seal.other", "it was written for another key pair or host, or was altered"))


def seal(secret: str, plain: bytes, *, belongs_to: bytes, purpose: bytes = SNAPSHOT) -> bytes:
    """Encrypt `plain` under a key of its own, derived from `secret` and a random salt.

    Args:
        secret: What the key is derived from: long and random, such as a Langfuse secret key, not a password.
        plain: The content.
        belongs_to: Associated data; `open_sealed` must be given the same.
        purpose: What it is sealed for: nothing sealed for one purpose opens for another.
    """
    salt = os.urandom(SALT)
    return salt + SealingKey(secret, salt, purpose).seal(plain, belongs_to)


def open_sealed(secret: str, sealed: bytes, *, belongs_to: bytes, purpose: bytes = SNAPSHOT) -> bytes:
    """Open what `seal` wrote.

    Raises:
        DecryptionError: Another secret or owner, or the bytes were altered.
    """
    return SealingKey(secret, sealed[:SALT], purpose).open(sealed[SALT:], belongs_to)
