"""What Langfuse's public API shows of prompts and traces."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from genai_sdk.langfuse.composition import Composed
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.prompt import PRODUCTION, PromptVersion
from genai_sdk.langfuse.trace import Trace
from genai_sdk.langfuse.values import to_json


def prompt_written(project_id: str, version: PromptVersion) -> dict[str, Any]:
    """Show a version as the answer to writing or labelling it."""
    return {
        "id": version.id,
        "createdAt": iso(version.created_at),
        "updatedAt": iso(version.updated_at),
        "projectId": project_id,
        "createdBy": version.created_by,
        "prompt": version.prompt,
        "name": version.name,
        "version": version.version,
        "type": version.type,
        "isActive": None,
        "config": version.config,
        "tags": version.tags,
        "labels": version.labels,
        "commitMessage": version.commit_message,
    }


def prompt_read(project_id: str, version: PromptVersion, composed: Composed) -> dict[str, Any]:
    """Show a version as the answer to asking for it."""
    return {
        **prompt_written(project_id, version),
        "prompt": composed.prompt,
        "isActive": PRODUCTION in version.labels,
        "resolutionGraph": composed.graph,
    }


def prompt_row(versions: tuple[PromptVersion, ...]) -> dict[str, Any]:
    """Show a prompt as a row of the list."""
    return {
        "name": versions[-1].name,
        "tags": versions[-1].tags,
        "lastUpdatedAt": iso(max(each.updated_at for each in versions)),
        "versions": [each.version for each in versions],
        "labels": sorted({label for each in versions for label in each.labels}),
        "type": versions[-1].type,
        "lastConfig": versions[-1].config,
    }


def trace_row(project_id: str, trace: Trace, scores: Sequence[str] = ()) -> dict[str, Any]:
    """Show a trace as a row of the list, with the ids of its scores."""
    return {
        "id": trace.id,
        "projectId": project_id,
        "name": trace.name,
        "timestamp": moment(min(each.start for each in trace.observations)),
        "environment": trace.environment,
        "tags": trace.tags,
        "bookmarked": False,
        "release": trace.release,
        "version": trace.version,
        "userId": trace.user_id,
        "sessionId": trace.session_id,
        "public": trace.is_public,
        "input": trace.input,
        "output": trace.output,
        "metadata": {**_metadata(trace.root), **trace.metadata},
        "observations": [each.id for each in trace.observations],
        "scores": list(scores),
        "totalCost": trace.cost,
        "latency": _seconds(trace.seconds),
        "createdAt": iso(min(each.arrived for each in trace.observations)),
        "updatedAt": iso(max(each.arrived for each in trace.observations)),
        "htmlPath": f"/project/{project_id}/traces/{trace.id}",
        "externalId": None,
    }


def trace_whole(
    project_id: str,
    trace: Trace,
    scores: Sequence[Mapping[str, Any]],
    prompt_ids: Mapping[tuple[str, int], str],
) -> dict[str, Any]:
    """Show a trace with its observations and scores.

    Args:
        project_id: The project.
        trace: The trace.
        scores: Its scores, as the API shows them.
        prompt_ids: The ids of prompt versions by name and number.
    """
    return {
        **trace_row(project_id, trace),
        "observations": [observation(project_id, each, prompt_ids) for each in trace.observations],
        "scores": list(scores),
    }


def observation(project_id: str, each: Observation, prompt_ids: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """Show an observation."""
    name, number = each.prompt or (None, None)
    first = first_token(each)
    usage = {"unit": "TOKENS", **tokens(each.usage)}
    return {
        **_common(project_id, each),
        "createdAt": iso(each.arrived),
        "updatedAt": iso(each.arrived),
        "statusMessage": each.status_message,
        "version": each.version,
        "input": each.input,
        "output": each.output,
        "metadata": _metadata(each),
        "model": each.model,
        "modelParameters": each.parameters or None,
        "completionStartTime": each.completion_start,
        "promptId": prompt_ids.get(each.prompt) if each.prompt is not None else None,
        "promptName": name,
        "promptVersion": number,
        "timeToFirstToken": None if first is None else _seconds(first / 1e9),
        "usageDetails": each.usage,
        "costDetails": each.cost,
        "calculatedTotalCost": each.cost.get("total", sum(each.cost.values())),
        "unit": usage["unit"],
        "promptTokens": usage["input"],
        "completionTokens": usage["output"],
        "totalTokens": usage["total"],
        "usage": usage,
    }


def observation_row(project_id: str, each: Observation, *, is_root: bool) -> dict[str, Any]:
    """Show an observation as a row of the list, version 2; `is_root` says whether it stands for its trace."""
    return {
        **_common(project_id, each),
        "statusMessage": each.status_message or "",
        "version": each.version or "",
        "timeToFirstToken": None,
        "userId": each.user_id or "",
        "sessionId": each.session_id or "",
        "isRootObservation": is_root,
        "bookmarked": False,
        "public": False,
    }


def _common(project_id: str, each: Observation) -> dict[str, Any]:
    return {
        "id": each.id,
        "traceId": each.trace_id,
        "startTime": moment(each.start),
        "endTime": moment(each.end),
        "projectId": project_id,
        "parentObservationId": each.parent_id,
        "type": each.type,
        "name": each.name,
        "level": each.level,
        "environment": each.environment,
        "latency": _seconds(each.seconds),
    }


def _metadata(each: Observation) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        **each.metadata,
        "resourceAttributes": each.resource,
        "scope": {"name": each.scope.name, "version": each.scope.version, "attributes": each.scope.attributes},
    }
    if not each.scope.name.startswith("langfuse-sdk"):  # its own SDK's spans are shown without
        metadata["attributes"] = {
            key: part if isinstance(part, str) else to_json(part) for key, part in each.shown_attributes.items()
        }
    return metadata


def tokens(details: Mapping[str, int]) -> dict[str, int]:
    """Add up tokens as Langfuse does: by the start of their names."""
    read = sum(count for name, count in details.items() if name.startswith("input"))
    written = sum(count for name, count in details.items() if name.startswith("output"))
    return {"input": read, "output": written, "total": details.get("total", sum(details.values()))}


def first_token(each: Observation) -> int | None:
    """Return how long the first content took from the start, in nanoseconds, or None where that is unknown."""
    if each.completion_start is None:
        return None
    try:
        first = datetime.fromisoformat(each.completion_start)
    except ValueError:
        return None
    since = (first if first.tzinfo is not None else first.replace(tzinfo=UTC)) - datetime.fromisoformat(
        moment(each.start)
    )
    return since // timedelta(microseconds=1) * 1000


def _seconds(number: float) -> float:
    return round(number, 3)


def moment(nanoseconds: int) -> str:
    """Return nanoseconds since 1970 as Langfuse writes a moment."""
    return iso(datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC), nanoseconds // 1_000_000 % 1000)


def iso(when: datetime, milliseconds: int | None = None) -> str:
    """Return a moment as Langfuse writes it: UTC, with milliseconds."""
    part = when.microsecond // 1000 if milliseconds is None else milliseconds
    return f"{when:%Y-%m-%dT%H:%M:%S}.{part:03d}Z"
