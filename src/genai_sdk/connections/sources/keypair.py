"""Whether a key pair may read its project, by the row that Langfuse keeps of it."""

import hashlib
from collections.abc import Mapping
from typing import Any

from genai_sdk import log
from genai_sdk.crypto import fast_hash, matches_slow_hash, same_hash
from genai_sdk.errors import AccessDeniedError
from genai_sdk.secret import Secret
from genai_sdk.sentence import Sentence

_REMEMBERED = 1_000


class KeyPairCheck:
    """Checks key pairs as Langfuse does, and remembers those that passed its slow hash, which costs 100 ms of CPU.

    Args:
        salt: Langfuse's SALT, or None to check by the slow hash alone.
    """

    def __init__(self, salt: Secret | None) -> None:
        self._salt = salt
        self._passed: dict[str, bytes] = {}
        self._warned = False

    def check(self, public_key: str, secret_key: Secret, row: Mapping[str, Any] | None) -> None:
        """Return if the row is this key pair's and lets it read a project.

        Args:
            public_key: The public key, for messages.
            secret_key: The secret key.
            row: The row of the public key, or None if there is none.

        Raises:
            AccessDeniedError: It does not; the message says why.
        """
        reason = "is unknown to this Langfuse" if row is None else self._refusal(secret_key.reveal(), row)
        if reason is not None:
            raise AccessDeniedError(
                Sentence.of(
                    "source.key_pair",
                    "the Langfuse key pair of {public_key!r} {reason}; check LANGFUSE_PUBLIC_KEY and "
                    "LANGFUSE_SECRET_KEY, and that GENAI_DATABASE_URL is the database of the same Langfuse",
                    public_key=public_key,
                    reason=reason,
                )
            )

    def _refusal(self, secret_key: str, row: Mapping[str, Any]) -> str | None:
        if not self._matches(secret_key, row):
            return "has another secret key"
        if row["scope"] != "PROJECT":
            return "belongs to an organisation, not to a project"
        if row["is_in_app_agent_key"]:
            return "is reserved for Langfuse's own agent"
        if not row["has_project"]:
            return "belongs to no project"
        if row["is_deleted"]:
            return "belongs to a deleted project"
        return "has expired" if row["is_expired"] else None

    def _matches(self, secret_key: str, row: Mapping[str, Any]) -> bool:
        quick, slow = row["fast_hashed_secret_key"], row["hashed_secret_key"]
        if self._salt is not None and quick and same_hash(fast_hash(secret_key, self._salt.reveal()), quick):
            return True
        seen = hashlib.sha256(secret_key.encode()).digest()
        if self._passed.get(slow) == seen:
            return True
        if not matches_slow_hash(secret_key, slow):
            return False
        if len(self._passed) >= _REMEMBERED:
            self._passed.clear()
        self._passed[slow] = seen
        if self._salt is not None and quick and not self._warned:
            self._warned = True
            log.warning(
                "the key pair fits by its slow hash only, which costs 100 ms of CPU: GENAI_SALT is not the SALT of "
                "this Langfuse"
            )
        return True
