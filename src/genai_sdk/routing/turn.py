"""A turn of a chat that its vendor may pause: its rounds, within a bound, and what they come to. Pure."""

from collections.abc import Mapping

import msgspec

from genai_sdk.catalogue.prices import costs_together
from genai_sdk.types import ChatCompletion, ChatCompletionChunk, Delta
from genai_sdk.wires.continuation import continued, is_paused, joined
from genai_sdk.wires.operation import ChatRequest

Costs = Mapping[str, float] | None


class Turn:
    """The rounds of one turn.

    Args:
        request: What was asked.
        rounds: How often it may be continued.

    Attributes:
        rounds: How often it may be continued in all.
        request: What is asked next.
        so_far: The rounds that are over, as one answer; None in the first.
        costs: What those cost, by kind; None where that is not known.
        given_up: Whether a round has failed, so that there is none after `so_far`.
    """

    def __init__(self, request: ChatRequest, rounds: int) -> None:
        self.request = request
        self.so_far: ChatCompletion | None = None
        self.costs: Costs = None
        self._first = request
        self.rounds = self._left = rounds
        self.given_up = False

    def may_go_on(self, response: ChatCompletion) -> bool:
        """Whether a round is paused and may be continued."""
        return self._left > 0 and is_paused(response)

    def take(self, response: ChatCompletion, costs: Costs) -> None:
        """Take a round in that is to be continued."""
        self._left -= 1
        self.costs = costs if self.so_far is None else together(self.costs, costs)
        self.so_far = self.whole(response)
        self.request = continued(self._first, self.so_far)

    def give_up(self) -> None:
        """Go on no more: the next round has failed, and the turn stays paused."""
        self._left, self.given_up = 0, True

    def whole(self, response: ChatCompletion) -> ChatCompletion:
        """Return a round with all before it, as one answer."""
        if self.so_far is None:
            return response
        return self.so_far if self.given_up else joined(self.so_far, response)

    def cost_with(self, costs: Costs) -> Costs:
        """Return what a round and all before it cost."""
        return self.costs if self.given_up else together(self.costs, costs)


def turn_of(request: object, rounds: int) -> Turn | None:
    """Return the turn of a request that may be continued; None for nearly all."""
    return Turn(request, rounds) if rounds and isinstance(request, ChatRequest) else None


def together(first: Costs, second: Costs) -> Costs:
    """Return what two rounds cost; None where that of either is not known."""
    if first is None or second is None:
        return None
    return costs_together((first, second))


def ending(chunk: ChatCompletionChunk) -> ChatCompletionChunk:
    """Return the end of a round alone, without what its last chunk says."""
    choices = tuple(msgspec.structs.replace(choice, delta=Delta()) for choice in chunk.choices)
    return msgspec.structs.replace(chunk, choices=choices, usage=None)


def unfinished(chunk: ChatCompletionChunk) -> ChatCompletionChunk:
    """Return the last chunk of a round as one that is not the last."""
    choices = tuple(
        msgspec.structs.replace(
            choice,
            finish_reason=None,
            model_extra={name: item for name, item in choice.model_extra.items() if name != "native_finish_reason"},
        )
        for choice in chunk.choices
    )
    return msgspec.structs.replace(chunk, choices=choices)
