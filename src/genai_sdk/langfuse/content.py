"""What went into a span and what came out, where others than Langfuse's own attributes say it.

The rows are asked in their order, and the first that has either side speaks for both, as in Langfuse's server:
https://github.com/langfuse/langfuse/blob/v4.16.0/packages/shared/src/server/otel/OtelIngestionProcessor.ts
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from genai_sdk.langfuse.values import decode, first, text_of

_PARTS = 20
"""How many parts of a dotted name become levels of their own."""

Sides = tuple[Any, Any]
NOTHING: Sides = (None, None)


class Content(msgspec.Struct, frozen=True):
    """Where a convention puts what went in and what came out.

    Attributes:
        input: Names of attributes; the first that says something counts.
        output: The same of what came out.
        scope: The only scope this is said in, or None for every one.
        instructions: The attribute with the system's message that belongs before the input.
    """

    input: tuple[str, ...]
    output: tuple[str, ...]
    scope: str | None = None
    instructions: str | None = None


_INSTRUCTIONS = "gen_ai.system_instructions"
VERCEL = Content(
    ("ai.prompt.messages", "ai.prompt", "ai.toolCall.args"),
    (
        *("ai.response.text", "ai.result.text", "ai.toolCall.result", "ai.response.object", "ai.result.object"),
        *("ai.response.toolCalls", "ai.result.toolCalls"),
    ),
    "ai",
)
FLUE = Content(
    ("flue.turn.input", "flue.tool.arguments", "flue.task.prompt", "flue.workflow.payload"),
    ("flue.turn.output", "flue.tool.result", "flue.task.result", "flue.operation.result", "flue.workflow.result"),
    "@flue/opentelemetry",
)
GENKIT = Content(("genkit:input",), ("genkit:output",), "genkit-tracer")
SEMANTIC = (
    Content(("gen_ai.input.messages",), ("gen_ai.output.messages",), instructions=_INSTRUCTIONS),
    Content(("gen_ai.tool.call.arguments",), ("gen_ai.tool.call.result",)),
)
"""OpenTelemetry's own, in attributes of a span or of its event."""

ROWS = (
    # Google's Agent Development Kit; of a tool's call it says `{}` in place of the model's.
    Content(
        ("gcp.vertex.agent.llm_request", "gcp.vertex.agent.tool_call_args"),
        ("gcp.vertex.agent.llm_response", "gcp.vertex.agent.tool_response"),
    ),
    Content(("prompt",), ("all_messages_events",)),  # Logfire
    Content(
        ("lk.input_text", "lk.user_transcript", "lk.chat_ctx"), ("lk.function_tool.output", "lk.response.text")
    ),  # LiveKit
    Content(("events",), ()),  # Logfire again: both in one list
    Content(("mlflow.spanInputs",), ("mlflow.spanOutputs",)),
    Content(("traceloop.entity.input",), ("traceloop.entity.output",)),
    Content(("input.value",), ("output.value",)),  # OpenInference
    Content(("input",), ("output",)),  # Pydantic, Pipecat
    Content(("pydantic_ai.all_messages",), ("final_result",), "pydantic-ai", _INSTRUCTIONS),
    Content(("tool_arguments",), ("tool_response",)),  # Pydantic AI
)
DOTTED = (("gen_ai.prompt", "gen_ai.completion"), ("llm.input_messages", "llm.output_messages"))
"""Below which OpenLLMetry and OpenInference write lists and objects name by name: `gen_ai.prompt.0.content`."""

_DETAILS = "gen_ai.client.inference.operation.details"
_MESSAGES = {f"gen_ai.{role}.message": role for role in ("system", "user", "assistant", "tool")}
_CHOICE = "gen_ai.choice"
_PROMPT, _COMPLETION = "gen_ai.content.prompt", "gen_ai.content.completion"

NAMES = frozenset(
    (
        *(name for row in (VERCEL, FLUE, GENKIT, *SEMANTIC, *ROWS) for name in row.input + row.output),
        *("langfuse.trace.input", "langfuse.trace.output", "langfuse.observation.input", "langfuse.observation.output"),
        *(_INSTRUCTIONS, "lk.user_input"),
    )
) - {"tool_arguments", "tool_response"}
"""Attributes that are shown as what went in and came out, and not once more among the attributes."""

PREFIXES = (
    *(prefix for pair in DOTTED for prefix in pair),
    *("langfuse.trace.metadata", "langfuse.observation.metadata", "ai.telemetry.metadata"),
)
"""How others of them begin."""


def content_of(attributes: Mapping[str, Any], events: Sequence[tuple[str, Mapping[str, Any]]], scope: str) -> Sides:
    """Return what went in and what came out, each None where nothing says so.

    Args:
        attributes: The span's.
        events: The names and attributes of its events.
        scope: The name of its scope.
    """
    if scope == GENKIT.scope:
        return _genkit(attributes)
    if scope == VERCEL.scope:
        return _vercel(attributes)
    sides = _side_by_side(FLUE, attributes, scope)
    if sides == NOTHING and events:
        sides = _of_events(events, scope)
    for row in ROWS:
        if sides != NOTHING:
            return sides
        sides = _logfire(attributes) if row.input == ("events",) else _side_by_side(row, attributes, scope)
    for pair in DOTTED:
        if sides == NOTHING:
            sides = _dotted(attributes, pair[0]), _dotted(attributes, pair[1])
    return sides if sides != NOTHING else _semantic(attributes, scope)


def _side_by_side(row: Content, attributes: Mapping[str, Any], scope: str) -> Sides:
    if row.scope not in (None, scope):
        return NOTHING
    content, output = _best(attributes, row.input), _best(attributes, row.output)
    instructions = attributes.get(row.instructions) if row.instructions else None
    return (_instructed(content, instructions) if content and instructions else content), output


def _best(attributes: Mapping[str, Any], names: Sequence[str]) -> Any:
    if len(names) == 1:
        return first(attributes, names)
    return first({name: value for name in names if (value := attributes.get(name)) != "{}"}, names)


def _semantic(attributes: Mapping[str, Any], scope: str) -> Sides:
    rows = (_side_by_side(row, attributes, scope) for row in SEMANTIC)
    return next((sides for sides in rows if sides != NOTHING), NOTHING)


def _instructed(content: Any, instructions: Any) -> Any:
    messages = decode(content)
    if not isinstance(messages, list) or any(
        isinstance(each, dict) and each.get("role") == "system" for each in messages
    ):
        return content
    parts = decode(instructions)
    texts = (
        text_of(part.get("content") or part) if isinstance(part, dict) else text_of(part)
        for part in (parts if isinstance(parts, list) else [parts])
    )
    return [{"role": "system", "content": "\n".join(text or "" for text in texts)}, *messages]


def _genkit(attributes: Mapping[str, Any]) -> Sides:
    """Genkit wraps a model's messages in the whole request and response; other spans have only the whole."""
    content, output = (decode(attributes.get(row[0])) for row in (GENKIT.input, GENKIT.output))
    return (
        content.get("messages", content) if isinstance(content, dict) else content,
        output.get("message", output) if isinstance(output, dict) else output,
    )


def _vercel(attributes: Mapping[str, Any]) -> Sides:
    content, output = _side_by_side(VERCEL, attributes, "ai")
    if "ai.response.text" in attributes and "ai.response.toolCalls" in attributes:
        output = {
            "role": "assistant",
            "content": attributes["ai.response.text"],
            "tool_calls": attributes["ai.response.toolCalls"],
        }
    other = _semantic(attributes, "ai")
    return (other[0] if content is None else content), (other[1] if output is None else output)


def _logfire(attributes: Mapping[str, Any]) -> Sides:
    """Logfire's list of messages, of which the model's choice is what came out."""
    events = decode(attributes.get("events"))
    if not isinstance(events, list):
        return NOTHING
    chosen = [isinstance(each, dict) and each.get("event.name") == _CHOICE for each in events]
    messages = [each for each, choice in zip(events, chosen, strict=True) if not choice]
    output = next((each for each, choice in zip(events, chosen, strict=True) if choice), None)
    return messages or None, output


def _of_events(events: Sequence[tuple[str, Mapping[str, Any]]], scope: str) -> Sides:
    for name, attributes in events:
        if name == _DETAILS and (sides := _semantic(attributes, scope)) != NOTHING:
            return sides
    messages = [{"role": _MESSAGES[name], **attributes} for name, attributes in events if name in _MESSAGES]
    choices: list[Any] = [attributes for name, attributes in events if name == _CHOICE]
    if messages or choices:
        return messages or None, (choices[0] if len(choices) == 1 else choices or None)
    # Semantic Kernel's, which name what went in and came out as a span's attributes would.
    prompt, completion = dict(events).get(_PROMPT), dict(events).get(_COMPLETION)
    return (
        (content_of(prompt, (), scope)[0] or prompt) if prompt else None,
        (content_of(completion, (), scope)[1] or completion) if completion else None,
    )


def _dotted(attributes: Mapping[str, Any], prefix: str) -> Any:
    """Build what dotted names describe: a part of digits is a place in a list, where places left out close up."""
    whole = attributes.get(prefix)
    if whole:
        return whole
    start = prefix + "."
    tree = _Branch()
    for key, value in attributes.items():
        if key.startswith(start):
            *path, last = key[len(start) :].split(".", _PARTS)
            branch: Any = tree
            for part in path:
                branch = branch.setdefault(part, _Branch()) if isinstance(branch, _Branch) else None
            if isinstance(branch, _Branch):
                branch.setdefault(last, value)
    return _lists(tree) or None


class _Branch(dict[str, Any]):
    """What dotted names have below one part of them, and not what an attribute holds."""


def _lists(tree: Any) -> Any:
    if not isinstance(tree, _Branch):
        return tree
    parts = {name: _lists(part) for name, part in tree.items()}
    if parts and all(name.isdecimal() and len(name) < 10 for name in parts):
        return [parts[name] for name in sorted(parts, key=int)]
    return parts
