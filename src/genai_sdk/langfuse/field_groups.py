"""Observations as the second version of the API shows them: the groups of fields that were asked for.

https://github.com/langfuse/langfuse/blob/v4.16.0/packages/shared/src/domain/observation-field-groups.ts
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.views import observation, observation_row

PromptIds = Mapping[tuple[str, int], str]
Group = Callable[[Observation, Mapping[str, Any]], dict[str, Any]]

_BASIC = (
    "name",
    "level",
    "statusMessage",
    "version",
    "environment",
    "bookmarked",
    "public",
    "userId",
    "sessionId",
    "isRootObservation",
)


def _of(*names: str) -> Group:
    return lambda each, whole: {name: whole[name] for name in names}


def _model(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "providedModelName": whole["model"],
        "internalModelId": None,
        "modelParameters": whole["modelParameters"] or {},
    }


def _usage(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "usageDetails": whole["usageDetails"],
        "costDetails": whole["costDetails"],
        "totalCost": whole["calculatedTotalCost"],
        "usagePricingTierId": None,
        "usagePricingTierName": None,
    }


def _context(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tags": sorted(each.tags),
        "release": each.release,
        "traceName": each.attributes.get("langfuse.trace.name"),
    }


def _io(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    """Input and output as texts: this version of the API decodes none."""
    return {side: _text(whole[side]) for side in ("input", "output")}


_GROUPS: Mapping[str, Group] = {
    "time": _of("completionStartTime", "createdAt", "updatedAt"),
    "io": _io,
    "metadata": _of("metadata"),
    "model": _model,
    "usage": _usage,
    "prompt": _of("promptId", "promptName", "promptVersion"),
    "metrics": _of("latency", "timeToFirstToken"),
    "trace_context": _context,
}


def observation_fields(
    project_id: str, each: Observation, groups: Sequence[str], prompt_ids: PromptIds, *, is_root: bool
) -> dict[str, Any]:
    """Show an observation as a row of the list, version 2.

    Args:
        project_id: The project.
        each: The observation.
        groups: The groups that were asked for, none for the usual ones. Langfuse passes over those it does not know.
        prompt_ids: The ids of prompt versions by name and number.
        is_root: Whether it stands for its trace.
    """
    unpriced = dict.fromkeys(("modelId", "inputPrice", "outputPrice", "totalPrice"))
    row = {**observation_row(project_id, each, is_root=is_root), **unpriced}
    if not groups:
        return row
    hidden = () if "basic" in groups else _BASIC
    row = {name: told for name, told in row.items() if name not in hidden}
    whole = observation(project_id, each, prompt_ids)
    for name in groups:
        if name in _GROUPS:
            row.update(_GROUPS[name](each, whole))
    return row


def _text(content: Any) -> str | None:
    return content if content is None or isinstance(content, str) else json.dumps(content, ensure_ascii=False)
