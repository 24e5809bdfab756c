"""Health, and the project of the key pair."""

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse

VERSION = "4.16.0"
"""The Langfuse whose API this is."""


def health(context: Context | None = None, request: ApiRequest | None = None) -> ApiResponse:
    """Answer that all is well."""
    return ApiResponse({"status": "OK", "version": VERSION})


def projects(context: Context, request: ApiRequest) -> ApiResponse:
    """Show the only project."""
    known = context.project
    row = {"id": known.id, "name": known.name, "metadata": {}}
    id, name = known.organization  # noqa: A001 - Langfuse's name
    return ApiResponse({"data": [{**row, "organization": {"id": id, "name": name}}]})
