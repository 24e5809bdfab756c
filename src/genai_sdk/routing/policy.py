"""What follows from a failed attempt: one row for each kind of failure. Pure."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from genai_sdk.errors import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ContentFilterError,
    ContextWindowExceededError,
    ModelNotFoundError,
    PermissionDeniedError,
    ProviderError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitError,
    StreamInterruptedError,
    UnsupportedParameterError,
)

FallbackKind = Literal["generic", "context_window", "content_policy"]

BACKOFF_BASE = 0.5
"""Seconds: the first retry waits a random part of this, each later one of twice as much."""
BACKOFF_CAP = 8.0
"""Seconds that no backoff exceeds."""
PATIENCE = 5.0
"""Seconds: while a fallback is left, a group that needs a longer wait is given up."""
SUCCESSORS = 3
"""Keys that an attempt goes through where each is refused and the source has yet another."""


class Rule(msgspec.Struct, frozen=True):
    """What to do after a failure.

    Attributes:
        again: Whether the same connection may be tried once more.
        onward: Whether the next connection of the group is tried.
        fallback: Which list of fallbacks applies, or None for none.
        cools: Whether the deployment is left alone for a while.
        refetch: Whether the source is asked for another key first.
        awaits: Whether the call waits for a key that comes late before it fails.
        retries: The name in `retry_policy` that counts its retries.
    """

    again: bool
    onward: bool
    fallback: FallbackKind | None
    cools: bool
    refetch: bool = False
    awaits: bool = False
    retries: str | None = None


class MisconfiguredError(ProviderError):
    """A deployment that cannot even be asked; it breaks nobody but itself. Callers see `error` if there was no other.

    Attributes:
        error: What is wrong with it.
    """

    default_reason = "misconfigured"

    def __init__(self, error: ConfigurationError, *, provider: str, connection: str, model: str) -> None:
        super().__init__(error.sentence, provider=provider, connection=connection, model=model)
        self.error = error


_UNAVAILABLE = Rule(again=True, onward=True, fallback="generic", cools=True, retries="InternalServerErrorRetries")
_TIMEOUT = Rule(again=True, onward=True, fallback="generic", cools=True, retries="TimeoutErrorRetries")
_RATE_LIMIT = Rule(again=True, onward=True, fallback="generic", cools=True, retries="RateLimitErrorRetries")
_AUTHENTICATION = Rule(again=False, onward=True, fallback="generic", cools=True, refetch=True, awaits=True)
# What a key may do is seldom mended by another key, so it is asked for once and not waited for.
_PERMISSION = Rule(again=False, onward=True, fallback="generic", cools=True, refetch=True)

RULES: Mapping[type[ProviderError], Rule] = {
    ProviderUnavailableError: _UNAVAILABLE,
    StreamInterruptedError: _UNAVAILABLE,
    ProviderTimeoutError: _TIMEOUT,
    RateLimitError: _RATE_LIMIT,
    AuthenticationError: _AUTHENTICATION,
    PermissionDeniedError: _PERMISSION,
    ModelNotFoundError: Rule(again=False, onward=True, fallback="generic", cools=False),
    MisconfiguredError: Rule(again=False, onward=True, fallback="generic", cools=False),
    ContextWindowExceededError: Rule(again=False, onward=False, fallback="context_window", cools=False),
    ContentFilterError: Rule(again=False, onward=False, fallback="content_policy", cools=False),
    # Another deployment may take what this one does not, so that no fallback fails on what only the first model knew.
    UnsupportedParameterError: Rule(again=False, onward=True, fallback="generic", cools=False),
    BadRequestError: Rule(again=False, onward=False, fallback=None, cools=False),
}
"""The table of the documentation's page on failures, row by row."""


def rule_for(error: ProviderError) -> Rule:
    """Return the row for `error`; an unclassified failure counts as the provider being unavailable."""
    return next((RULES[kind] for kind in type(error).__mro__ if kind in RULES), _UNAVAILABLE)


def is_skip(error: ProviderError | None) -> bool:
    """Tell whether a deployment was passed over, with nothing sent, since it does not take a parameter."""
    return isinstance(error, UnsupportedParameterError) and error.status_code is None


def names_file(error: ProviderError | None) -> bool:
    """Tell whether a deployment was passed over since another connection keeps a file that the call names."""
    return is_skip(error) and "file_id" in getattr(error, "refused", ())


def backoff(retry: int, chance: float, least: float = 0.0) -> float:
    """Return the seconds to wait before retry number `retry` (from 1): full jitter, doubled each time, capped."""
    return max(least, chance * min(BACKOFF_CAP, BACKOFF_BASE * 2.0 ** min(retry - 1, 16)))
