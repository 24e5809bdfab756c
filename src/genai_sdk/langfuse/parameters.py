"""Parameters of a model's call, as Langfuse keeps them and as others say them."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.langfuse.values import decode_object, present, to_json

# What the AI SDK tells of a call, by the name that Langfuse gives it.
_VERCEL_PARAMETERS = (
    ("maxSteps", ("ai.settings.maxSteps",)),
    ("toolChoice", ("ai.prompt.toolChoice",)),
    ("maxTokens", ("gen_ai.request.max_tokens",)),
    ("finishReason", ("gen_ai.response.finish_reasons", "gen_ai.finishReason")),
    ("system", ("gen_ai.system", "ai.model.provider")),
    ("maxRetries", ("ai.settings.maxRetries",)),
    ("mode", ("ai.settings.mode",)),
    ("temperature", ("gen_ai.request.temperature",)),
    ("service_tier", ("gen_ai.request.service_tier",)),
)
_PARAMETER_OBJECTS = ("llm.invocation_parameters", "model_config")
_PARAMETER_PREFIXES = ("gen_ai.request.", "llm.invocation_parameters.")


def parameters_of(attributes: Mapping[str, Any], scope: str) -> dict[str, Any]:
    """Return a model's parameters as others than Langfuse say them."""
    if scope == "ai":
        return {name: value for name, names in _VERCEL_PARAMETERS if (value := present(attributes, names)) is not None}
    for name in _PARAMETER_OBJECTS:
        if parameters := decode_object(attributes.get(name)):
            return parameters
    return {
        key[len(prefix) :]: value
        for prefix in _PARAMETER_PREFIXES
        for key, value in attributes.items()
        if key.startswith(prefix) and key != prefix + "model"
    }


def plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as Langfuse keeps them: what is neither text nor a number becomes JSON."""
    return {
        name: value if isinstance(value, str | int | float) and not isinstance(value, bool) else to_json(value)
        for name, value in parameters.items()
    }
