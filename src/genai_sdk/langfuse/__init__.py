"""PURE: Langfuse's public API as values: spans as observations, prompts made of prompts, what it shows and refuses.

The fake Langfuse of `testing` and the local platform both speak with it, over storage of their own.
"""
