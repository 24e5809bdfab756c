"""Sends what ended processes have left, from a process that records nothing itself."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from genai_sdk.errors import DecryptionError
from genai_sdk.http import SyncTransport
from genai_sdk.tracing.delivery import Delivery, Encoded
from genai_sdk.tracing.sender import ExportResult, RetryLimits, Sender
from genai_sdk.tracing.spool.directory import SpoolDirectory
from genai_sdk.tracing.spool.entry import Entry
from genai_sdk.tracing.spool.files import SpoolFiles
from genai_sdk.tracing.spool.segment import ASIDE, WAITING
from genai_sdk.tracing.spool.settings import SpoolSettings


class Replayed(msgspec.Struct):
    """What a replay came to, in records.

    Attributes:
        sent: Taken by Langfuse.
        set_aside: Not taken, and set aside with the reason, or left so.
        left: Left as they were, since Langfuse could not be reached in time.
        reason: What went wrong last, or None.
    """

    sent: int = 0
    set_aside: int = 0
    left: int = 0
    reason: str | None = None


def replay(
    spool: str,
    transport: SyncTransport,
    *,
    host: str,
    public_key: str,
    secret_key: Callable[[], str],
    within: float,
    set_aside: bool = False,
) -> Replayed:
    """Send what is in a spool and belongs to no living process, until Langfuse cannot be reached.

    Args:
        spool: The directory.
        transport: Sends the requests.
        host: Langfuse's address.
        public_key: The project's public key.
        secret_key: Returns its secret key.
        within: Seconds that each request may be tried for.
        set_aside: Whether what was set aside is tried once more as well.
    """
    directory = SpoolDirectory(spool, host=host, public_key=public_key, secret_key=secret_key)
    files = SpoolFiles(directory, SpoolSettings(directory=spool, max_bytes=sys.maxsize))  # nothing is added to it
    sender = Sender(transport, host, public_key, secret_key, RetryLimits())
    replayed, passed_over = Replayed(), set[Path]()
    suffixes = (WAITING, ASIDE) if set_aside else (WAITING,)
    while not replayed.left and (entries := files.adopt(*suffixes, passed_over=passed_over)):
        for entry in entries:
            if not _send(entry, files, sender, within, replayed):
                passed_over.add(files.give_back(entry))
                break
    files.close()
    replayed.reason = sender.last_error
    return replayed


def _send(entry: Entry, files: SpoolFiles, sender: Sender, within: float, replayed: Replayed) -> bool:
    """Send what was read together; return whether all of it is done with."""
    assert entry.file is not None
    was_aside = entry.file.segment.path.suffix == ASIDE
    left = replayed.left

    def settle(records: Sequence[Encoded], outcome: ExportResult) -> None:
        if outcome == "sent":
            replayed.sent += len(records)
        elif outcome in ("refused", "too_large"):
            replayed.set_aside += len(records)
            if was_aside or not files.set_aside(records, f"{outcome}: {sender.last_error}"):
                return
        else:
            replayed.left += len(records)
            return
        entry.left -= len(records)

    try:
        records = entry.load()
    except (DecryptionError, OSError):
        return False
    Delivery(sender, settle, hold_bytes=0).send(records, within)
    if not entry.left:
        files.settle(entry)
    return not entry.left and replayed.left == left
