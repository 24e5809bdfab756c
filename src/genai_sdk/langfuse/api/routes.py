"""Every path of Langfuse's public API that is answered, and what is refused on a deployment of its time."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from genai_sdk.langfuse.api import (
    connections,
    dataset_items,
    dataset_runs,
    datasets,
    metrics,
    models,
    observations,
    prompts,
    scores,
    scores_by_cursor,
    sessions,
    system,
    traces,
)
from genai_sdk.langfuse.api.context import Context, Work
from genai_sdk.langfuse.api.request import ApiRequest, ApiResponse
from genai_sdk.langfuse.errors import ApiError

PREFIX = "/api/public/"

GONE = (
    "This endpoint is not available on deployments running in Langfuse v4 events_only mode. Learn more about Langfuse "
    "v4 at: https://langfuse.com/docs/v4"
)


class ApiRoute(msgspec.Struct, frozen=True):
    """A path and what is done on it.

    Attributes:
        operation: What kind of request it is, in a word.
        path: Below `PREFIX`, with placeholders; one of `:path` may hold slashes, which are %2F in a URL.
        works: What is done, by HTTP method.
        age: `old` where reads of it are refused in the mode `events_only`, `past` where writes are too, `new` where
            `legacy` does not have it.
    """

    operation: str
    path: str
    works: Mapping[str, Work]
    age: Literal["old", "past", "new"] | None = None


HEALTH = ApiRoute("health", "health", {"GET": system.health})
"""The one path that takes no key pair."""

ROUTES: Sequence[ApiRoute] = (
    ApiRoute("projects", "projects", {"GET": system.projects}),
    ApiRoute("llm-connections", "llm-connections", {"GET": connections.page, "PUT": connections.put}),
    ApiRoute("llm-connections", "llm-connections/{id}", {"DELETE": connections.delete}),
    ApiRoute("models", "models", {"GET": models.page, "POST": models.create}),
    ApiRoute("models", "models/{id}", {"GET": models.get, "DELETE": models.delete}),
    ApiRoute("prompts", "v2/prompts", {"GET": prompts.page, "POST": prompts.create}),
    ApiRoute("prompts", "v2/prompts/{name:path}/versions/{version}", {"PATCH": prompts.label}),
    ApiRoute("prompts", "v2/prompts/{name:path}", {"GET": prompts.get, "DELETE": prompts.delete}),
    ApiRoute("otlp", "otel/v1/traces", {"POST": traces.take}),
    ApiRoute("traces", "traces", {"GET": traces.page, "DELETE": traces.delete_several}, age="old"),
    ApiRoute("traces", "traces/{id}", {"GET": traces.get, "DELETE": traces.delete}, age="old"),
    ApiRoute("traces", "observations", {"GET": observations.page}, age="old"),
    ApiRoute("traces", "observations/{id}", {"GET": observations.get}, age="old"),
    ApiRoute("traces", "v2/observations", {"GET": observations.after}, age="new"),
    ApiRoute("traces", "sessions", {"GET": sessions.page}, age="old"),
    ApiRoute("traces", "sessions/{id:path}", {"GET": sessions.get}, age="old"),
    ApiRoute("traces", "metrics", {"GET": metrics.query}, age="old"),
    ApiRoute("traces", "metrics/daily", {"GET": metrics.daily}, age="old"),
    ApiRoute("traces", "v2/metrics", {"GET": metrics.query}, age="new"),
    ApiRoute("scores", "scores", {"GET": scores.page, "POST": scores.create}, age="old"),
    ApiRoute("scores", "scores/{id}", {"GET": scores.get, "DELETE": scores.delete}, age="old"),
    ApiRoute("scores", "v2/scores", {"GET": scores.page}, age="old"),
    ApiRoute("scores", "v2/scores/{id}", {"GET": scores.get}, age="old"),
    ApiRoute("scores", "v3/scores", {"GET": scores_by_cursor.after}, age="new"),
    ApiRoute("scores", "ingestion", {"POST": scores.take_events}),
    ApiRoute("datasets", "v2/datasets", {"GET": datasets.page, "POST": datasets.create}),
    ApiRoute("datasets", "v2/datasets/{name:path}", {"GET": datasets.get}),
    ApiRoute("datasets", "dataset-items", {"GET": dataset_items.page, "POST": dataset_items.create}),
    ApiRoute("datasets", "dataset-items/{id:path}", {"GET": dataset_items.get, "DELETE": dataset_items.delete}),
    ApiRoute(
        "datasets", "dataset-run-items", {"GET": dataset_runs.page_of_items, "POST": dataset_runs.create}, age="past"
    ),
    ApiRoute(
        "datasets",
        "datasets/{name:path}/runs/{run:path}",
        {"GET": dataset_runs.get, "DELETE": dataset_runs.delete},
        age="past",
    ),
    ApiRoute("datasets", "datasets/{name:path}/runs", {"GET": dataset_runs.page}, age="past"),
)


def respond(context: Context, route: ApiRoute, method: str, request: ApiRequest) -> ApiResponse:
    """Do what is done on a route.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    is_gone = route.age == "past" or (route.age == "old" and method == "GET")
    if is_gone and context.mode == "events_only":
        raise ApiError(404, GONE, None)
    if route.age == "new" and context.mode == "legacy":
        raise ApiError(404, "This page could not be found")
    return route.works[method](context, request)
