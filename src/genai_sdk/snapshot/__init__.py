"""Encrypted last-good sets on disk, for a process that starts while its source is down."""

from genai_sdk.snapshot.private import writable_by_others
from genai_sdk.snapshot.snapshot import Saved, Snapshot

__all__ = ["Saved", "Snapshot", "writable_by_others"]
