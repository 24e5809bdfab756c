"""Parameters that litellm leaves out in silence, wire by wire: they are refused.

The sets are litellm 1.110.2's translations, found by trial: a test sends every parameter of the catalogue over every
wire. What depends on the model litellm refuses by itself, or it is doubtful: then a translation without it tells.
"""

from collections.abc import Set

from genai_sdk.wires.unsupported import JSON_OBJECT


def _names(text: str) -> Set[str]:
    return frozenset(text.split())


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

BEDROCK_EMBEDDING: Set[str] = frozenset({"encoding_format", "user"})
"""Unknown to Bedrock's embedding models; litellm makes other things of an encoding."""

DOUBTFUL: Set[str] = _names("frequency_penalty parallel_tool_calls presence_penalty top_k")
"""Left out in silence for some models: penalties for Gemini 3, the others on Converse."""
