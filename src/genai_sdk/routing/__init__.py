"""Routing: from a name to an answer, with retries and fallbacks."""

from typing import TYPE_CHECKING

from genai_sdk.deferred import deferred
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.bounds import CONNECT_TIMEOUT
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.options import CALL_OPTIONS, ROUTER_ARGS, RoutingOptions, read_call_options, read_router_args
from genai_sdk.routing.plan import Planner
from genai_sdk.routing.router import Router

if TYPE_CHECKING:
    from genai_sdk.routing.explain import Plan, StandIn
    from genai_sdk.routing.stream import AsyncCompletionStream, CompletionStream

__all__ = [
    "CALL_OPTIONS",
    "CONNECT_TIMEOUT",
    "ROUTER_ARGS",
    "AsyncCompletionStream",
    "Call",
    "Clock",
    "CompletionStream",
    "Plan",
    "Planner",
    "Router",
    "RoutingOptions",
    "StandIn",
    "read_call_options",
    "read_router_args",
]

__getattr__ = deferred(
    __name__,
    {
        **dict.fromkeys(("Plan", "StandIn"), "genai_sdk.routing.explain"),
        **dict.fromkeys(("AsyncCompletionStream", "CompletionStream"), "genai_sdk.routing.stream"),
    },
)
