"""Langfuse's ciphers and key hashes, and the sealing of files; the only importer of cryptography and bcrypt."""

from genai_sdk.crypto.cipher import Cipher
from genai_sdk.crypto.hashes import fast_hash, matches_slow_hash, same_hash
from genai_sdk.crypto.seal import SALT, SealingKey, open_sealed, seal

__all__ = ["SALT", "Cipher", "SealingKey", "fast_hash", "matches_slow_hash", "open_sealed", "same_hash", "seal"]
