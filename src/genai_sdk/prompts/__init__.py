"""Prompts from Langfuse: fetched, kept, compiled, and tied to the calls made with them."""

from genai_sdk.prompts.library import PromptLibrary
from genai_sdk.prompts.values import ChatPrompt, PromptMessage, TextPrompt, find_link

__all__ = ["ChatPrompt", "PromptLibrary", "PromptMessage", "TextPrompt", "find_link"]
