"""A model of the project's own, as it is written."""

import re
from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.bodies import read_body
from genai_sdk.langfuse.errors import invalid

Unit = Literal["TOKENS", "CHARACTERS", "MILLISECONDS", "SECONDS", "REQUESTS", "IMAGES"]

_FLAGS = re.compile(r"^\(\?[a-z]+\)")


class NewModel(msgspec.Struct, frozen=True, rename="camel"):
    """A model and what it costs.

    Attributes:
        model_name: What it is called.
        match_pattern: The regular expression that names of it match.
        unit: What is counted.
        input_price: US dollars for a unit read.
        output_price: US dollars for a unit written.
        total_price: US dollars for a unit of either.
        start_date: From when on it holds.
        tokenizer_id: Which tokeniser counts for it.
        tokenizer_config: The tokeniser's settings.
    """

    model_name: str
    match_pattern: str
    unit: Unit | None = None
    input_price: float | None = None
    output_price: float | None = None
    total_price: float | None = None
    start_date: str | None = None
    tokenizer_id: str | None = None
    tokenizer_config: Any = None


def read_model(body: bytes) -> NewModel:
    """Read a model to be written.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = read_body(body, NewModel)
    if not new.model_name:
        raise invalid("modelName", "Too small: expected string to have >=1 characters")
    try:
        re.compile(_FLAGS.sub("", new.match_pattern))
    except re.error:
        raise invalid("matchPattern", "matchPattern must be a valid regular expression") from None
    if new.total_price is not None and (new.input_price is not None or new.output_price is not None):
        raise invalid("totalPrice", "If totalPrice is set, inputPrice and outputPrice must not be set")
    return new
