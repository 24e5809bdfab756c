"""Every path of Langfuse's public API that the platform answers on."""

from collections.abc import Mapping

from starlette.routing import Route

from genai_sdk.local.api import (
    connections,
    metrics,
    observations,
    prompts,
    scores,
    scores_by_cursor,
    sessions,
    system,
    traces,
)
from genai_sdk.local.api.endpoint import Context, Work, endpoint

# A prompt's name may hold slashes, which arrive as %2F and are decoded before a path is matched. So may a session's id.
PATHS: Mapping[str, Mapping[str, Work]] = {
    "projects": {"GET": system.projects},
    "llm-connections": {"GET": connections.page, "PUT": connections.put},
    "llm-connections/{id}": {"DELETE": connections.delete},
    "v2/prompts": {"GET": prompts.page, "POST": prompts.create},
    "v2/prompts/{name:path}/versions/{version}": {"PATCH": prompts.label},
    "v2/prompts/{name:path}": {"GET": prompts.get, "DELETE": prompts.delete},
    "otel/v1/traces": {"POST": traces.take},
    "traces": {"GET": traces.page, "DELETE": traces.delete_several},
    "traces/{id}": {"GET": traces.get, "DELETE": traces.delete},
    "observations": {"GET": observations.page},
    "observations/{id}": {"GET": observations.get},
    "v2/observations": {"GET": observations.after},
    "sessions": {"GET": sessions.page},
    "sessions/{id:path}": {"GET": sessions.get},
    "metrics/daily": {"GET": metrics.daily},
    "scores": {"GET": scores.page, "POST": scores.create},
    "scores/{id}": {"GET": scores.get, "DELETE": scores.delete},
    "v2/scores": {"GET": scores.page},
    "v2/scores/{id}": {"GET": scores.get},
    "v3/scores": {"GET": scores_by_cursor.after},
    "ingestion": {"POST": scores.take_events},
}


def routes(context: Context) -> list[Route]:
    """Return the routes of the API."""
    open_to_all = endpoint(context, "/api/public/health", {"GET": system.health}, open_to_all=True)
    return [open_to_all, *(endpoint(context, f"/api/public/{path}", works) for path, works in PATHS.items())]
