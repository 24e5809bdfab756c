"""PURE: when the source of a key that its provider refused is asked for another one. Reads no clock."""

from datetime import datetime

import msgspec

from genai_sdk.connections.connection import Connection

FIRST_GAP = 1.0
"""Seconds from a question that brought no other key to the next one."""

GROWTH = 1.5
"""By how much each further question without another key lengthens that."""

LONGEST_GAP = 10.0
"""Seconds that it does not exceed."""

LAG = 5.0
"""Seconds from the first refusal of a key in which a call waits for another one: a source that reads a replica, or
keeps its answers for a moment, may be that far behind."""

FORGOTTEN = 60.0
"""Seconds without a question after which a refusal counts as the first one again."""


class RefetchResult(msgspec.Struct, frozen=True):
    """What came of asking the source for another key.

    Attributes:
        connection: The connection if it authenticates or is reached in another way by now, else None.
        again_in: Seconds until asking again may bring one; None where it is no use to wait for that.
    """

    connection: Connection | None = None
    again_in: float | None = None


class Refusal(msgspec.Struct):
    """A key that was refused, and what was done about it; times are those of the registry's clock.

    Attributes:
        updated_at: When its row was written: tells it from its successor without holding the key.
        since: When it was refused first.
        asked_at: When the source was asked last; before the first time, `since`.
        gap: Seconds from then to the next question.
    """

    updated_at: datetime
    since: float
    asked_at: float
    gap: float = 0.0

    def is_over(self, now: float) -> bool:
        """Say whether it was too long ago to count, or the clock was set back since."""
        return not 0 <= now - self.asked_at < FORGOTTEN

    def again_in(self, now: float) -> float:
        """Return the seconds until the next question is due; 0 if it is."""
        return max(0.0, self.asked_at + self.gap - now)

    def worth_waiting(self, now: float) -> bool:
        """Say whether the next question comes while the source may merely lag."""
        return now + self.again_in(now) - self.since <= LAG

    def asked(self, now: float) -> None:
        """Take note of one more question."""
        self.asked_at = now
        self.gap = min(self.gap * GROWTH, LONGEST_GAP) if self.gap else FIRST_GAP
