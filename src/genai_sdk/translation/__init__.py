"""Messages in the reader's language."""

from genai_sdk.translation.catalogue import LANGUAGES, USUAL, phrases, translated
from genai_sdk.translation.choice import chosen

__all__ = ["LANGUAGES", "USUAL", "chosen", "phrases", "translated"]
