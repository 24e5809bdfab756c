"""Health, and the project of the key pair."""

from genai_sdk.local.api.asked import Asked, Said
from genai_sdk.local.api.endpoint import Context

VERSION = "4.16.0"
"""The Langfuse whose API this is."""


def health(context: Context, asked: Asked) -> Said:
    """Answer that all is well."""
    return Said({"status": "OK", "version": VERSION})


def projects(context: Context, asked: Asked) -> Said:
    """Show the only project."""
    known = context.credentials
    row = {"id": known.project_id, "name": known.project_name, "metadata": {}}
    return Said({"data": [{**row, "organization": {"id": "local", "name": "Local"}}]})
