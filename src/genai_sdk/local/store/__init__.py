"""What the local platform keeps: connections, prompts, traces and scores, in one SQLite file."""

from genai_sdk.local.store.store import Store

__all__ = ["Store"]
