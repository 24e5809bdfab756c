"""Prompts kept for a while: served at once, refreshed beside the calls."""

import math
import time
from collections.abc import Callable

from genai_sdk import log
from genai_sdk.errors import AccessDeniedError, PromptNotFoundError
from genai_sdk.lifecycle import Cache, CacheEntry, Fetch, Freshness
from genai_sdk.prompts.source import PromptKey, PromptSource
from genai_sdk.prompts.stored import StoredPrompt

SIZE = 1000
"""Versions of prompts that are kept; of more, those that were loaded longest ago go."""

TTL = 60.0
"""Seconds that a prompt is served without a question, unless a client says otherwise."""

PAUSE = 10.0
"""Seconds from a failure to the next question while there is something to serve."""

SHARED = 1.0
"""Seconds that calls share a failure when there is nothing to serve."""

_GRACE = 1.0

PromptCache = Cache[PromptKey, StoredPrompt]


def make_cache(
    source: PromptSource, *, ttl: float, max_stale: float, now: Callable[[], float] = time.time
) -> PromptCache:
    """Return a cache over a source.

    Args:
        source: Where prompts come from.
        ttl: Seconds that a prompt is served without a question; 0 asks at every call.
        max_stale: Seconds that the last good one serves while the source fails.
        now: The wall clock in seconds.
    """

    def load(fetch: Fetch[PromptKey, StoredPrompt]) -> StoredPrompt:
        return source.fetch(fetch.key, fetch.last)

    return Cache(
        load,
        prompt_freshness(ttl, max_stale),
        source=source.describe,
        thread="genai-prompts",
        timeout=source.timeout,
        grace=_GRACE,
        size=SIZE,
        settled=_report,
        now=now,
    )


def prompt_freshness(ttl: float, max_stale: float) -> Freshness:
    """Return how long prompts serve."""
    return Freshness(
        fresh_for=ttl,
        max_stale=max_stale,
        load_after=math.inf if ttl else 0.0,
        retry_after=min(ttl, PAUSE) if ttl else SHARED,
        shared=SHARED,
        denied=SHARED,
        final=(AccessDeniedError, PromptNotFoundError),
    )


def _report(key: PromptKey, before: CacheEntry[StoredPrompt] | None, entry: CacheEntry[StoredPrompt]) -> None:
    """Log a change for the better or worse, once."""
    if entry.error is None and before is not None and before.error is not None:
        log.info("prompt %s can be fetched again", key.describe())
    elif entry.error is not None and before is not None and before.error is None:
        serves = "and is no longer served" if entry.value is None else f"so its version {entry.value.version} stays"
        log.warning("prompt %s cannot be refreshed, %s: %s", key.describe(), serves, entry.error)
