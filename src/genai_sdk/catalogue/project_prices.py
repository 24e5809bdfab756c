"""A project's own model definitions in Langfuse, read as prices. Pure.

The rows are those of `GET /api/public/models`. Most are Langfuse's own and are left out: for the vendors' models the
table of this package is kept. https://langfuse.com/docs/observability/features/token-and-cost-tracking
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from genai_sdk.catalogue.prices import Price, RateCard
from genai_sdk.catalogue.service import STANDARD

LONGEST_PATTERN = 1_000
"""Characters; Langfuse's own longest pattern has about 200."""
LONGEST_MODEL = 256
"""Characters of a model's name that a pattern is tried on."""

SOURCE = "project"
"""The source of such a price."""

_MILLION = 1_000_000
_KINDS = {
    "input": "input input_tokens prompt_tokens prompt_token_count promptTokenCount",
    "cached": """
        input_cached_tokens input_cache_read cache_read_input_tokens cached_tokens input_cached
        cached_content_token_count input_cache_read_tokens
    """,
    "written": """
        input_cache_creation input_cache_creation_5m cache_creation_input_tokens input_cache_write
        input_cache_write_tokens input_cache_creation_tokens
    """,
    "written_long": "input_cache_creation_1h",
    "input_audio": "input_audio_tokens input_audio prompt_audio_tokens",
    "input_image": "input_image_tokens input_image",
    "input_video": "input_video_tokens input_video",
    "output": "output output_tokens completion_tokens candidates_token_count candidatesTokenCount",
    "reasoning": "output_reasoning_tokens output_reasoning reasoning_tokens thoughts_token_count thoughtsTokenCount",
    "output_audio": "output_audio_tokens output_audio completion_audio_tokens",
    "output_image": "output_image_tokens output_image",
    "output_video": "output_video_tokens output_video",
}
USAGE_KINDS: Mapping[str, str] = {name: kind for kind, names in _KINDS.items() for name in names.split()}
"""Langfuse's names of kinds of usage, in its own definitions and in those people write, and ours."""

# PostgreSQL's classes, which Python does not have; they stand inside a bracket expression.
_CLASSES = {
    "[:alnum:]": "a-zA-Z0-9",
    "[:alpha:]": "a-zA-Z",
    "[:digit:]": "0-9",
    "[:lower:]": "a-z",
    "[:upper:]": "A-Z",
    "[:space:]": r"\s",
    "[:punct:]": r"!-/:-@\[-`{-~",
}
# A repeated group that repeats something itself can take forever on a name that almost matches.
_NESTED = r"[+*}?]\)*\)(?:[+*]|\{\d*,)"
_AMBIGUOUS = r"\[\[|--|&&|~~|\|\|"


class Definition(msgspec.Struct, frozen=True, kw_only=True):
    """A model definition of the project.

    Attributes:
        name: The model's name in Langfuse.
        pattern: What the names of models it holds for match.
        start: From when on it holds, or None for ever.
        price: The price; it says so where the definition is not understood.
    """

    name: str
    pattern: re.Pattern[str]
    start: datetime | None
    price: Price


class ProjectPrices(msgspec.Struct, frozen=True, kw_only=True):
    """The prices of a project: the first source where they say anything.

    Attributes:
        definitions: The definitions, those that started last first.
        warnings: What was wrong with those that were left out.
    """

    definitions: tuple[Definition, ...] = ()
    warnings: tuple[str, ...] = ()

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, Any]]) -> "ProjectPrices":
        """Read the rows of all pages; those of Langfuse itself are left out."""
        definitions: list[Definition] = []
        warnings: list[str] = []
        for row in rows:
            if isinstance(row, Mapping) and row.get("isLangfuseManaged") is False:
                try:
                    definitions.append(_definition(row))
                except (ValueError, TypeError, re.error) as error:
                    warnings.append(
                        f"the model definition {str(row.get('modelName'))!r} of Langfuse is ignored: {error}"
                    )
        # As in Langfuse: the one that started last holds; one without a start holds where no other does.
        definitions.sort(key=lambda one: one.start or datetime.min.replace(tzinfo=UTC), reverse=True)
        return cls(definitions=tuple(definitions), warnings=tuple(warnings))

    def price_of(self, model: str, at: datetime) -> Price | None:
        """Return the project's price of a model at a time with a zone; None where it has no definition.

        A definition that is not understood is a price that is unknown: nobody else's price holds then.
        """
        if len(model) > LONGEST_MODEL:
            return None
        for one in self.definitions:
            if (one.start is None or one.start <= at) and one.pattern.search(model):
                return one.price
        return None


def _definition(row: Mapping[str, Any]) -> Definition:
    return Definition(
        name=str(row.get("modelName", "")),
        pattern=read_pattern(row.get("matchPattern")),
        start=read_start(row.get("startDate")),
        price=_price(row),
    )


def read_pattern(text: object) -> re.Pattern[str]:
    """Return a match pattern, which is PostgreSQL's, as one of Python's.

    Raises:
        ValueError: It is none, not understood, or could take forever.
    """
    if not isinstance(text, str) or not text:
        raise ValueError("it has no match pattern")
    if len(text) > LONGEST_PATTERN:
        raise ValueError(f"its match pattern has more than {LONGEST_PATTERN} characters")
    for name, members in _CLASSES.items():
        text = text.replace(name, members)
    if re.search(_NESTED, text):
        raise ValueError("its match pattern repeats a repetition, which can take forever")
    if re.search(_AMBIGUOUS, text):
        raise ValueError("its match pattern has a set that is not understood")
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"its match pattern is not understood ({error})") from error


def read_start(text: object) -> datetime | None:
    """Return from when on a definition holds, with a zone; None for ever.

    Raises:
        ValueError: It is no time.
    """
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("its start date is none")
    start = datetime.fromisoformat(text)
    return start if start.tzinfo is not None else start.replace(tzinfo=UTC)


def _price(row: Mapping[str, Any]) -> Price:
    unit = row.get("unit")
    if unit not in (None, "TOKENS"):
        return Price(source=SOURCE, unknown=f"its unit is {unit}, which is not understood")
    tiers = row.get("pricingTiers")
    if isinstance(tiers, Sequence) and tiers:
        tier = tiers[0]
        if len(tiers) > 1 or not isinstance(tier, Mapping) or tier.get("conditions"):
            return Price(source=SOURCE, unknown="its pricing tiers have conditions, which are not understood")
        prices = tier.get("prices")
    else:
        prices = row.get("prices") or {
            kind: row.get(field) for kind, field in (("input", "inputPrice"), ("output", "outputPrice"))
        }
    rates: dict[str, float] = {}
    for name, price in prices.items() if isinstance(prices, Mapping) else ():
        # `prices` of the row has an object for each kind, those of a tier have the number.
        dollars = price.get("price") if isinstance(price, Mapping) else price
        if dollars is None:
            continue
        kind = USAGE_KINDS.get(str(name))
        if kind is None:
            return Price(source=SOURCE, unknown=f"it has a price for {str(name)!r}, which is not understood")
        try:
            rate = float(dollars)
        except (TypeError, ValueError):
            return Price(source=SOURCE, unknown=f"its price for {name!r} is not a number")
        if not 0 <= rate < 1:
            return Price(source=SOURCE, unknown=f"its price for {name!r} is none by the token")
        rates[kind] = rate * _MILLION
    if not rates:
        return Price(source=SOURCE, unknown="it has no price by the token")
    return Price(source=SOURCE, cards={STANDARD: RateCard.read(rates)})
