"""What `genai doctor` says of each thing that it looks at."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from genai_sdk.errors import GenAIError

State = Literal["ok", "note", "warning", "failed"]


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one thing.

    Attributes:
        area: What it belongs to: settings, versions, langfuse, redis, connections, prompts or traces.
        name: What was looked at.
        state: `ok`; `note` where nothing can be right or wrong; `warning`; or `failed`.
        detail: What was seen.
        remedy: What to do; empty where nothing is.
        facts: What scripts may want of it. Of a connection: `adapter`, `model`, `priced` (whether what its model costs
            is known) and `ends` (the day of the model's end where that is near); with `--live` also `latency` in
            seconds, `cost` in dollars and `price_source`. Of a Redis: `version`, `latency` and `trouble`.
    """

    area: str
    name: str
    state: State
    detail: str
    remedy: str = ""
    facts: Mapping[str, Any] = {}


def words_of(error: Exception) -> str:
    """Return what an error says: of ours the sentence, of others the text."""
    return error.sentence if isinstance(error, GenAIError) else str(error)
