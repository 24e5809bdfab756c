"""A recorded generation, read from an observation as Langfuse has it, or the reason why it cannot be made again."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from genai_sdk.cli.recorded_usage import usage_of
from genai_sdk.types import Usage
from genai_sdk.wires.operation import CHAT

Mask = Callable[..., Any]
"""Called as `mask(data=…)` with what went in, and with what came out."""

CALLS = frozenset({"GENERATION", "EMBEDDING", "RETRIEVER", "GUARDRAIL"})
"""The types of observations that are calls of models."""

# What stands for media in a trace (tracing/media.py), and Langfuse's reference to media that was uploaded.
_MEDIA = re.compile(
    r"\[[a-z]+/[\w.+-]+, [\d,]+ (?:bytes, sha256 [0-9a-f]{8,64}|characters that are not base64)|@@@langfuseMedia:"
)
_CUT = re.compile(r"… <cut: \d+ of \d+ bytes>$")


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """A call that was recorded with what went in and came out.

    Attributes:
        id: The observation's id.
        trace_id: The trace it belongs to.
        name: What it is called.
        model: The model that was sent.
        messages: What was asked.
        answers: The messages that were answered, one for each choice.
        tools: The tools that were offered.
        parameters: The model's parameters.
        tokens: Tokens by kind, each counted once.
        cost: US dollars, or None where unknown.
        seconds: How long it took.
        prompt: Name and version of its managed prompt, or None.
        is_streamed: Whether it was a stream.
        first_content: Seconds until the first content of a stream.
        finish_reason: How the answer ended.
        connection: The connection that served it, or None.
        provider: The provider, or None.
        costs: US dollars by kind.
        metadata: What else was said of it.
    """

    id: str
    trace_id: str
    name: str = ""
    model: str = ""
    messages: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    tools: list[Any] | None = None
    parameters: dict[str, Any] = {}
    tokens: dict[str, int] = {}
    cost: float | None = None
    seconds: float | None = None
    prompt: tuple[str, int] | None = None
    is_streamed: bool = False
    first_content: float | None = None
    finish_reason: str = "stop"
    connection: str | None = None
    provider: str | None = None
    costs: dict[str, float] = {}
    metadata: dict[str, Any] = {}

    @property
    def usage(self) -> Usage | None:
        """The tokens as a completion has them, or None."""
        return usage_of(self.tokens)


class Skipped(msgspec.Struct, frozen=True):
    """A recorded call that cannot be made again.

    Attributes:
        id: The observation's id.
        trace_id: The trace it belongs to.
        reason: Why.
    """

    id: str
    trace_id: str
    reason: str


def read_generation(row: Mapping[str, Any], mask: Mask | None = None) -> Generation | Skipped:
    """Read an observation of a model's call.

    Args:
        row: The observation, with its content.
        mask: Goes over what went in and came out.
    """
    trace_id = str(row["traceId"])
    request: Any = plain(row.get("input"))
    answer: Any = plain(row.get("output"))
    if mask is not None:
        request, answer = mask(data=request), mask(data=answer)
    tools: Any = None
    if isinstance(request, dict):  # a call with tools is recorded with them, in one object
        request, tools = request.get("messages"), request.get("tools")
    answers = answer if isinstance(answer, list) else [answer]
    metadata: Any = row.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    reason = _reason(row, metadata, request, answers)
    if reason is not None:
        return Skipped(row["id"], trace_id, reason)
    costs = row.get("costDetails") or {}
    is_priced = bool(costs) and metadata.get("cost") != "unknown"
    return Generation(
        id=row["id"],
        trace_id=trace_id,
        name=row.get("name") or "",
        model=row.get("model") or "",
        messages=request,
        answers=answers,
        tools=tools or None,
        parameters=_parameters(row),
        tokens=dict(row.get("usageDetails") or {}),
        cost=costs.get("total", sum(costs.values())) if is_priced else None,
        costs=dict(costs) if is_priced else {},
        seconds=_seconds(row, "endTime"),
        prompt=(row["promptName"], int(row["promptVersion"])) if row.get("promptName") else None,
        is_streamed=bool(row.get("completionStartTime")),
        first_content=_seconds(row, "completionStartTime"),
        finish_reason=metadata.get("finish_reason") or "stop",
        connection=metadata.get("connection") or None,
        provider=metadata.get("provider") or None,
        metadata=metadata,
    )


def plain(item: Any) -> Any:
    """Return a value that a server may hand out as JSON text."""
    if isinstance(item, str) and item[:1] in ("{", "["):
        try:
            return json.loads(item)
        except (ValueError, RecursionError):
            return item
    return item


def are_messages(items: Any) -> bool:
    """Whether something is a list of messages."""
    return isinstance(items, list) and bool(items) and all(isinstance(each, dict) and "role" in each for each in items)


def texts_in(tree: Any) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, Mapping):
        for item in tree.values():
            yield from texts_in(item)
    elif isinstance(tree, list):
        for item in tree:
            yield from texts_in(item)


def _reason(row: Mapping[str, Any], metadata: Mapping[str, Any], request: Any, answers: list[Any]) -> str | None:
    operation = _operation(metadata)
    # Other instrumentations say no operation; theirs is a chat where it looks like one.
    if operation not in (None, CHAT.name) or row["type"] != "GENERATION":
        return "it is no chat call"
    if row.get("level") == "ERROR":
        return "it failed"
    for content in (row.get("input"), row.get("output")):
        if isinstance(content, str) and _CUT.search(content):
            return "its content was cut when it was recorded"
    if request is None or answers == [None]:
        return "its content was not recorded"
    if not are_messages(request) or not are_messages(answers):
        return "what was recorded are no messages"
    if any(_MEDIA.search(text) for text in texts_in(request)):
        return "it has media that was not recorded"
    return None


def _operation(metadata: Mapping[str, Any]) -> Any:
    """Return the operation, which an older server keeps among attributes and a newer one under a dotted name."""
    name = "gen_ai.operation.name"
    nested = metadata.get("attributes")
    return metadata.get(f"attributes.{name}") or (nested.get(name) if isinstance(nested, dict) else None)


def _parameters(row: Mapping[str, Any]) -> dict[str, Any]:
    parameters: Any = plain(row.get("modelParameters")) or {}
    return {name: plain(item) for name, item in parameters.items()}


def _seconds(row: Mapping[str, Any], end: str) -> float | None:
    if not row.get(end):
        return None
    took = datetime.fromisoformat(row[end]) - datetime.fromisoformat(row["startTime"])
    return max(0.0, round(took.total_seconds(), 3))
