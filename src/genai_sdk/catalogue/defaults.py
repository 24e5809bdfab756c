"""The models that adapters offer by themselves, as the vendors' pages listed them in November 2026.

A model that is not here is no mistake: a connection with default models takes any name of its family. A row says under
which exact id a shorter name goes, what `client.models()` shows, and what is gone for good.

Vendors move their dates, and a model wrongly called retired could not be used at all, while one wrongly called alive
costs one answer "not found", after which the next connection is tried. So `retired` is only what was shut down at least
six months before this list was made; what ended since is no longer offered, but still answers.
"""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class DefaultModel(msgspec.Struct, frozen=True):
    """A model of a vendor.

    Attributes:
        id: The id that the vendor's API takes.
        offered: Whether the vendor offers it.
        retired: Whether it was shut down so long ago that nobody can use it.
    """

    id: str
    offered: bool = True
    retired: bool = False


def _rows(*, offered: str, ended: str = "", retired: str = "") -> tuple[DefaultModel, ...]:
    return (
        *(DefaultModel(one) for one in offered.split()),
        *(DefaultModel(one, offered=False) for one in ended.split()),
        *(DefaultModel(one, offered=False, retired=True) for one in retired.split()),
    )


# https://platform.openai.com/docs/models and https://platform.openai.com/docs/deprecations
_OPENAI = _rows(
    offered="""
        gpt-6.1-sol gpt-6-astra gpt-6-sol gpt-6-luna
        gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5.1
        gpt-5 gpt-5-mini gpt-5-nano gpt-4.1 gpt-4.1-mini gpt-4o gpt-4o-mini gpt-audio gpt-audio-mini o3
        text-embedding-3-small text-embedding-3-large text-embedding-ada-002
    """,
    ended="gpt-4 gpt-4-turbo gpt-4.1-nano gpt-3.5-turbo o1 o3-mini o4-mini",
    retired="""
        chatgpt-4o-latest gpt-4.5-preview gpt-4.5-preview-2025-02-27 o1-preview o1-preview-2024-09-12
        o1-mini o1-mini-2024-09-12 gpt-4-32k gpt-4-32k-0314 gpt-4-32k-0613 gpt-4-0314 gpt-4-0125-preview
        gpt-4-turbo-preview gpt-4-vision-preview gpt-4-1106-vision-preview gpt-3.5-turbo-0301 gpt-3.5-turbo-0613
        gpt-3.5-turbo-16k-0613 dall-e-2 dall-e-3
    """,
)

# https://docs.anthropic.com/en/docs/about-claude/models/overview and …/about-claude/model-deprecations
_ANTHROPIC = _rows(
    offered="""
        claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-fable-5-1 claude-fable-5 claude-opus-5 claude-sonnet-5
        claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6
        claude-opus-4-5-20251101 claude-sonnet-4-5-20250929 claude-haiku-4-5-20251001
    """,
    ended="claude-opus-4-1-20250805 claude-opus-4-20250514 claude-sonnet-4-20250514",
    retired="""
        claude-3-7-sonnet-20250219 claude-3-5-sonnet-20241022 claude-3-5-sonnet-20240620 claude-3-5-haiku-20241022
        claude-3-opus-20240229 claude-3-sonnet-20240229 claude-3-haiku-20240307
        claude-2 claude-2.0 claude-2.1 claude-1 claude-1.0 claude-1.1 claude-1.2 claude-1.3
        claude-instant-1 claude-instant-1.0 claude-instant-1.1 claude-instant-1.2
    """,
)

_GEMINI = """
    gemini-4-argon gemini-3.8-flash gemini-3.7-flash gemini-3.6-flash gemini-3.5-flash gemini-3.5-flash-lite
    gemini-3.1-pro-preview gemini-3.1-flash-lite gemini-3-flash-preview
    gemini-2.5-pro gemini-2.5-flash gemini-2.5-flash-lite gemini-embedding-001 gemini-embedding-2
"""
_GEMINI_ENDED = "gemini-2.0-flash gemini-2.0-flash-001 gemini-2.0-flash-lite gemini-2.0-flash-lite-001"
_GEMINI_RETIRED = """
    gemini-1.5-pro gemini-1.5-pro-001 gemini-1.5-pro-002 gemini-1.5-flash gemini-1.5-flash-001 gemini-1.5-flash-002
    gemini-1.5-flash-8b gemini-1.5-flash-8b-001 gemini-1.0-pro gemini-1.0-pro-001 gemini-1.0-pro-002
    gemini-1.0-pro-vision gemini-1.0-pro-vision-001 gemini-pro gemini-pro-vision
"""

# https://ai.google.dev/gemini-api/docs/models and https://ai.google.dev/gemini-api/docs/deprecations
_GOOGLE_AI_STUDIO = _rows(
    offered=_GEMINI + " gemini-pro-latest gemini-flash-latest gemini-flash-lite-latest",
    ended=_GEMINI_ENDED,
    # text-embedding-004 lives on at Vertex AI only: https://ai.google.dev/gemini-api/docs/changelog (2026-01-14).
    retired=_GEMINI_RETIRED + " text-embedding-004",
)

# https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions, and for Claude (whose ids have `@` before
# the date, and none since 4.6) https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude
_GOOGLE_VERTEX_AI = _rows(
    offered=_GEMINI
    + """
        text-embedding-005 text-embedding-004 text-multilingual-embedding-002
        claude-opus-5-5 claude-sonnet-5-5 claude-haiku-5-5 claude-fable-5-1 claude-fable-5 claude-opus-5 claude-sonnet-5
        claude-opus-4-8 claude-opus-4-7 claude-opus-4-6 claude-sonnet-4-6
        claude-opus-4-5@20251101 claude-sonnet-4-5@20250929 claude-haiku-4-5@20251001
    """,
    ended=_GEMINI_ENDED
    + """
        claude-opus-4-1@20250805 claude-opus-4@20250514 claude-sonnet-4@20250514
        claude-3-5-haiku@20241022 claude-3-haiku@20240307
    """,
    retired=_GEMINI_RETIRED
    + """
        claude-3-5-sonnet-v2@20241022 claude-3-5-sonnet@20240620 claude-3-7-sonnet@20250219
        claude-3-opus@20240229 claude-3-sonnet@20240229
    """,
)

DEFAULT_MODELS: Mapping[str, tuple[DefaultModel, ...]] = MappingProxyType(
    {
        "openai": _OPENAI,
        "azure": (),  # A deployment is named by whoever made it.
        "anthropic": _ANTHROPIC,
        "bedrock": (),  # What may be used depends on account and region.
        "google-vertex-ai": _GOOGLE_VERTEX_AI,
        "google-ai-studio": _GOOGLE_AI_STUDIO,
    }
)
"""Each adapter's models; Langfuse has no defaults for Azure and Bedrock either."""
