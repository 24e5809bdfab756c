"""The exact ids of the models that adapters offer by themselves, and under which shorter names go.

A model that is not here is no mistake: a connection with default models takes any name of its family. When a model ends
is in the table of models alone (`ended`, `retired`, `end_of_life`).
"""

from collections.abc import Mapping
from types import MappingProxyType

# https://platform.openai.com/docs/models
_OPENAI = """
    gpt-6.1-sol gpt-6-astra gpt-6-sol gpt-6-luna
    gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5.1
    gpt-5 gpt-5-mini gpt-5-nano gpt-4.1 gpt-4.1-mini gpt-4.1-nano gpt-4o gpt-4o-mini gpt-4 gpt-4-turbo gpt-3.5-turbo
    gpt-audio gpt-audio-mini o1 o3 o3-mini o4-mini
    text-embedding-3-small text-embedding-3-large text-embedding-ada-002
"""

# https://docs.anthropic.com/en/docs/about-claude/models/overview
_ANTHROPIC = """
    claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-fable-5-1 claude-fable-5 claude-opus-5 claude-sonnet-5
    claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6
    claude-opus-4-5-20251101 claude-sonnet-4-5-20250929 claude-haiku-4-5-20251001
    claude-opus-4-1-20250805 claude-opus-4-20250514 claude-sonnet-4-20250514
"""

_GEMINI = """
    gemini-4-argon gemini-3.8-flash gemini-3.7-flash gemini-3.6-flash gemini-3.5-flash gemini-3.5-flash-lite
    gemini-3.1-pro-preview gemini-3.1-flash-lite gemini-3-flash-preview
    gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite
    gemini-2.0-flash gemini-2.0-flash-001 gemini-2.0-flash-lite gemini-2.0-flash-lite-001
    gemini-embedding-001 gemini-embedding-2
"""

# https://ai.google.dev/gemini-api/docs/models
_GOOGLE_AI_STUDIO = f"{_GEMINI} gemini-pro-latest gemini-flash-latest gemini-flash-lite-latest"

# https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions, and for Claude (whose ids have `@` before
# the date, and none since 4.6) https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude
_GOOGLE_VERTEX_AI = f"""
    {_GEMINI}
    text-embedding-005 text-embedding-004 text-multilingual-embedding-002
    claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-fable-5-1 claude-fable-5 claude-opus-5 claude-sonnet-5
    claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6
    claude-opus-4-5@20251101 claude-sonnet-4-5@20250929 claude-haiku-4-5@20251001
    claude-opus-4-1@20250805 claude-opus-4@20250514 claude-sonnet-4@20250514
    claude-3-5-haiku@20241022 claude-3-haiku@20240307
"""

DEFAULT_MODELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "openai": tuple(_OPENAI.split()),
        "azure": (),  # A deployment is named by whoever made it.
        "anthropic": tuple(_ANTHROPIC.split()),
        "bedrock": (),  # What may be used depends on account and region.
        "google-vertex-ai": tuple(_GOOGLE_VERTEX_AI.split()),
        "google-ai-studio": tuple(_GOOGLE_AI_STUDIO.split()),
    }
)
"""Each adapter's models; Langfuse has no defaults for Azure and Bedrock either."""
