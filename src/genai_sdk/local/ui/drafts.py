"""Connections that were tried and refused, kept for a few minutes.

So saving one anyway, or mending it, takes no second typing of its secret, which never goes back to the browser.
"""

import secrets
import threading
import time
from collections.abc import Callable

from genai_sdk.langfuse.new_connection import NewConnection

KEPT_SECONDS = 600.0
"""How long a draft is kept."""

_MOST = 50


class Drafts:
    """The drafts of this process; safe to use from any thread.

    Args:
        now: The clock that they age by, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._drafts: dict[str, tuple[float, str, NewConnection]] = {}

    def keep(self, session: str, new: NewConnection) -> str:
        """Keep a draft for a session; returns its id."""
        draft_id = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            while len(self._drafts) >= _MOST:
                self._drafts.pop(next(iter(self._drafts)))
            self._drafts[draft_id] = (self._now() + KEPT_SECONDS, session, new)
        return draft_id

    def find(self, session: str, draft_id: str) -> NewConnection | None:
        """Return a draft of this session, or None where there is none any more."""
        with self._lock:
            self._forget_old()
            _, owner, new = self._drafts.get(draft_id, (0.0, "", None))
            return new if owner == session else None

    def drop(self, draft_id: str) -> None:
        """Forget a draft."""
        with self._lock:
            self._drafts.pop(draft_id, None)

    def _forget_old(self) -> None:
        now = self._now()
        for draft_id in [each for each, (until, _, _) in self._drafts.items() if until < now]:
            del self._drafts[draft_id]
