"""AES-256-GCM in the text form that Langfuse stores: `iv:ciphertext:tag`, each in hex."""

import os
import re

from genai_sdk.errors import ConfigurationError, DecryptionError
from genai_sdk.secret import Closed, Sealed
from genai_sdk.sentence import Sentence

_KEY = r"[0-9a-fA-F]{64}"

# Langfuse wrote IVs of 16 bytes before 3.35.0 and of 12 since, and never encrypts old rows anew. The ciphertext of an
# empty string is empty. https://github.com/langfuse/langfuse/blob/main/packages/shared/src/encryption/encryption.ts
_SEALED = r"(?P<iv>[0-9a-fA-F]{24}|[0-9a-fA-F]{32}):(?P<ciphertext>(?:[0-9a-fA-F]{2})*):(?P<tag>[0-9a-fA-F]{32})"


class Cipher(Closed):
    """Opens and writes the secrets of Langfuse's database.

    Args:
        keys: Langfuse's ENCRYPTION_KEY, 64 hex characters. Several are separated by commas, newest first: all of them
            open, the first one writes.

    Raises:
        ConfigurationError: A key is not 64 hex characters, or there is none.
    """

    __slots__ = ("_keys",)

    def __init__(self, keys: str) -> None:
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        wrong = next((number for number, part in enumerate(parts, 1) if not re.fullmatch(_KEY, part)), None)
        if wrong or not parts:
            problem = f"number {wrong} of {len(parts)} is not" if wrong else "it is empty"
            del keys, parts  # whoever prints a traceback with its variables prints no key
            raise ConfigurationError(
                Sentence.of(
                    "encryption.key_form",
                    "GENAI_ENCRYPTION_KEY must be Langfuse's ENCRYPTION_KEY, 64 hex characters, or several "
                    "separated by commas, newest first: {problem}",
                    problem=problem,
                )
            )
        self._keys = Sealed(tuple(bytes.fromhex(part) for part in parts))

    def decrypt(self, text: str) -> str:
        """Open what Langfuse or `encrypt` wrote, trying the newest key first.

        Raises:
            DecryptionError: The text is not of the form, or no key opens it.
        """
        from cryptography.exceptions import InvalidTag  # 30 ms that only a reader of the database pays
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        parts = re.fullmatch(_SEALED, text)
        if parts is None:
            raise DecryptionError(
                Sentence.of(
                    "encryption.text_form",
                    "the stored text is not of Langfuse's encrypted form iv:ciphertext:tag in hex",
                )
            )
        iv = bytes.fromhex(parts["iv"])
        sealed = bytes.fromhex(parts["ciphertext"] + parts["tag"])
        for key in self._keys.reveal():
            try:
                return _text(AESGCM(key).decrypt(iv, sealed, None))
            except InvalidTag:
                continue
        number = len(self._keys.reveal())
        which = "the encryption key given does not open" if number == 1 else f"none of {number} encryption keys opens"
        raise DecryptionError(
            Sentence.of(
                "encryption.other_key",
                "{which} the stored text: another key wrote it, or it was altered; GENAI_ENCRYPTION_KEY "
                "must hold the ENCRYPTION_KEY of the Langfuse that wrote it (several: newest first, "
                "separated by commas)",
                which=which,
            )
        )

    def encrypt(self, text: str) -> str:
        """Write `text` as Langfuse does since 3.35.0: the first key, a random IV of 12 bytes, lower-case hex."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # as above

        iv = os.urandom(12)
        sealed = AESGCM(self._keys.reveal()[0]).encrypt(iv, text.encode(), None)
        return f"{iv.hex()}:{sealed[:-16].hex()}:{sealed[-16:].hex()}"


def _text(plain: bytes) -> str:
    try:
        return plain.decode()
    except UnicodeDecodeError:
        pass  # leaves this error behind, for it carries the plaintext
    raise DecryptionError(Sentence.of("encryption.not_text", "the stored text opens to bytes that are not UTF-8 text"))
