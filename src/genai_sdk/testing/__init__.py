"""Doubles to test against: fake providers and a fake Langfuse over real HTTP, and a guard against the network."""

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

__all__ = [
    "BadRequest",
    "Call",
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
    "WrongLength",
]
