"""The two hashes by which Langfuse knows a project's secret key."""

import hashlib
import hmac


def fast_hash(secret_key: str, salt: str) -> str:
    """Return the hash of `api_keys.fast_hashed_secret_key`, in hex; `salt` is Langfuse's SALT.

    Langfuse appends the *hex text* of the salt's own hash:
    https://github.com/langfuse/langfuse/blob/main/packages/shared/src/server/auth/apiKeys.ts
    """
    salted = secret_key.encode() + hashlib.sha256(salt.encode()).hexdigest().encode()
    return hashlib.sha256(salted).hexdigest()


def same_hash(one: str, other: str) -> bool:
    """Compare two hashes in time that tells nothing about them."""
    return hmac.compare_digest(one.encode(), other.encode())


def matches_slow_hash(secret_key: str, stored: str) -> bool:
    """Check a secret key against `api_keys.hashed_secret_key`, bcrypt of cost 11: about 100 ms of CPU."""
    import bcrypt  # a cost only for those who read the database

    try:
        # Like every bcrypt but this library's, Langfuse's counts the first 72 bytes; this one refuses longer keys.
        return bcrypt.checkpw(secret_key.encode()[:72], stored.encode())
    except ValueError:
        return False
