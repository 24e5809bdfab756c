"""The wires that a fake provider speaks, found by path."""

from genai_sdk.testing.wires import anthropic, azure, bedrock, google, openai, vertex
from genai_sdk.testing.wires.wire import Route

ROUTES: tuple[Route, ...] = (
    *anthropic.ROUTES,
    *azure.ROUTES,
    *bedrock.ROUTES,
    *google.ROUTES,
    *vertex.ROUTES,
    *openai.ROUTES,
    openai.UNKNOWN,
)
"""Every path, the more particular before the more general."""
