"""From a trace's observations, as Langfuse has them, to the recordings of a cassette."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from genai_sdk.testing.cassettes.canonical import canonical
from genai_sdk.testing.cassettes.document import Recording
from genai_sdk.testing.cassettes.scrub import scrubber
from genai_sdk.testing.cassettes.values import dumped
from genai_sdk.types import ChatCompletion
from genai_sdk.wires.chunks import chunks_of
from genai_sdk.wires.operation import CHAT, ChatRequest

Mask = Callable[..., Any]

_CALLS = frozenset({"GENERATION", "EMBEDDING", "RETRIEVER", "GUARDRAIL"})
_SCRUB = scrubber()


def recorded_calls(
    rows: Iterable[Mapping[str, Any]], trace_id: str, model: str | None, mask: Mask | None
) -> tuple[list[Recording], int]:
    """Return the chat calls of a trace as recordings, and how many of its calls are left out.

    Args:
        rows: The observations, in the order they began.
        trace_id: The trace's id.
        model: The name that every call asks for; None for the model that was sent.
        mask: Goes over what went in and came out, as `mask(data=…)`.
    """
    taken: list[Recording] = []
    left = 0
    for row in rows:
        if row["type"] not in _CALLS:
            continue
        recording = _recording(row, trace_id, model, mask)
        if recording is None:
            left += 1
        else:
            taken.append(recording)
    return taken, left


def _recording(row: Mapping[str, Any], trace_id: str, model: str | None, mask: Mask | None) -> Recording | None:
    asked: Any = _plain(row.get("input"))
    answered: Any = _plain(row.get("output"))
    if mask is not None:
        asked, answered = mask(data=asked), mask(data=answered)
    tools: Any = None
    if isinstance(asked, dict):  # a call with tools is recorded with them, in one object
        asked, tools = asked.get("messages"), asked.get("tools")
    messages = answered if isinstance(answered, list) else [answered]
    metadata = row["metadata"] if isinstance(row["metadata"], dict) else {}
    if _operation(metadata) != CHAT.name or row.get("level") == "ERROR":
        return None
    if not _are_messages(asked) or not _are_messages(messages):
        return None
    parameters: Any = _plain(row.get("modelParameters")) or {}
    options = {name: _plain(item) for name, item in parameters.items()}
    sent = row.get("model") or ""
    request = ChatRequest(asked, {**options, **({"tools": tools} if tools else {})})
    streamed = bool(row.get("completionStartTime"))
    completion = _completion(row, messages, metadata, sent)
    recording = Recording(
        request=canonical(CHAT, model or sent, request, stream=streamed, scrub=_SCRUB),
        genai=_info(row, metadata, sent),
        source=f"trace {trace_id}: holds what users wrote and models answered",
    )
    if streamed:
        first, *rest = chunks_of(completion)
        at, end = _seconds(row, "completionStartTime"), _seconds(row, "endTime")
        recording.items = [{"at": at, "item": _SCRUB(dumped(first))}]
        recording.items += [{"at": max(at, end), "item": _SCRUB(dumped(each))} for each in rest]
    else:
        recording.response = _SCRUB(dumped(completion))
    return recording


def _operation(metadata: Mapping[str, Any]) -> Any:
    """Return the operation, which an older server keeps among attributes and a newer one under a dotted name."""
    name = "gen_ai.operation.name"
    nested = metadata.get("attributes")
    return metadata.get(f"attributes.{name}") or (nested.get(name) if isinstance(nested, dict) else None)


def _are_messages(items: Any) -> bool:
    return isinstance(items, list) and bool(items) and all(isinstance(each, dict) and "role" in each for each in items)


def _completion(
    row: Mapping[str, Any], messages: list[dict[str, Any]], metadata: Mapping[str, Any], model: str
) -> ChatCompletion:
    finish = metadata.get("finish_reason") or "stop"
    choices = [{"index": place, "message": each, "finish_reason": finish} for place, each in enumerate(messages)]
    fields: dict[str, Any] = {"id": row["id"], "model": model, "choices": choices}
    if tokens := row.get("usageDetails"):
        fields["usage"] = _usage(tokens)
    return ChatCompletion.from_dict(fields)


def _usage(tokens: Mapping[str, int]) -> dict[str, Any]:
    """Return tokens by kind, each counted once, as a completion has them."""
    kinds = {name: count for name, count in tokens.items() if name != "total"}
    answer = {name: count for name, count in kinds.items() if name.startswith(("output", "reasoning"))}
    completion, prompt = sum(answer.values()), sum(kinds.values()) - sum(answer.values())
    usage: dict[str, Any] = {"prompt_tokens": prompt, "completion_tokens": completion}
    usage["total_tokens"] = prompt + completion
    if cached := kinds.get("cached"):
        usage["prompt_tokens_details"] = {"cached_tokens": cached}
    if reasoning := kinds.get("reasoning"):
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return usage


def _info(row: Mapping[str, Any], metadata: Mapping[str, Any], model: str) -> dict[str, Any]:
    known = {name: str(metadata[name]) for name in ("connection", "provider") if metadata.get(name)}
    info: dict[str, Any] = {**known, "model": model}
    costs = row.get("costDetails") or {}
    if costs and metadata.get("cost") != "unknown":
        info |= {"cost": costs.get("total"), "costs": dict(costs)}
    info["latency"] = _seconds(row, "endTime")
    if row.get("completionStartTime"):
        info["first_content"] = _seconds(row, "completionStartTime")
    return info


def _seconds(row: Mapping[str, Any], end: str) -> float:
    if not row.get(end):
        return 0.0
    took = datetime.fromisoformat(row[end]) - datetime.fromisoformat(row["startTime"])
    return max(0.0, round(took.total_seconds(), 3))


def _plain(item: Any) -> Any:
    """Return a value that a server may hand out as JSON text."""
    if isinstance(item, str) and item[:1] in ("{", "["):
        try:
            return json.loads(item)
        except (ValueError, RecursionError):
            return item
    return item
