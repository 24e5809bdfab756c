"""Families of models, told by how the canonical name begins."""

import re
from typing import Literal

import msgspec

Family = Literal["gpt", "gemini", "claude"]


class FamilyRow(msgspec.Struct, frozen=True):
    """A family and how its names begin.

    Attributes:
        name: The family.
        pattern: What matches a canonical name of the family from its beginning.
    """

    name: Family
    pattern: str


FAMILIES: tuple[FamilyRow, ...] = (
    # `gpt-oss` is an open model that OpenAI itself does not serve: https://platform.openai.com/docs/models
    FamilyRow(
        "gpt",
        r"gpt-(?!oss)|chatgpt-|o\d|text-embedding-(3|ada)|dall-e|whisper|tts-|ft:gpt",
    ),
    # https://ai.google.dev/gemini-api/docs/models and https://cloud.google.com/vertex-ai/generative-ai/docs/models
    FamilyRow("gemini", r"gemini-|text-embedding-00|text-multilingual|imagen|veo"),
    # https://docs.anthropic.com/en/docs/about-claude/models/overview
    FamilyRow("claude", r"claude-"),
)
"""Every family; no name belongs to two."""


def family_of(canonical: str) -> Family | None:
    """Return the family of a canonical name (see `models.canonical`), or None."""
    return next((row.name for row in FAMILIES if re.match(row.pattern, canonical, re.ASCII)), None)


# https://platform.openai.com/docs/guides/reasoning: the o series and GPT from 5 on, but for the models behind ChatGPT.
_REASONING = r"(?:^|[/:])o\d+(?:-|$)|gpt-(?:[5-9]|\d\d)(?!-chat)"
_O_SERIES = r"(?:^|[/:])o\d+(?:-|$)"


def counts_reasoning(model: str) -> bool:
    """Tell whether OpenAI's model knows its bound only as `max_completion_tokens`, since its reasoning counts too.

    https://platform.openai.com/docs/api-reference/chat/create#chat-create-max_tokens
    """
    return re.search(_REASONING, model, re.ASCII) is not None


def has_developers(model: str) -> bool:
    """Tell whether OpenAI's model tells developers' messages from the system's; elsewhere they are the same.

    https://platform.openai.com/docs/guides/text#message-roles-and-instruction-following
    """
    return re.search(_O_SERIES, model, re.ASCII) is not None
