"""The same questions asked of a vendor's answer, as its SDK gives it out, and of ours."""

from collections.abc import Callable
from typing import Any

from tests.vendors import view_anthropic, view_bedrock, view_google, view_openai
from tests.vendors.view import View, bare

from genai_sdk.types import ChatCompletion

_THEIRS: dict[str, Callable[[Any], View]] = {
    "chat": view_openai.chat,
    "responses": view_openai.response,
    "anthropic": view_anthropic.message,
    "gemini": view_google.generated,
    "converse": view_bedrock.conversed,
}
_OURS: dict[str, Callable[[ChatCompletion], View]] = {
    "chat": view_openai.our_chat,
    "responses": view_openai.our_response,
    "anthropic": view_anthropic.our_message,
    "gemini": view_google.our_generated,
    "converse": view_bedrock.our_conversed,
}


def seen_by(wire: str, answer: Any) -> View:
    """Return what a vendor's SDK shows, of what it gave out."""
    return bare(_THEIRS[wire](answer))


def seen_by_us(wire: str, completion: ChatCompletion) -> View:
    """Return what an answer of ours shows."""
    return bare(_OURS[wire](completion))
