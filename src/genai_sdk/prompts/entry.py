"""PURE: what the cache knows of a prompt, how long it serves it, and when it asks again. Reads no clock."""

from typing import Literal

import msgspec

from genai_sdk.errors import AccessDeniedError, GenAIError, PromptNotFoundError
from genai_sdk.prompts.stored import StoredPrompt

SHARED = 1.0
"""Seconds that calls share a failure when there is nothing to serve."""

PAUSE = 10.0
"""Seconds from a failure to the next question while there is something to serve."""

DOUBT = 60.0
"""Seconds from a failure in which a call with a fallback does not wait for an answer."""

Advice = Literal["serve", "refresh", "ask", "raise", "retry"]
"""What a call does: be served; be served while a refresh runs; ask and wait; raise the last error again; raise it while
a refresh runs."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What the last question for a prompt left behind.

    Attributes:
        prompt: The last good answer, or None.
        fetched_at: When it came, in seconds.
        asked_at: When the last question was answered, or failed.
        error: Why it brought nothing, or None.
    """

    prompt: StoredPrompt | None = None
    fetched_at: float = 0.0
    asked_at: float
    error: GenAIError | None = None

    def advise(self, now: float, *, ttl: float, max_stale: float, patient: bool) -> Advice:
        """Say what a call does.

        Args:
            now: The time.
            ttl: Seconds that a prompt is served without a question.
            max_stale: Seconds that the last good one serves while the source fails.
            patient: Whether the call has nothing to fall back on.
        """
        waited = now - self.asked_at
        if not self.usable(now, max_stale):
            if self.error is None or waited < 0:
                return "ask"
            if waited < (SHARED if patient else PAUSE):
                return "raise"
            return "ask" if patient or waited >= DOUBT else "retry"
        if ttl == 0:
            return "serve" if self.error is not None and 0 <= waited < SHARED else "ask"
        return "serve" if 0 <= waited < (ttl if self.error is None else min(ttl, PAUSE)) else "refresh"

    def usable(self, now: float, max_stale: float) -> bool:
        """Say whether there is a prompt that may still serve."""
        return self.prompt is not None and now - self.fetched_at <= max_stale


def succeed(prompt: StoredPrompt, now: float) -> Entry:
    """Return what a good answer leaves behind."""
    return Entry(prompt=prompt, fetched_at=now, asked_at=now)


def fail(before: Entry | None, error: GenAIError, now: float) -> Entry:
    """Return what a failure leaves behind: nothing of a prompt that is gone or refused, else the last good one."""
    if before is None or isinstance(error, AccessDeniedError | PromptNotFoundError):
        return Entry(asked_at=now, error=error)
    return msgspec.structs.replace(before, asked_at=now, error=error)
