"""Asking again where an answer does not fit the type that was asked for: within a bound, and every answer counted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from genai_sdk.catalogue.prices import costs_together
from genai_sdk.client.parameters import Arguments
from genai_sdk.errors import InvalidRequestError, ProviderError, ResponseFormatError
from genai_sdk.sentence import Sentence
from genai_sdk.tracing import Labels
from genai_sdk.types import Attempt, ChatCompletion
from genai_sdk.types.usage import added
from genai_sdk.wires.operation import ChatRequest

_AGAIN = "Your answer is not of the form that was asked for: {}. Answer again, with the whole corrected JSON alone."


class Repairs:
    """The answers to one call, of which the last one counts; it touches nothing.

    Args:
        arguments: The call.
        rounds: How often it may be asked again.
        deadline: Seconds that all of it may take.
        now: The clock.
        stream: Whether a stream is wanted.

    Attributes:
        name: What the block around the calls is called.
        arguments: What is asked next.
        response: The last answer, with the ledger, tokens and costs of all.
        may_ask: Whether to ask, or ask again.

    Raises:
        InvalidRequestError: The call cannot be repaired.
    """

    response: ChatCompletion[Any]

    def __init__(
        self,
        arguments: Arguments[ChatRequest],
        rounds: Any,
        deadline: float,
        now: Callable[[], float],
        *,
        stream: bool,
    ) -> None:
        if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 0:
            raise InvalidRequestError(
                Sentence.of(
                    "repair.rounds",
                    "repair is how often the model is asked again, such as 1, not {rounds}",
                    rounds=repr(rounds),
                )
            )
        if arguments.answer is None:
            raise InvalidRequestError(
                Sentence.of("repair.no_type", "repair needs a type as response_format: without one every answer fits")
            )
        if stream:
            raise InvalidRequestError(
                Sentence.of(
                    "repair.stream", "repair needs the whole answer before anybody has read it: leave stream out"
                )
            )
        labels = arguments.labels  # they are said of the block around the calls
        name = None if labels is None else labels.generation_name
        self.arguments = replace(arguments, labels=None if name is None else Labels(generation_name=name))
        self.name = (None if labels is None else labels.trace_name) or "completion"
        self.may_ask = True
        self._left, self._deadline = rounds, deadline
        self._now, self._began = now, now()
        self._before: ChatCompletion[Any] | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Put the attempts of the answers before on the ledger of an error."""
        try:
            yield
        except ProviderError as error:
            if self._before is not None:
                error.attempts = (*self._before.genai.attempts, *error.attempts)
            raise

    def take(self, response: ChatCompletion[Any]) -> None:
        """Take an answer in, and decide whether to ask again."""
        problem = _problem(response)
        left = self._deadline - (self._now() - self._began)
        self.may_ask = problem is not None and self._left > 0 and left > 0
        if problem is None or not self.may_ask:
            self.response = _together(self._before, response, self._now() - self._began)
            return
        self._left -= 1
        refused = _refused(response, problem)
        self._before = _together(self._before, refused, self._now() - self._began)
        request = self.arguments.request
        more: Sequence[Mapping[str, Any]] = [
            {"role": "assistant", "content": response.text},
            {"role": "user", "content": _AGAIN.format(problem)},
        ]
        self.arguments = replace(
            self.arguments,
            request=replace(request, messages=[*request.messages, *more], encoded=None),
            routing={**self.arguments.routing, "deadline": left},
        )


def _problem(response: ChatCompletion[Any]) -> str | None:
    """Return what is wrong with an answer that asking again may mend."""
    # What broke off would break off again, and who refuses or calls a tool has not answered wrongly.
    if not response.text or response.choices[0].finish_reason != "stop":
        return None
    try:
        _ = response.parsed
    except ResponseFormatError as error:
        return error.problem
    return None


def _refused(response: ChatCompletion[Any], problem: str) -> ChatCompletion[Any]:
    """Return an answer whose last attempt says that it was of no use."""
    call = response.genai
    row = replace(
        call.attempts[-1],
        reason=ResponseFormatError.default_reason,
        detail=problem,
        usage=response.usage,
        costs=call.costs,
    )
    attempts: tuple[Attempt, ...] = (*call.attempts[:-1], row)
    return replace(response, genai=replace(call, attempts=attempts))


def _together(before: ChatCompletion[Any] | None, last: ChatCompletion[Any], seconds: float) -> ChatCompletion[Any]:
    """Return an answer with the ledger, tokens and costs of those before it."""
    if before is None:
        return last
    first, second = before.genai, last.genai
    costs = None
    if first.costs is not None and second.costs is not None:
        costs = costs_together((first.costs, second.costs))
    call = replace(
        second,
        attempts=(*first.attempts, *second.attempts),
        costs=costs,
        cost=None if costs is None else costs["total"],
        latency=seconds,
    )
    return replace(last, usage=added(before.usage, last.usage), genai=call)
