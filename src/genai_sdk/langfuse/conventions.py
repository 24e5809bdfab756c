"""PURE rows: which attributes say what of a span, by Langfuse's own convention and by those of others.

Langfuse understands all of these; where two speak, the first one counts. Read from its server, version 4.16:
https://github.com/langfuse/langfuse/tree/v4.16.0/packages/shared/src/server/otel
The others' words: https://opentelemetry.io/docs/specs/semconv/gen-ai/ (`gen_ai.`),
https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md (`openinference.`, `llm.`),
https://ai-sdk.dev/docs/ai-sdk-core/telemetry (`ai.`), https://www.traceloop.com/docs/openllmetry/contributing/semantic-conventions
(`traceloop.`, `gen_ai.prompt.0.content`).
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.langfuse.values import decode, first, text_of

OBSERVATION = "langfuse.observation."
TRACE = "langfuse.trace."
OWN_SCOPES = ("langfuse-sdk", "genai-sdk")
"""How the scopes begin whose spans speak Langfuse's convention and no other."""

USER = (
    "langfuse.user.id",
    "user.id",
    "langfuse.observation.metadata.langfuse_user_id",
    "langfuse.trace.metadata.langfuse_user_id",
    "ai.telemetry.metadata.userId",
)
SESSION = (
    "langfuse.session.id",
    "session.id",
    "gen_ai.conversation.id",
    "langfuse.observation.metadata.langfuse_session_id",
    "langfuse.trace.metadata.langfuse_session_id",
    "ai.telemetry.metadata.sessionId",
)
TAGS = (
    "langfuse.trace.tags",
    "langfuse.tags",
    "langfuse.observation.metadata.langfuse_tags",
    "langfuse.trace.metadata.langfuse_tags",
    "ai.telemetry.metadata.tags",
    "tag.tags",
)
PUBLIC = ("langfuse.trace.public", "langfuse.public")
ENVIRONMENT = ("langfuse.environment", "deployment.environment.name", "deployment.environment")
"""Of the span or of its resource."""

METADATA = ("langfuse.metadata", "ai.telemetry.metadata")
"""Below which others put metadata of an observation."""

NOT_METADATA = ("userId", "sessionId", "tags", "langfusePrompt")
"""What stands below `ai.telemetry.metadata` and has its own place."""

MODEL = (
    "langfuse.observation.model.name",
    "gen_ai.response.model",
    "ai.model.id",
    "gen_ai.request.model",
    "llm.response.model",
    "llm.model_name",
    "model",
)
MODEL_OF_A_CALL = (
    "langfuse.observation.model.name",
    "gen_ai.request.model",
    "gen_ai.response.model",
    "llm.model_name",
    "model",
)
"""Those that make a span of no other type a generation."""

SUMS = ("invoke_agent", "agent_step")
"""Operations whose model and usage are those of the spans below them once more, and do not count."""

NAME = ("gen_ai.tool.name", "genkit:name", "logfire.msg", "ai.toolCall.name")
"""What a span is rather called than by its own name."""

PROMPT_NAME = ("langfuse.observation.prompt.name", "langfuse.prompt.name")
PROMPT_VERSION = ("langfuse.observation.prompt.version", "langfuse.prompt.version")

FIRST_CHUNK = ("ai.response.msToFirstChunk", "ai.stream.msToFirstChunk")
"""How many milliseconds after its start a span's first content came."""

LEVELS = {
    **dict.fromkeys(("DEBUG", "TRACE", "VERBOSE"), "DEBUG"),
    **dict.fromkeys(("DEFAULT", "INFO", "LOG", "NOTICE", "OK", "SUCCESS"), "DEFAULT"),
    **dict.fromkeys(("WARNING", "WARN"), "WARNING"),
    **dict.fromkeys(("ERROR", "FATAL", "CRITICAL"), "ERROR"),
}


class Typing(msgspec.Struct, frozen=True):
    """What an attribute's values say of the type of a span.

    Attributes:
        attribute: Its name.
        types: The types by value.
        with_model: Whether it says so only of a span that also names a model, tools apart.
    """

    attribute: str
    types: Mapping[str, str]
    with_model: bool = False


def _words(**types: str) -> dict[str, str]:
    """Turn the words of each type into the type of each word."""
    return {word: name for name, words in types.items() for word in words.split()}


_VERCEL = _words(
    GENERATION="ai.generateText.doGenerate ai.generateObject.doGenerate "
    "ai.streamText.doStream ai.streamObject.doStream",
    EMBEDDING="ai.embed.doEmbed ai.embedMany.doEmbed",
    TOOL="ai.toolCall",
)
_TYPES = ("GENERATION", "EMBEDDING", "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "GUARDRAIL", "EVALUATOR")
TYPES = (
    Typing("langfuse.observation.type", {name.lower(): name for name in _TYPES}),
    Typing(
        "openinference.span.kind",
        {"LLM": "GENERATION"} | {name: name for name in _TYPES if name not in ("GENERATION", "SPAN", "EVENT")},
    ),
    Typing(
        "gen_ai.operation.name",
        _words(
            GENERATION="chat completion text_completion generate_content generate",
            EMBEDDING="embeddings",
            AGENT="invoke_agent create_agent",
            TOOL="execute_tool",
        ),
    ),
    Typing(
        "genkit:metadata:subtype",
        _words(
            GENERATION="model background-model",
            EMBEDDING="embedder",
            TOOL="tool tool.v2",
            RETRIEVER="retriever",
            EVALUATOR="evaluator",
        ),
    ),
    Typing("operation.name", _VERCEL, with_model=True),
    Typing("ai.operationId", _VERCEL, with_model=True),
)
PRESENT = (
    ("TOOL", ("gen_ai.tool.name", "gen_ai.tool.call.id", "flue.tool.name", "flue.tool.call_id")),
    ("AGENT", ("flue.task.id", "flue.task.agent")),
)
"""Types that the mere presence of an attribute tells."""

SPAN_TYPES = {
    ("livekit-agents", "agent_turn"): "AGENT",
    ("livekit-agents", "start_agent_activity"): "AGENT",
    ("livekit-agents", "function_tool"): "TOOL",
}
"""Types that scope and name of a span tell."""


def type_of(attributes: Mapping[str, Any], scope: str, name: str) -> str:
    """Return the type of an observation: `GENERATION`, `TOOL`, `SPAN` and the like."""
    for row in TYPES:
        value = attributes.get(row.attribute)
        # The AI SDK appends the name of a function to its operation's.
        kind = row.types.get(value.partition(" ")[0]) if isinstance(value, str) else None
        if kind and (not row.with_model or kind == "TOOL" or first(attributes, MODEL)):
            return kind
    for kind, names in PRESENT:
        if first(attributes, names):
            return kind
    return SPAN_TYPES.get((scope, name)) or ("GENERATION" if first(attributes, MODEL_OF_A_CALL) else "SPAN")


def name_of(attributes: Mapping[str, Any]) -> str | None:
    """Return what a span is rather called than by its own name, or None."""
    value = first(attributes, NAME)
    if value is None and (operation := attributes.get("ai.operationId")):
        function = attributes.get("ai.telemetry.functionId")
        value = f"{text_of(function)}:{text_of(operation)}" if function else operation
    return text_of(value)


_ENVIRONMENT = re.compile(r"[a-z0-9_-]+")
_RESERVED = re.compile(r"^(?:langfuse[-_]?)+")


def environment_of(attributes: Mapping[str, Any], resource: Mapping[str, Any]) -> str:
    """Return the environment as Langfuse writes it: lower case, at most 40 characters; `default` for what is none."""
    for name in ENVIRONMENT:
        value = attributes.get(name) or resource.get(name)
        if value:
            short = _RESERVED.sub("", value.lower())[:40] if isinstance(value, str) else ""
            return short if _ENVIRONMENT.fullmatch(short) else "default"
    return "default"


def tags_of(attributes: Mapping[str, Any]) -> list[str]:
    """Return tags, which may be a list, JSON of one, or names between commas."""
    value = first(attributes, TAGS)
    if isinstance(value, str):
        listed = decode(value) if value.lstrip().startswith("[") else None
        value = listed if isinstance(listed, list) else [part.strip() for part in value.split(",")]
    return [text_of(each) or "" for each in value] if isinstance(value, list) else []
