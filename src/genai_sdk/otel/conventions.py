"""A call in the words of OpenTelemetry's GenAI conventions 0.1.0.

Source: open-telemetry/semantic-conventions-genai, read near its main branch after v0.1.0:
docs/gen-ai/client-inference.md, client-embeddings.md
and gen-ai-token-metrics.md. Names of our own stand below `genai_sdk.`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from genai_sdk.tracing.observed import CallFacts
from genai_sdk.types import ChatCompletion, Response, Usage

Attribute = str | bool | int | float | Sequence[str]

_PROVIDERS: Mapping[str, str] = {
    "openai": "openai",
    "azure": "azure.ai.openai",
    "anthropic": "anthropic",
    "bedrock": "aws.bedrock",
    "google-vertex-ai": "gcp.vertex_ai",
    "google-ai-studio": "gcp.gemini",
}
_UNKNOWN = "unknown"  # the conventions require a provider and let the value be a custom one

_OPERATIONS: Mapping[str, str] = {
    "embedding": "embeddings",
    "responses": "chat",
    "messages": "chat",
    "image_generation": "generate_content",
    "image_edit": "generate_content",
    "speech": "generate_content",
    "transcription": "generate_content",
}
"""Where theirs differs from ours; `rerank` and `moderation` they do not have."""

_OUTPUTS: Mapping[str, str] = {"image_generation": "image", "image_edit": "image", "speech": "speech"}
INFERENCE = frozenset({"chat", "text_completion", "generate_content"})
EMBEDDINGS = "embeddings"

_NUMBERS: Mapping[str, str] = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",
    "max_output_tokens": "max_tokens",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "seed": "seed",
}
_FLOATS = frozenset({"temperature", "top_p", "frequency_penalty", "presence_penalty"})


def provider_name(adapter: str | None) -> str:
    """Return what the conventions call the provider of an adapter."""
    return _PROVIDERS.get(adapter or "", adapter or _UNKNOWN)


def operation_name(operation: str) -> str:
    """Return what the conventions call an operation; of one that they do not have, its own name."""
    return _OPERATIONS.get(operation, operation)


def request_attributes(facts: CallFacts, *, content: bool) -> dict[str, Attribute]:
    """Return the attributes of a call's beginning; texts that can hold content only with `content`."""
    attributes: dict[str, Attribute] = {"gen_ai.operation.name": operation_name(facts.operation)}
    if facts.model:
        attributes["gen_ai.request.model"] = facts.model
    if facts.streaming:
        attributes["gen_ai.request.stream"] = True
    for name, value in facts.options.items():
        attributes.update(_option(name, value, content=content))
    if facts.operation in _OUTPUTS:
        attributes["gen_ai.output.type"] = _OUTPUTS[facts.operation]
    if facts.prompt is not None:
        attributes["gen_ai.prompt.name"] = facts.prompt.name
        attributes["gen_ai.prompt.version"] = str(facts.prompt.version)
    if facts.labels is not None and facts.labels.session_id:
        attributes["gen_ai.conversation.id"] = facts.labels.session_id
    return attributes


def _option(name: str, value: Any, *, content: bool) -> dict[str, Attribute]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in _NUMBERS and is_number:
        return {f"gen_ai.request.{_NUMBERS[name]}": float(value) if name in _FLOATS else value}
    if name == "n" and is_number and value != 1:
        return {"gen_ai.request.choice.count": value}
    if name == "dimensions" and is_number:
        return {"gen_ai.embeddings.dimension.count": value}
    if name == "encoding_format" and isinstance(value, str):
        return {"gen_ai.request.encoding_formats": (value,)}
    if name == "reasoning_effort" and isinstance(value, str):
        return {"gen_ai.request.reasoning.level": value}
    if name == "stop" and content:
        texts = value if isinstance(value, list | tuple) else (value,)
        return {"gen_ai.request.stop_sequences": tuple(text for text in texts if isinstance(text, str))}
    if name == "response_format" and value is not None:
        is_text = isinstance(value, Mapping) and value.get("type") == "text"
        return {"gen_ai.output.type": "text" if is_text else "json"}
    return {}


def response_attributes(response: Response | None) -> dict[str, Attribute]:
    """Return what an answer says, or what there is of one that broke off."""
    if response is None:
        return {}
    attributes: dict[str, Attribute] = {}
    if response.model:
        attributes["gen_ai.response.model"] = response.model
    identifier = getattr(response, "id", None)
    if isinstance(identifier, str) and identifier:
        attributes["gen_ai.response.id"] = identifier
    if isinstance(response, ChatCompletion) and response.choices:
        attributes["gen_ai.response.finish_reasons"] = finish_reasons(response)
    if response.genai.first_content is not None:
        attributes["gen_ai.response.time_to_first_chunk"] = response.genai.first_content
    return attributes


def finish_reasons(response: ChatCompletion) -> tuple[str, ...]:
    """Return how each choice ended; one that did not is `error`, as the conventions want it."""
    words = (choice.finish_reason or "error" for choice in response.choices)
    return tuple("tool_call" if word == "tool_calls" else word for word in words)


def token_counts(usage: Usage | None) -> dict[str, int]:
    """Return tokens by the conventions' names; `input_tokens` includes the cached, `output_tokens` the reasoning."""
    if usage is None:
        return {}
    kinds = usage.by_kind()
    written = kinds.get("written", 0) + kinds.get("written_long", 0)
    answer = sum(count for kind, count in kinds.items() if kind.startswith("output") or kind == "reasoning")
    counts = {
        "cache_read.input_tokens": kinds.get("cached", 0),
        "cache_write.input_tokens": written,
        "reasoning.output_tokens": kinds.get("reasoning", 0),
    }
    whole = {"input_tokens": sum(kinds.values()) - answer, "output_tokens": answer}
    return whole | {name: count for name, count in counts.items() if count}
