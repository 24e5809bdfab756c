"""Calls as the router would tell them to a tracer."""

import time
from typing import Any

import msgspec

from genai_sdk.tracing import CallTrace, Tracer
from genai_sdk.types import Attempt, CallInfo, ChatCompletion

HELLO = [{"role": "user", "content": "Hello!"}]
INFO = CallInfo(connection="azure_test", provider="azure", model="gpt-4o-mini", latency=0.1)
NAME = "chat gpt-4o-mini"


def answer(text: str = "Hi", info: CallInfo = INFO, **fields: Any) -> ChatCompletion:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return msgspec.structs.replace(ChatCompletion.from_dict({"choices": [choice], **fields}), genai=info)


def row(connection: str = "azure_test", **facts: Any) -> Attempt:
    return Attempt(**{"connection": connection, "model": "gpt-4o-mini", "status": 200, "latency": 0.1, **facts})


def begin(tracer: Tracer, messages: Any = HELLO, **facts: Any) -> CallTrace:
    return tracer.begin("generation", model="gpt-4o-mini", input=messages, **facts)


def call(tracer: Tracer, messages: Any = HELLO, text: str = "Hi", **facts: Any) -> CallTrace:
    """Make a whole call of one attempt."""
    trace = begin(tracer, messages, **facts)
    now = time.monotonic()
    trace.attempt(row(), now, now)
    trace.answered(answer(text))
    return trace
