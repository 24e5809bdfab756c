"""Prices by the second, the character and the search, of models that are not billed by the token.

From the price list of litellm 1.110.2 (`input_cost_per_second`, `input_cost_per_character`, `output_cost_per_image`,
`input_cost_per_query`). Only prices that hold whatever was asked are here: what a picture of Titan's or Nova Canvas'
costs depends on its size and quality, which no answer tells.
"""

from collections.abc import Mapping
from types import MappingProxyType

UNITS = ("seconds", "characters", "images", "search_units")
"""The fields of `usage` that say how many there were."""

_SPEECH, _SPEECH_HD = {"characters": 1.5e-05}, {"characters": 3e-05}
_WHISPER, _TRANSCRIBE = {"seconds": 0.0001}, {"seconds": 7.5e-05}
_CORE, _ULTRA, _SD3 = {"images": 0.04}, {"images": 0.14}, {"images": 0.08}

_DOLLARS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "openai": {
        "tts-1": _SPEECH,
        "tts-1-1106": _SPEECH,
        "tts-1-hd": _SPEECH_HD,
        "tts-1-hd-1106": _SPEECH_HD,
        "whisper-1": _WHISPER,
        "gpt-transcribe": _TRANSCRIBE,
    },
    "azure": {
        "tts-1": _SPEECH,
        "tts-1-hd": {"characters": 3.3e-05},
        "whisper": _WHISPER,
        "whisper-1": _WHISPER,
        "gpt-transcribe": _TRANSCRIBE,
    },
    "bedrock": {
        "stability.sd3-large-v1:0": _SD3,
        "stability.sd3-5-large-v1:0": _SD3,
        "stability.stable-image-core-v1:0": _CORE,
        "stability.stable-image-core-v1:1": _CORE,
        "stability.stable-image-ultra-v1:0": _ULTRA,
        "stability.stable-image-ultra-v1:1": _ULTRA,
        "cohere.rerank-v3-5:0": {"search_units": 0.002},
        "amazon.rerank-v1:0": {"search_units": 0.001},
    },
}


def dollars_by_unit(adapter: str, model: str) -> Mapping[str, float]:
    """Return what one of each unit costs; nothing for models that are billed by the token."""
    return _DOLLARS.get(adapter, {}).get(model, MappingProxyType({}))
