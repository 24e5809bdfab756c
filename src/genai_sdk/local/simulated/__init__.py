"""A simulated provider: OpenAI's and Azure's wire without a model behind it, in as many regions as somebody names.

A connection with the base URL `{origin}/simulated/{region}/v1` (`…/openai/deployments` for Azure) and a key that starts
with `sk-simulated` works like any other, and no money is spent. Every answer is marked as simulated. Each region has a
behaviour (latency, failures, cut streams) that is set while it runs.

    regions = Regions()
    routes = [*wire_routes(regions), *control_routes(regions, middleware=[...])]
"""

from genai_sdk.local.simulated.behaviour import Behaviour
from genai_sdk.local.simulated.connection import ReadyConnection, ready_connection
from genai_sdk.local.simulated.regions import Regions, TooManyRegionsError, UnknownRegionError
from genai_sdk.local.simulated.routes import control_routes, wire_routes

__all__ = [
    "Behaviour",
    "ReadyConnection",
    "Regions",
    "TooManyRegionsError",
    "UnknownRegionError",
    "control_routes",
    "ready_connection",
    "wire_routes",
]
