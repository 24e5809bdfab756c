"""What conditions and sums see of an observation: its columns by the names that Langfuse's API has for them."""

from typing import Any

from genai_sdk.langfuse.conventions import TRACE
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.values import text_of
from genai_sdk.langfuse.views import first_token, tokens


def columns_of(each: Observation) -> dict[str, Any]:
    """Return the columns of an observation; `start` is in nanoseconds since 1970, latencies are in milliseconds."""
    prompt, usage, cost, first = each.prompt or (None, None), tokens(each.usage), each.cost, first_token(each)
    return {
        "start": each.start,
        "startTime": each.start,
        "endTime": each.end,
        "id": each.id,
        "traceId": each.trace_id,
        "parentObservationId": each.parent_id,
        "isRootObservation": each.parent_id is None,
        "type": each.type,
        "name": each.name,
        "level": each.level,
        "statusMessage": each.status_message,
        "environment": each.environment,
        "version": each.version,
        "release": each.release,
        "userId": each.user_id,
        "sessionId": each.session_id,
        "traceName": text_of(each.attributes.get(TRACE + "name")),
        "tags": each.tags,
        "metadata": each.metadata,
        "providedModelName": each.model,
        "promptName": prompt[0],
        "promptVersion": prompt[1],
        "count": 1,
        "latency": (each.end - each.start) / 1e6,
        "timeToFirstToken": None if first is None else first / 1e6,
        "inputTokens": usage["input"],
        "outputTokens": usage["output"],
        "totalTokens": usage["total"],
        "totalCost": cost.get("total", sum(cost.values())),
    }
