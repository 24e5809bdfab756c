"""How tracing fares, in numbers."""

from collections.abc import Mapping
from typing import Literal

import msgspec

DropReason = Literal[
    "queue_full", "unavailable", "refused", "too_large", "unencodable", "unreadable", "expired", "closed"
]


class TracingStats(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the records (a call, a block or a score each) of one client in this process.

    `recorded` is `sent`, `unconfirmed`, `spooled`, `set_aside`, all of `dropped` and `queued` together.

    Attributes:
        recorded: Handed over to be sent.
        sent: Taken by Langfuse.
        unconfirmed: Sent, but the end came before Langfuse's answer: it may have them.
        spooled: On disk, not sent yet; at the end of the process another one sends them.
        set_aside: On disk, since Langfuse did not take them; `genai spool status` says why.
        replayed: Records of ended processes that this one sent; not among `recorded`.
        expired: Records of ended processes that this one deleted at their age; not among `recorded`.
        dropped: Lost, by reason: `queue_full`; `unavailable`, where the end of the process left time for one try;
            `refused` (401, 403, 400 and the like, or a failure of Langfuse on this record alone); `too_large` by
            itself (413); `unencodable`; `unreadable` on disk; `expired` there; `closed` before it could
            be sent.
        queued: Waiting or on their way.
        queued_bytes: About how many bytes those keep in memory, at most 32 MiB.
        outages: How often Langfuse could not be reached after it could, or at first.
        last_error: What went wrong last, or None.
        unknown_words: How often a provider used a word that this version does not know, by wire (`"anthropic"`), kind
            (`"finish reason"`, `"block"`, `"delta"`, `"event"`, `"usage field"`, `"error code"`) and the word. Such a
            word is kept as it came, and an answer with nothing else in it is an error.
        broken_contracts: How many of the calls broke the contract of their prompt's version, by the prompt's name, the
            version and the part of the contract: `"answer"`, `"max_cost"` or `"max_latency"`.
    """

    recorded: int = 0
    sent: int = 0
    unconfirmed: int = 0
    spooled: int = 0
    set_aside: int = 0
    replayed: int = 0
    expired: int = 0
    dropped: Mapping[DropReason, int] = {}
    queued: int = 0
    queued_bytes: int = 0
    outages: int = 0
    last_error: str | None = None
    unknown_words: Mapping[tuple[str, str, str], int] = {}
    broken_contracts: Mapping[tuple[str, int, str], int] = {}
