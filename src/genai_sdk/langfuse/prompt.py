"""One version of a prompt."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

LATEST = "latest"
PRODUCTION = "production"

Content = str | Sequence[Mapping[str, Any]]


class PromptVersion(msgspec.Struct, kw_only=True, eq=False):
    """One version of a prompt, as Langfuse keeps it.

    Attributes:
        id: Its id.
        name: The prompt's name.
        version: Counted from 1.
        type: text or chat.
        prompt: The template: a text or a list of messages.
        labels: Its labels; no other version of the prompt has one of them.
        tags: The prompt's tags, the same for every version.
        config: Free settings.
        commit_message: What was said of it.
        created_at: When it was written.
        updated_at: When its labels or tags last changed.
        created_by: Who wrote it.
    """

    id: str
    name: str
    version: int
    type: str
    prompt: Content
    labels: list[str]
    tags: list[str]
    config: Any
    commit_message: str | None
    created_at: datetime
    updated_at: datetime
    created_by: str = "API"
