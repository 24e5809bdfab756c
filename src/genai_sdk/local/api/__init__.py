"""Langfuse's public API over the platform's store."""
