"""Sentences in the reader's language."""

from genai_sdk.translation.catalogue import LANGUAGES, USUAL, language_of, phrases, translated

__all__ = ["LANGUAGES", "USUAL", "language_of", "phrases", "translated"]
