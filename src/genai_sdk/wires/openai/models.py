"""What OpenAI's own models do not take, as rows: the first whose pattern is found in the model's name holds.

Sources: litellm 1.110.2, `llms/openai/chat/o_series_transformation.py` and `gpt_reasoning_transformation.py`, and the
docstrings of openai 3.57.0 (`types/chat/completion_create_params.py`). They hold at OpenAI, and on Azure for
deployments called like OpenAI's models; a server that merely speaks the wire says itself what it does not take.
"""

import functools
import re
from collections.abc import Mapping, Set
from typing import Any, Literal

import msgspec

from genai_sdk.catalogue import family_of, is_azure, is_openai
from genai_sdk.wires.unsupported import WITH_MODEL, UnsupportedError
from genai_sdk.wires.wire import Endpoint

Sampling = Literal["always", "without reasoning", "never"]

_REASONED = frozenset({"temperature", "top_p", "logprobs", "top_logprobs"})
"""What models that reason take at most while they do not."""


class OpenAITraits(msgspec.Struct, frozen=True, kw_only=True):
    """What a model does not take.

    Attributes:
        lacks: The parameters that it never takes.
        samples: When it takes `temperature`, `top_p` and log probabilities; 1 and False it always takes.
        default_effort: How much it reasons where the call does not say, or None where that is not known.
    """

    lacks: Set[str] = frozenset()
    samples: Sampling = "always"
    default_effort: str | None = None


# No field of `CompletionCreateParams`: they are Anthropic's and Google's.
_FOREIGN = frozenset({"safety_settings", "thinking", "top_k"})
_PENALTIES = frozenset({"frequency_penalty", "presence_penalty", "stop"})
_SERIES = _FOREIGN | _PENALTIES | {"audio", "logit_bias", "prediction", "web_search_options"}

_ROWS: tuple[tuple[str, OpenAITraits], ...] = (
    (r"search", OpenAITraits(lacks=_FOREIGN)),
    (r"(^|:)o\d", OpenAITraits(lacks=_FOREIGN | _PENALTIES | {"verbosity"}, samples="never")),
    (r"gpt-5(\.\d+)?-chat", OpenAITraits(lacks=_FOREIGN)),
    (r"gpt-5(-(mini|nano|pro|codex))?(-\d{4}|$)", OpenAITraits(lacks=_SERIES, samples="never")),
    # Of these alone the price list names the default effort.
    (
        r"gpt-5\.[124](-(mini|nano))?(-\d{4}|$)",
        OpenAITraits(lacks=_SERIES, samples="without reasoning", default_effort="none"),
    ),
    (r"gpt-([5-9]|\d\d)", OpenAITraits(lacks=_SERIES, samples="without reasoning")),
    (r"gpt-(3\.5|4)", OpenAITraits(lacks=_FOREIGN | {"reasoning_effort", "verbosity"})),
)
_UNKNOWN = OpenAITraits(lacks=_FOREIGN)
_ANYTHING = OpenAITraits()


def traits_of(endpoint: Endpoint) -> OpenAITraits:
    """Return what is true of an endpoint's model; nothing is said against one that may not be OpenAI's."""
    is_own = (is_openai if endpoint.adapter == "openai" else is_azure)(endpoint.base_url)
    return _row_of(endpoint.model.lower(), endpoint.adapter) if is_own else _ANYTHING


@functools.lru_cache(maxsize=256)
def _row_of(model: str, adapter: str) -> OpenAITraits:
    if family_of(model) != "gpt":  # what Azure calls a deployment need not be a model's name
        return _UNKNOWN if adapter == "openai" else _ANYTHING
    return next((row for pattern, row in _ROWS if re.search(pattern, model)), _UNKNOWN)


def conditional_of(traits: OpenAITraits) -> Set[str]:
    """Return the parameters of which a model takes only some values."""
    return frozenset() if traits.samples == "always" else _REASONED


def refuse_sampling(traits: OpenAITraits, options: Mapping[str, Any]) -> None:
    """See that a model which reasons is not told how to sample.

    Raises:
        UnsupportedError: It is.
    """
    effort = options.get("reasoning_effort", traits.default_effort)
    effort = effort.get("effort") if isinstance(effort, Mapping) else effort
    if traits.samples == "without reasoning" and effort in ("none", None):
        return
    refused = [name for name in ("temperature", "top_p") if options.get(name) not in (None, 1)]
    refused += [name for name in ("logprobs", "top_logprobs") if options.get(name)]
    if refused:
        raise UnsupportedError(*refused, why=f"{WITH_MODEL} while it reasons")
