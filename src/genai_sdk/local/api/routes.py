"""Every path of Langfuse's public API that the platform answers on."""

from starlette.routing import Route

from genai_sdk.local.api import connections, observations, prompts, scores, system, traces
from genai_sdk.local.api.endpoint import Context, Work, endpoint

# A prompt's name may hold slashes, which arrive as %2F and are decoded before a path is matched.
_ROWS: tuple[tuple[str, str, Work], ...] = (
    ("GET", "projects", system.projects),
    ("GET", "llm-connections", connections.page),
    ("PUT", "llm-connections", connections.put),
    ("DELETE", "llm-connections/{id}", connections.delete),
    ("GET", "v2/prompts", prompts.page),
    ("POST", "v2/prompts", prompts.create),
    ("PATCH", "v2/prompts/{name:path}/versions/{version}", prompts.label),
    ("GET", "v2/prompts/{name:path}", prompts.get),
    ("DELETE", "v2/prompts/{name:path}", prompts.delete),
    ("POST", "otel/v1/traces", traces.take),
    ("GET", "traces", traces.page),
    ("DELETE", "traces", traces.delete_several),
    ("GET", "traces/{id}", traces.get),
    ("DELETE", "traces/{id}", traces.delete),
    ("GET", "observations", observations.page),
    ("GET", "observations/{id}", observations.get),
    ("GET", "v2/observations", observations.after),
    ("GET", "sessions", traces.sessions),
    ("GET", "sessions/{id:path}", traces.session),
    ("GET", "metrics/daily", traces.daily),
    ("POST", "scores", scores.create),
    ("GET", "scores", scores.page),
    ("GET", "scores/{id}", scores.get),
    ("DELETE", "scores/{id}", scores.delete),
    ("GET", "v2/scores", scores.page),
    ("GET", "v2/scores/{id}", scores.get),
    ("POST", "ingestion", scores.take_events),
)


def routes(context: Context) -> list[Route]:
    """Return the routes of the API."""
    open_to_all = endpoint(context, "GET", "/api/public/health", system.health, open_to_all=True)
    return [open_to_all, *(endpoint(context, method, f"/api/public/{path}", work) for method, path, work in _ROWS)]
