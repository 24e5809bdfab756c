"""A score, as it is written."""

from typing import Any, Literal

import msgspec

from genai_sdk.langfuse.bodies import convert
from genai_sdk.langfuse.errors import invalid
from genai_sdk.sentence import Sentence

_LONGEST_TEXT = 500


class NewScore(msgspec.Struct, frozen=True, rename="camel"):
    """A judgement of a trace, an observation or a session.

    Attributes:
        name: What is judged.
        value: A number, a category or a truth.
        id: Its id; a score with the id of an older one replaces it.
        data_type: NUMERIC, CATEGORICAL, BOOLEAN or TEXT; left out, what the value says.
    """

    name: str
    value: float | str | bool
    id: str | None = None
    trace_id: str | None = None
    observation_id: str | None = None
    session_id: str | None = None
    data_type: Literal["NUMERIC", "CATEGORICAL", "BOOLEAN", "TEXT"] | None = None
    comment: str | None = None
    environment: str = "default"
    metadata: Any = None


def read_score(body: Any) -> NewScore:
    """Read a score, decoded before.

    Raises:
        ApiError: Langfuse would refuse it.
    """
    new = convert(body, NewScore)
    if not new.name:
        raise invalid("name", Sentence.of("body.too_small", "Too small: expected string to have >=1 characters"))
    is_text = isinstance(new.value, str)
    if new.data_type is not None and is_text != (new.data_type in {"CATEGORICAL", "TEXT"}):
        raise invalid("value", f"Invalid input: expected {'number' if is_text else 'string'} for {new.data_type}")
    if new.data_type == "BOOLEAN" and new.value not in {0, 1}:
        raise invalid(
            "value",
            Sentence.of("body.score_boolean", "Value must be a number equal to either 0 or 1 for data type BOOLEAN"),
        )
    if new.data_type == "TEXT" and not 1 <= len(str(new.value)) <= _LONGEST_TEXT:
        raise invalid(
            "value", Sentence.of("body.score_text", "Expected a text of 1 to {count} characters", count=_LONGEST_TEXT)
        )
    return new
