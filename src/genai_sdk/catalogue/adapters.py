"""The six adapters a Langfuse LLM connection can have, each a row of facts."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from genai_sdk.catalogue.families import Family

SecretShape = Literal["api_key", "aws", "service_account"]


class Adapter(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of every connection of one adapter.

    Attributes:
        name: The adapter's name in Langfuse, such as `"google-vertex-ai"`.
        label: What people call it, such as `"Bedrock"`.
        prefix: The provider prefix of model names, such as `"vertex_ai"` in `vertex_ai/gemini-3.8-flash`.
        secret: The secret's shape: `api_key` is the key itself; `aws` is JSON with `accessKeyId` and
            `secretAccessKey`, or with `apiKey`; `service_account` is Google's key file as JSON.
        sentinel: The secret that stands for the identity of the host that makes the call, or None.
        sentinel_label: What Langfuse shows in the sentinel's place.
        settings: The fields of a connection's config, with their types.
        needs_region: Whether a connection without a region is malformed.
        needs_base_url: Whether a connection without a base URL is malformed.
        home_of: The families its default models answer for bare names.
        home_if_named: The families its default models answer only behind its prefix or a pin.
        foreign_with_base_url: Whether a base URL means another vendor's server, whose models nobody but it knows.
        takes_unlisted: The families whose names go through verbatim while the connection lists no custom models.
        auth_headers: The lower-case names that extra headers may not set.
        wire: Which wire of ours its models speak, a package below `wires`; empty where none of ours does.
        wires_by_model: Pairs of a part of a model's id and the wire that such models speak in its place.
        embeds: What an id has in it of a model that may make vectors, a pattern; empty where any may, None where none.
        trial_model: A cheap one among its default models, to try a connection with; None where it has no defaults.
    """

    name: str
    label: str
    prefix: str
    secret: SecretShape = "api_key"  # noqa: S105  (a shape, not a secret)
    sentinel: str | None = None
    sentinel_label: str = ""
    settings: Mapping[str, type] = MappingProxyType({})
    needs_region: bool = False
    needs_base_url: bool = False
    home_of: tuple[Family, ...] = ()
    home_if_named: tuple[Family, ...] = ()
    foreign_with_base_url: bool = False
    takes_unlisted: tuple[Family, ...] = ()
    auth_headers: frozenset[str]
    wire: str = ""
    wires_by_model: tuple[tuple[str, str], ...] = ()
    embeds: str | None = ""
    trial_model: str | None = None


# https://ai.google.dev/gemini-api/docs/embeddings and https://cloud.google.com/vertex-ai/generative-ai/docs/embeddings:
# a Gemini that embeds says so, and Claude makes no vectors. What a tuned model is called is its owner's choice.
_GOOGLE_EMBEDS = r"embed|gecko|^(?!.*(gemini-|imagen|veo-|claude))"

_ROWS = (
    Adapter(
        name="openai",
        label="OpenAI",
        prefix="openai",
        wire="openai",
        settings=MappingProxyType({"useResponsesApi": bool}),
        home_of=("gpt",),
        # vLLM, OpenRouter and every other compatible server is this adapter with a base URL.
        foreign_with_base_url=True,
        # https://platform.openai.com/docs/api-reference/authentication; compatible gateways also read `api-key`.
        auth_headers=frozenset({"authorization", "api-key"}),
        trial_model="gpt-6-luna",
    ),
    Adapter(
        name="azure",
        label="Azure OpenAI",
        prefix="azure",
        wire="openai",
        needs_base_url=True,
        # A deployment is named by whoever made it, often like the model in it.
        takes_unlisted=("gpt",),
        # https://learn.microsoft.com/azure/ai-services/openai/reference#authentication: a key or an Entra token.
        auth_headers=frozenset({"api-key", "authorization"}),
    ),
    Adapter(
        name="anthropic",
        label="Anthropic",
        prefix="anthropic",
        wire="anthropic",
        home_of=("claude",),
        # https://docs.anthropic.com/en/api/overview#authentication
        auth_headers=frozenset({"x-api-key", "authorization"}),
        # https://docs.anthropic.com/en/docs/build-with-claude/embeddings: Anthropic offers no embedding model.
        embeds=None,
        trial_model="claude-haiku-5-5",
    ),
    Adapter(
        name="bedrock",
        label="Bedrock",
        prefix="bedrock",
        secret="aws",  # noqa: S106  (a shape, not a secret)
        wire="converse",
        sentinel="__BEDROCK_DEFAULT_CREDENTIALS__",
        sentinel_label="Default AWS credentials",
        settings=MappingProxyType({"region": str}),
        # https://docs.aws.amazon.com/general/latest/gr/bedrock.html: every endpoint belongs to one region.
        needs_region=True,
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html: what a
        # signature consists of; `host` is part of what is signed.
        auth_headers=frozenset({"authorization", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token"}),
        # https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html: those that converse, draw or rank.
        embeds=(
            r"embed|^(?!.*(anthropic\.|amazon\.(nova|titan-(text|image|tg1)|rerank)|meta\.|mistral\.|cohere\.(command|rerank)"
            r"|ai21\.|deepseek\.|openai\.|qwen\.|stability\.))"
        ),
    ),
    Adapter(
        name="google-vertex-ai",
        label="Vertex AI",
        prefix="vertex_ai",
        secret="service_account",  # noqa: S106  (a shape, not a secret)
        sentinel="__VERTEXAI_DEFAULT_CREDENTIALS__",
        sentinel_label="Default GCP credentials (ADC)",
        settings=MappingProxyType({"location": str}),
        wire="gemini",
        wires_by_model=(("claude", "anthropic"),),
        home_of=("gemini",),
        # https://cloud.google.com/vertex-ai/generative-ai/docs/partner-models/claude: to be enabled per project.
        home_if_named=("claude",),
        embeds=_GOOGLE_EMBEDS,
        # https://cloud.google.com/docs/authentication/rest, and API keys in express mode.
        auth_headers=frozenset({"authorization", "x-goog-api-key"}),
        trial_model="gemini-3.5-flash-lite",
    ),
    Adapter(
        name="google-ai-studio",
        label="Google AI Studio",
        wire="gemini",
        prefix="gemini",
        home_of=("gemini",),
        embeds=_GOOGLE_EMBEDS,
        # https://ai.google.dev/gemini-api/docs/api-key
        auth_headers=frozenset({"x-goog-api-key", "authorization"}),
        trial_model="gemini-3.5-flash-lite",
    ),
)

ADAPTERS: Mapping[str, Adapter] = MappingProxyType({row.name: row for row in _ROWS})
"""Every adapter by its name in Langfuse."""

PREFIXES: Mapping[str, Adapter] = MappingProxyType({row.prefix: row for row in _ROWS})
"""Every adapter by its provider prefix."""


def may_embed(adapter: str, model: str) -> bool:
    """Tell whether a model may make vectors, as far as its name says; an empty name stands for any."""
    mark = ADAPTERS[adapter].embeds
    return mark is not None and (not model or re.search(mark, model) is not None)


def wire_of(adapter: str, model: str) -> str:
    """Return the wire of ours that a model speaks on a connection of an adapter; empty if none does."""
    row = ADAPTERS[adapter]
    for part, wire in row.wires_by_model:
        if part in model:
            return wire
    return row.wire
