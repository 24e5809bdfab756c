"""Routing: from a name to an answer, with retries and fallbacks."""
