"""Observations as the second version of the API shows them: the groups of fields that were asked for.

https://github.com/langfuse/langfuse/blob/v4.16.0/packages/shared/src/domain/observation-field-groups.ts
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from genai_sdk.langfuse.conventions import OBSERVATION, TRACE
from genai_sdk.langfuse.observation import Observation
from genai_sdk.langfuse.values import decode, text_of
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
        "model": whole["model"] or "",
        "internalModelId": "",
        "modelParameters": {name: decode(part) for name, part in (whole["modelParameters"] or {}).items()},
    }


def _usage(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "usageDetails": whole["usageDetails"],
        "inputUsage": whole["promptTokens"],
        "outputUsage": whole["completionTokens"],
        "totalUsage": whole["totalTokens"],
        "costDetails": whole["costDetails"],
        "inputCost": _part(each.cost, "input"),
        "outputCost": _part(each.cost, "output"),
        "totalCost": whole["calculatedTotalCost"],
        "usagePricingTierId": None,
        "usagePricingTierName": None,
    }


def _part(cost: Mapping[str, float], kind: str) -> float | None:
    """Add up what a kind of token cost, by the start of the names; None where nothing is told of it."""
    parts = [amount for name, amount in cost.items() if name.startswith(kind)]
    return float(sum(map(Decimal, map(repr, parts)))) if parts else None


def _prompt(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "promptId": whole["promptId"] or "",
        "promptName": whole["promptName"] or "",
        "promptVersion": whole["promptVersion"],
    }


def _context(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "tags": each.tags,
        "release": each.release or "",
        "traceName": text_of(each.attributes.get(TRACE + "name")) or "",
    }


def _io(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    """Input and output as texts, as they were sent: this version of the API decodes none."""
    return {side: text_of(each.attributes.get(OBSERVATION + side, whole[side])) for side in ("input", "output")}


def _metadata(each: Observation, whole: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata in one level, as tables of events hold it: what the span itself says, and all it came with."""
    others = {name: part for name, part in each.attributes.items() if not name.startswith(_CONTENT)}
    scope = {"name": each.scope.name, "version": each.scope.version}
    metadata = {
        **{name: decode(part) for name, part in each.metadata.items()},
        **{f"scope.{name}": part for name, part in scope.items() if part},
        **{f"scope.attributes.{name}": decode(part) for name, part in each.scope.attributes.items()},
        **{f"resourceAttributes.{name}": decode(part) for name, part in each.resource.items()},
        **{f"attributes.{name}": decode(part) for name, part in others.items()},
    }
    return {"metadata": metadata}


_CONTENT = tuple(f"{OBSERVATION}{name}" for name in ("input", "output", "metadata"))

_GROUPS: Mapping[str, Group] = {
    "time": _of("completionStartTime", "createdAt", "updatedAt"),
    "io": _io,
    "metadata": _metadata,
    "model": _model,
    "usage": _usage,
    "prompt": _prompt,
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
    row = {name: value for name, value in row.items() if name not in hidden}
    whole = observation(project_id, each, prompt_ids)
    for name in groups:
        if name in _GROUPS:
            row.update(_GROUPS[name](each, whole))
    return row
