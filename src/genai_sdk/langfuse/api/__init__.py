"""Langfuse's public API as handlers: from a request to a response, over whatever keeps a project's data.

The fake Langfuse of `testing` and the local platform both answer with it; they differ in their stores, and in the
faults that the fake can be told to have.
"""

from genai_sdk.langfuse.api.context import Context, Mode, Project
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.api.routes import PREFIX, ApiRoute, respond

__all__ = ["PREFIX", "ApiRequest", "ApiResponse", "ApiRoute", "Context", "Mode", "Project", "respond"]
