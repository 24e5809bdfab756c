"""Sessions: listed, and shown with their traces."""

from genai_sdk.langfuse.refusal import RefusalError
from genai_sdk.langfuse.views import iso
from genai_sdk.local.api.asked import MOST, Asked, Said
from genai_sdk.local.api.endpoint import Context
from genai_sdk.local.api.traces import show_rows
from genai_sdk.local.store.moments import from_micros
from genai_sdk.local.store.sessions import StoredSession
from genai_sdk.local.store.traces import TraceQuery


def page(context: Context, asked: Asked) -> Said:
    """List sessions, the newest first."""
    page = asked.page()
    rows, total = context.store.sessions.page(
        page.limit,
        page.offset,
        environments=asked.texts("environment"),
        since=asked.micros("fromTimestamp"),
        until=asked.micros("toTimestamp"),
    )
    return Said(page.of([_session(context, each) for each in rows], total))


def get(context: Context, asked: Asked) -> Said:
    """Show a session with its traces, the newest thousand of them."""
    found = context.store.sessions.find(asked.path["id"])
    if found is None:
        raise RefusalError(404, "Session not found within authorized project")
    traces, _ = context.store.traces.page(TraceQuery(session_id=found.id), MOST, 0)
    return Said({**_session(context, found), "traces": show_rows(context, traces)})


def _session(context: Context, found: StoredSession) -> dict[str, object]:
    return {
        "id": found.id,
        "createdAt": iso(from_micros(found.created_at)),
        "projectId": context.credentials.project_id,
        "environment": found.environment,
    }
