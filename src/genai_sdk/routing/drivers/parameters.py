"""Which parameters each wire has no place for: they are refused, because litellm leaves some of them out in silence.

The sets are litellm 1.106.2's translations, found by trial: a test sends every parameter of the catalogue over every
wire. What depends on the model litellm refuses by itself, or it is doubtful: then a translation without it tells.
"""

from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType
from typing import Any


def _names(text: str) -> Set[str]:
    return frozenset(text.split())


JSON_OBJECT = "response_format of the type json_object"
"""Stands among parameters: JSON without a schema, of which some wires know nothing."""

CLAUDE: Set[str] = _names(
    """
    audio frequency_penalty logit_bias logprobs modalities n prediction presence_penalty prompt_cache_key
    prompt_cache_retention safety_identifier safety_settings seed service_tier store top_logprobs verbosity
    """
) | {JSON_OBJECT}
"""Unknown to Anthropic's Messages, at Anthropic and at Google."""

CONVERSE: Set[str] = _names(
    """
    audio frequency_penalty logit_bias logprobs modalities n prediction presence_penalty prompt_cache_key
    prompt_cache_retention safety_identifier safety_settings seed store top_logprobs user verbosity
    """
) | {JSON_OBJECT}
"""Unknown to Bedrock's Converse."""

GEMINI: Set[str] = _names(
    """
    logit_bias parallel_tool_calls prediction prompt_cache_key prompt_cache_retention safety_identifier store
    user verbosity
    """
)
"""Unknown to Gemini."""

RESPONSES: Set[str] = _names(
    """
    audio frequency_penalty logit_bias logprobs modalities n prediction presence_penalty safety_settings seed stop
    thinking top_k top_logprobs
    """
)
"""Unknown to OpenAI's Responses, or (log probabilities) lost on the way back to chat's shape."""

BEDROCK_EMBEDDING: Set[str] = frozenset({"encoding_format", "user"})
"""Unknown to Bedrock's embedding models; litellm makes other things of an encoding."""

DOUBTFUL: Set[str] = _names("frequency_penalty parallel_tool_calls presence_penalty top_k")
"""Left out in silence for some models: penalties for Gemini 3, the others on Converse."""

# What every wire does anyway; whoever asks for it is not refused.
_ANYWAY: Mapping[str, Any] = MappingProxyType(
    {
        "encoding_format": "float",
        "frequency_penalty": 0,
        "logprobs": False,
        "n": 1,
        "parallel_tool_calls": True,
        "presence_penalty": 0,
    }
)


def is_asked(name: str, item: Any) -> bool:
    """Tell whether a parameter asks for something that not every wire does anyway."""
    return item is not None and item != _ANYWAY.get(name)


def misfits(lacking: Set[str], options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parameters of a call that ask for what a wire cannot do.

    Args:
        lacking: What the wire has no place for.
        options: The call's parameters.
    """
    for name, item in options.items():
        if name in lacking and is_asked(name, item):
            yield name
    form = options.get("response_format")
    if JSON_OBJECT in lacking and isinstance(form, Mapping) and form.get("type") == "json_object":
        yield JSON_OBJECT
