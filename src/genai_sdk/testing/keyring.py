"""The credentials that a fake accepts."""

from collections.abc import Callable, Collection, Mapping

Verify = Callable[[bytes, bytes], bool]
"""Whether a signature (second) is right for a message (first)."""


class Keyring:
    """What callers may prove themselves with.

    Attributes:
        keys: The API keys and bearer tokens; None accepts any that is not empty.
        aws_keys: AWS secret access keys by access key id; None accepts any signature without checking it.
        accounts: How to verify a service account's signature, by its address.
        tokens: The service account's address by each access token given out.
    """

    def __init__(self, keys: Collection[str] | None, aws_keys: Mapping[str, str] | None) -> None:
        self.keys = None if keys is None else frozenset(keys)
        self.aws_keys = aws_keys
        self.accounts: dict[str, Verify] = {}
        self.tokens: dict[str, str] = {}

    def has(self, key: str) -> bool:
        """Whether an API key is accepted."""
        return bool(key) and (self.keys is None or key in self.keys)
