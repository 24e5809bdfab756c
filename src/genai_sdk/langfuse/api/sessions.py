"""Sessions: listed, and shown with their traces."""

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.queries import TraceQuery
from genai_sdk.langfuse.api.records import StoredSession
from genai_sdk.langfuse.api.request import MOST, ApiRequest, ApiResponse
from genai_sdk.langfuse.api.traces import show_rows
from genai_sdk.langfuse.errors import ApiError
from genai_sdk.langfuse.timestamps import from_micros
from genai_sdk.langfuse.views import iso


def page(context: Context, request: ApiRequest) -> ApiResponse:
    """List sessions, the newest first."""
    page = request.page()
    rows, total = context.store.sessions.page(
        page.limit,
        page.offset,
        environments=request.texts("environment"),
        since=request.micros("fromTimestamp"),
        until=request.micros("toTimestamp"),
    )
    return ApiResponse(page.of([_session(context, each) for each in rows], total))


def get(context: Context, request: ApiRequest) -> ApiResponse:
    """Show a session with its traces, the newest thousand of them."""
    session = context.store.sessions.find(request.path["id"])
    if session is None:
        raise ApiError(404, "Session not found within authorized project")
    traces, _ = context.store.traces.page(TraceQuery(session_id=session.id), MOST, 0)
    return ApiResponse({**_session(context, session), "traces": show_rows(context, traces)})


def _session(context: Context, session: StoredSession) -> dict[str, object]:
    return {
        "id": session.id,
        "createdAt": iso(from_micros(session.created_at)),
        "projectId": context.project.id,
        "environment": session.environment,
    }
