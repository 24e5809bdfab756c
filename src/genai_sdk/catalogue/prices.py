"""What a call costs: a price row and the tokens used. Pure; an unknown cost is None, never 0."""

from collections.abc import Mapping
from typing import Any

import msgspec

from genai_sdk.types import Usage

# Kinds of tokens that may be priced apart, by the field of the usage's details.
_INPUT_KINDS = {
    "audio_tokens": "input_cost_per_audio_token",
    "image_tokens": "input_cost_per_image_token",
    "video_tokens": "input_cost_per_video_token",
}
_OUTPUT_KINDS = {
    "reasoning_tokens": "output_cost_per_reasoning_token",
    "audio_tokens": "output_cost_per_audio_token",
    "image_tokens": "output_cost_per_image_token",
    "video_tokens": "output_cost_per_video_token",
}
_THRESHOLD = "input_cost_per_token_above_"


class Rates(msgspec.Struct, frozen=True):
    """US dollars per token; None where the list has no price.

    Attributes:
        input: Of the prompt.
        output: Of the completion.
        cache_read: Of prompt tokens read from the vendor's cache; without one they cost as others do.
        cache_write: Of prompt tokens written to it; likewise.
        cache_write_hour: Of those written to be kept for an hour; without one as other writes.
    """

    input: float | None = None
    output: float | None = None
    cache_read: float | None = None
    cache_write: float | None = None
    cache_write_hour: float | None = None


class PriceRow(msgspec.Struct, frozen=True):
    """The prices of a model.

    Attributes:
        rates: The ordinary rates.
        long: Rates in place of the ordinary ones for prompts longer than so many tokens, the longest first.
        input_kinds: Dollars per token of prompt tokens priced apart, by the field that counts them.
        output_kinds: Likewise of the completion.
        uplift: What the whole is multiplied by, for where it is served.
    """

    rates: Rates
    long: tuple[tuple[int, Rates], ...] = ()
    input_kinds: Mapping[str, float] = {}
    output_kinds: Mapping[str, float] = {}
    uplift: float = 1.0

    @classmethod
    def read(cls, row: Mapping[str, Any], *, service_tier: str | None = None, uplift: float = 1.0) -> "PriceRow":
        """Read a row of litellm's price list.

        Args:
            row: The row as decoded.
            service_tier: Whose prices to take where they are listed apart, such as `"flex"`.
            uplift: As above.
        """
        prices = {key: float(item) for key, item in row.items() if isinstance(item, int | float) and "_cost" in key}
        if service_tier is not None:
            end = f"_{service_tier}"
            prices.update({key.removesuffix(end): item for key, item in prices.items() if key.endswith(end)})
        rates = _rates(prices, "", Rates())
        thresholds = sorted((_tokens(key), key[len(_THRESHOLD) :]) for key in prices if _is_threshold(key))
        return cls(
            rates,
            tuple((least, _rates(prices, f"_above_{end}", rates)) for least, end in reversed(thresholds)),
            {kind: prices[key] for kind, key in _INPUT_KINDS.items() if key in prices},
            {kind: prices[key] for kind, key in _OUTPUT_KINDS.items() if key in prices},
            uplift,
        )

    def rates_for(self, prompt_tokens: int) -> Rates:
        """Return the rates of a prompt so long; they hold for the whole call."""
        return next((rates for least, rates in self.long if prompt_tokens > least), self.rates)


def cost_of(row: PriceRow | None, usage: Usage | None) -> float | None:
    """Return what a call cost in US dollars, or None where a price or the usage is not known."""
    costs = costs_of(row, usage)
    return None if costs is None else costs["total"]


def costs_of(row: PriceRow | None, usage: Usage | None) -> dict[str, float] | None:
    """Return what a call cost in US dollars: its `input`, its `output` and the `total`; None where that is not known.

    `prompt_tokens` includes cached tokens and `completion_tokens` reasoning, as OpenAI counts.
    """
    if row is None or usage is None or not (usage.prompt_tokens or usage.completion_tokens):
        return None
    rates = row.rates_for(usage.prompt_tokens)
    if not rates.input and not rates.output:
        # The list has zeros for models whose price is not known.
        return None
    try:
        given, taken = _input_cost(row, rates, usage) * row.uplift, _output_cost(row, rates, usage) * row.uplift
    except _UnknownRateError:
        return None
    return {"input": given, "output": taken, "total": given + taken}


class _UnknownRateError(Exception):
    """A kind of token that was used has no price."""


def _input_cost(row: PriceRow, rates: Rates, usage: Usage) -> float:
    details = usage.prompt_tokens_details
    if details is None:
        return _times(usage.prompt_tokens, rates.input)
    read, written = details.cached_tokens, details.cache_creation_tokens
    hour = min(_kept_for_an_hour(details.get("cache_creation_token_details")), written)
    cache_write = rates.input if rates.cache_write is None else rates.cache_write
    cost = _times(read, rates.input if rates.cache_read is None else rates.cache_read)
    cost += _times(written - hour, cache_write)
    cost += _times(hour, cache_write if rates.cache_write_hour is None else rates.cache_write_hour)
    left = max(usage.prompt_tokens - read - written, 0)
    for kind in _INPUT_KINDS:
        # A kind's tokens may be among the cached ones, which are paid for already.
        tokens = min(_count(details.get(kind)), left)
        cost += _times(tokens, row.input_kinds.get(kind, rates.input))
        left -= tokens
    return cost + _times(left, rates.input)


def _output_cost(row: PriceRow, rates: Rates, usage: Usage) -> float:
    details = usage.completion_tokens_details
    left = usage.completion_tokens
    cost = 0.0
    for kind in _OUTPUT_KINDS if details is not None else ():
        tokens = min(_count(details.get(kind)), left) if details is not None else 0
        cost += _times(tokens, row.output_kinds.get(kind, rates.output))
        left -= tokens
    return cost + _times(left, rates.output)


def _times(tokens: int, rate: float | None) -> float:
    if not tokens:
        return 0.0
    if rate is None:
        raise _UnknownRateError
    return tokens * rate


def _count(item: object) -> int:
    return max(item, 0) if isinstance(item, int) else 0


def _kept_for_an_hour(item: object) -> int:
    return _count(item.get("ephemeral_1h_input_tokens")) if isinstance(item, Mapping) else 0


def _rates(prices: Mapping[str, float], end: str, otherwise: Rates) -> Rates:
    return Rates(
        prices.get(f"input_cost_per_token{end}", otherwise.input),
        prices.get(f"output_cost_per_token{end}", otherwise.output),
        prices.get(f"cache_read_input_token_cost{end}", otherwise.cache_read),
        prices.get(f"cache_creation_input_token_cost{end}", otherwise.cache_write),
        prices.get(f"cache_creation_input_token_cost_above_1hr{end}", otherwise.cache_write_hour),
    )


def _is_threshold(key: str) -> bool:
    return key.startswith(_THRESHOLD) and key.endswith("k_tokens")


def _tokens(key: str) -> int:
    return int(key.removeprefix(_THRESHOLD).removesuffix("k_tokens")) * 1_000
