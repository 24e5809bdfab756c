"""Sessions: listed, and shown with their traces."""

from genai_sdk.langfuse.api.context import Context
from genai_sdk.langfuse.api.queries import TraceQuery
from genai_sdk.langfuse.api.records import StoredSession
from genai_sdk.langfuse.api.request import MOST, Request, Response
from genai_sdk.langfuse.api.traces import show_rows
from genai_sdk.langfuse.moments import from_micros
from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import iso


def page(context: Context, request: Request) -> Response:
    """List sessions, the newest first."""
    page = request.page()
    rows, total = context.store.sessions.page(
        page.limit,
        page.offset,
        environments=request.texts("environment"),
        since=request.micros("fromTimestamp"),
        until=request.micros("toTimestamp"),
    )
    return Response(page.of([_session(context, each) for each in rows], total))


def get(context: Context, request: Request) -> Response:
    """Show a session with its traces, the newest thousand of them."""
    found = context.store.sessions.find(request.path["id"])
    if found is None:
        raise RefusalError(404, "Session not found within authorized project")
    traces, _ = context.store.traces.page(TraceQuery(session_id=found.id), MOST, 0)
    return Response({**_session(context, found), "traces": show_rows(context, traces)})


def _session(context: Context, found: StoredSession) -> dict[str, object]:
    return {
        "id": found.id,
        "createdAt": iso(from_micros(found.created_at)),
        "projectId": context.project.id,
        "environment": found.environment,
    }
