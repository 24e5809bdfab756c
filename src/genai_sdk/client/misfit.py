"""What is wrong with an answer that is not of the form asked for, in words for its caller and for the model."""

from collections.abc import Mapping
from typing import Any

from genai_sdk.errors import ResponseFormatError
from genai_sdk.sentence import Sentence
from genai_sdk.types import ChatCompletion

_LONGEST = 1_000
"""Characters of what is said to be wrong: a model may have got every item of a long list wrong."""


def misfit(error: BaseException) -> str:
    """Return what does not fit where, in words that quote nothing of the answer."""
    errors: Any = getattr(error, "errors", None)
    if errors is None:  # msgspec names place and types, and quotes nothing
        return str(error)[:_LONGEST]
    rows: list[Mapping[str, Any]] = errors(include_url=False, include_context=False, include_input=False)
    lines = (f"{'.'.join(map(str, row['loc'])) or 'the answer'}: {row['msg']}" for row in rows)
    return "; ".join(lines)[:_LONGEST]


def nothing_to_read(response: ChatCompletion[Any]) -> str:
    """Return why an answer has no text that could be read."""
    if not response.choices:
        return "there is no choice in it"
    choice = response.choices[0]
    if choice.message.refusal:
        return f"the model refused: {choice.message.refusal[:_LONGEST]}"
    if choice.message.tool_calls:
        names = ", ".join(call.function.name for call in choice.message.tool_calls)
        return f"the model calls {names} instead: send it the results, or let client.run_tools do so"
    return f"it has no text (finish_reason {choice.finish_reason!r})"


def unfit(response: ChatCompletion[Any], wanted: str, problem: str) -> ResponseFormatError:
    """Return the error for an answer that is not of the form that was asked for."""
    choices = getattr(response, "choices", ())  # a response of OpenAI's Responses API has none
    call, finish = response.genai, choices[0].finish_reason if choices else None
    if response.text and finish == "length":
        hint: str = Sentence.of("format.cut", " It broke off at the most tokens that it might have: raise max_tokens.")
    elif response.text:
        hint = Sentence.of(
            "format.repair", " Its text is in .text; with repair=1 the model is asked once more, with what is wrong."
        )
    else:
        hint = ""
    return ResponseFormatError(
        Sentence.of(
            "format.other",
            "the answer of {deployment} is not the {wanted} that was asked for: {problem}.{hint}",
            deployment=f"{call.connection}/{call.model}",
            wanted=wanted,
            problem=problem,
            hint=hint,
        ),
        text=response.text,
        problem=problem,
        provider=call.provider,
        connection=call.connection,
        model=call.model,
        request_id=call.request_id,
        attempts=call.attempts,
    )
