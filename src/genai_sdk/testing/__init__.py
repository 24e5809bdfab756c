"""Doubles to test against: fakes over real HTTP, recorded answers, and a guard against the network."""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.testing.call import Call, Tool
from genai_sdk.testing.guard import NetworkForbiddenError, NetworkGuard
from genai_sdk.testing.journal import Journal, JournalEntry
from genai_sdk.testing.langfuse import FakeLangfuse
from genai_sdk.testing.provider import FakeProvider
from genai_sdk.testing.steps import (
    BadRequest,
    ContentFilter,
    ContextWindow,
    CutBeforeHeaders,
    CutBody,
    CutStream,
    EndWithoutFinish,
    ErrorInStream,
    Malformed,
    NotFound,
    Redirect,
    Reply,
    Slow,
    StallBeforeHeaders,
    StallStream,
    Status,
    Step,
    WrongLength,
)

if TYPE_CHECKING:
    from genai_sdk.testing.cassettes import Cassette, CassetteError, CassetteMissError
    from genai_sdk.testing.clock import ManualClock
    from genai_sdk.testing.week import Week

__all__ = [
    "BadRequest",
    "Call",
    "Cassette",
    "CassetteError",
    "CassetteMissError",
    "ContentFilter",
    "ContextWindow",
    "CutBeforeHeaders",
    "CutBody",
    "CutStream",
    "EndWithoutFinish",
    "ErrorInStream",
    "FakeLangfuse",
    "FakeProvider",
    "Journal",
    "JournalEntry",
    "Malformed",
    "ManualClock",
    "NetworkForbiddenError",
    "NetworkGuard",
    "NotFound",
    "Redirect",
    "Reply",
    "Slow",
    "StallBeforeHeaders",
    "StallStream",
    "Status",
    "Step",
    "Tool",
    "Week",
    "WrongLength",
]

# They know the client, which those who want a fake have no need of yet.
__getattr__ = deferred(
    __name__,
    {
        **dict.fromkeys(("Cassette", "CassetteError", "CassetteMissError"), "genai_sdk.testing.cassettes"),
        "ManualClock": "genai_sdk.testing.clock",
        "Week": "genai_sdk.testing.week",
    },
)
