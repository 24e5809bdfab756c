"""Routing: from a name to an answer, with retries and fallbacks."""

from genai_sdk.routing.attempts import Call
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.explain import Plan, StandIn, explain
from genai_sdk.routing.options import CALL_OPTIONS, ROUTER_ARGS, RoutingOptions, read_call_options, read_router_args
from genai_sdk.routing.plan import Planner
from genai_sdk.routing.router import CONNECT_TIMEOUT, Router
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
    "explain",
    "read_call_options",
    "read_router_args",
]
