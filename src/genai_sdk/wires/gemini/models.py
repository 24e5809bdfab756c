"""What Google's models differ in, as data: how they are told to think, and how they embed.

Whether a model thinks is held to the price file of litellm 1.110.2 by a test, which lists where the rows differ, and
why. The levels of 3.7 and 3.8 are on https://ai.google.dev/gemini-api/docs/generate-content/whats-new-gemini-3.7.
Budgets in tokens, and the levels of 3.0, 3.1 and 4, stand on Google's pages as they were known: they are not verified.
"""

import functools
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

import msgspec

Thinking = Literal["levels", "budget", "none"]

_GENERATION = r"gemini-(\d+)(?:[.-](\d)(?!\d))?"
_LATEST = r"gemini-(pro|flash|flash-lite)-latest$"


class GeminiTraits(msgspec.Struct, frozen=True):
    """What is true of a family of models.

    Attributes:
        thinking: How it is told how much to think.
        efforts: What each effort of OpenAI's is: a level, or a budget in tokens.
    """

    thinking: Thinking
    efforts: Mapping[str, Any] = {}


# https://ai.google.dev/gemini-api/docs/thinking and .../openai#thinking (how Google reads OpenAI's efforts itself).
_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24_576, "xhigh": 24_576, "max": 24_576}
_PRO_BUDGETS = {**_BUDGETS, "none": 128, "minimal": 128, "xhigh": 32_768, "max": 32_768}  # it cannot but think
_LEVELS = {"none": "MINIMAL", "minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH"}
_ALL_LEVELS = {**_LEVELS, "xhigh": "XHIGH", "max": "XHIGH"}  # google-genai 3.6.1, enum ThinkingLevel
_FLASH_LEVELS = {**_LEVELS, "xhigh": "HIGH", "max": "HIGH"}
_PRO_LEVELS = {**_FLASH_LEVELS, "none": "LOW", "minimal": "LOW"}
_PRO_3_LEVELS = {**_PRO_LEVELS, "medium": "HIGH"}

_NO_THINKING = GeminiTraits("none")
_ROWS: tuple[tuple[str, GeminiTraits], ...] = (
    (r"gemini-(1\.|1-|2\.0|2-|pro$|pro-vision)|gemma|learnlm", _NO_THINKING),
    (r"gemini-2\.5-.*(image|tts)", _NO_THINKING),
    (r"gemini-2\.5-pro", GeminiTraits("budget", _PRO_BUDGETS)),
    (r"gemini-2\.5|gemini-robotics", GeminiTraits("budget", _BUDGETS)),
    (r"gemini-3-pro", GeminiTraits("levels", _PRO_3_LEVELS)),
    (r"gemini-3\.1-pro", GeminiTraits("levels", _PRO_LEVELS)),
    (r"gemini-3(\.1)?-flash", GeminiTraits("levels", _FLASH_LEVELS)),
    # Low, medium and high alone; the price file says of no Flash and of 4 Argon that they take "xhigh".
    (
        r"gemini-3\.[78]-flash(?!-lite)|gemini-4-argon|gemini-flash-latest",
        GeminiTraits("levels", _PRO_LEVELS),
    ),
    (r"gemini-4-", GeminiTraits("levels", {**_ALL_LEVELS, "none": "LOW", "minimal": "LOW"})),
    (r"gemini-", GeminiTraits("levels", MappingProxyType(_ALL_LEVELS))),
)
_UNKNOWN = GeminiTraits("budget", _BUDGETS)


@functools.lru_cache(maxsize=256)
def row_of(model: str) -> GeminiTraits:
    """Return what is true of a model; of one that has no name of Google's, what most models take."""
    return next((row for pattern, row in _ROWS if re.search(pattern, model)), _UNKNOWN)


@functools.lru_cache(maxsize=256)
def generation_of(model: str) -> int:
    """Return the generation of a model, 0 if its name says none."""
    match = re.search(_GENERATION, model)
    if match is not None:
        return int(match[1])
    return 3 if re.search(_LATEST, model) else 0


def embeds_contents(model: str) -> bool:
    """Tell whether Vertex AI embeds with a model as the Gemini API does, and not by `predict`.

    google-genai 3.6.1, `t_is_vertex_embed_content_model`.
    """
    name = model.rpartition("/")[2]
    return "gemini" in name or "maas" in name


_DRAWS = r"gemini-.*image"
_IMAGEN = r"imagen"
_SPEAKS = r"tts"


def draws(model: str) -> bool:
    """Tell whether a model draws over generateContent (https://ai.google.dev/gemini-api/docs/image-generation)."""
    return re.search(_DRAWS, model) is not None


def is_imagen(model: str) -> bool:
    """Tell whether a model is Imagen (https://docs.cloud.google.com/vertex-ai/generative-ai/docs/image/overview)."""
    return re.search(_IMAGEN, model) is not None


def speaks(model: str) -> bool:
    """Tell whether a model reads aloud (https://ai.google.dev/gemini-api/docs/speech-generation)."""
    return re.search(_SPEAKS, model) is not None
