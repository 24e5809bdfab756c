"""What a call comes to: who served it, its cost and latency, on the answer that its caller gets."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from genai_sdk.catalogue import Price, costs_of, price_of
from genai_sdk.drivers.driver import Deployment, DriverResponse
from genai_sdk.routing.attempts import Call
from genai_sdk.routing.turn import Turn
from genai_sdk.types import CallInfo, ChatCompletion, Usage
from genai_sdk.types.call import AnswerReader
from genai_sdk.wires.operation import A

ProjectPrice = Callable[[str], Price | None]
"""What the project says a model id costs; None where it says nothing. It never waits."""


class Facts:
    """Knows what calls come to.

    Args:
        now: The clock of the calls.
        project_price: What the project says a model costs, before the vendor's price; None where nobody says so.
    """

    def __init__(self, now: Callable[[], float], project_price: ProjectPrice | None) -> None:
        self._now = now
        self._project_price = project_price

    def take(self, turn: Turn, call: Call[Any], value: ChatCompletion) -> None:
        """Take a round in that is to be continued."""
        served = _served(call)
        call.spent(served, value.usage)
        turn.take(value, costs_of(self.price(served), value.usage, service_tier=value.model_extra.get("service_tier")))

    def answer(self, call: Call[DriverResponse[A]], model: AnswerReader | None, turn: Turn | None = None) -> A:
        """Return what a call has brought with the facts of it, and record it."""
        value: Any = call.answer.value
        if call.limits is not None and (turn is None or not turn.given_up):  # else it was counted when it was taken
            call.spent(_served(call), value.usage)
        info = self.info(call, model, value.usage, value.model_extra.get("service_tier"), turn)
        if turn is not None:
            value = turn.whole(value)
        response: A = msgspec.structs.replace(value, genai=info)
        call.trace.answered(response)
        return response

    def info(
        self,
        call: Call[Any],
        model: AnswerReader | None,
        usage: Usage | None,
        tier: str | None,
        turn: Turn | None = None,
        first_content: float | None = None,
    ) -> CallInfo:
        """Return who served a call, what it cost, and how long it took by now."""
        served = _served(call)
        price = self.price(served)
        costs: Mapping[str, float] | None = costs_of(price, usage, service_tier=tier)
        if turn is not None and turn.so_far is not None:
            costs = turn.cost_with(costs)
        return CallInfo(
            connection=served.connection.name,
            provider=served.connection.view.adapter,
            model=served.model,
            cost=None if costs is None else costs["total"],
            costs=costs,
            price_source=None if price is None or costs is None else price.source,
            latency=self._now() - call.started - call.warmup,
            first_content=first_content,
            request_id=call.answer.request_id,
            attempts=tuple(call.attempts),
            trace_id=call.trace.trace_id,
            trace_url=call.trace.trace_url,
            response_format=model,
        )

    def cost(self, deployment: Deployment, usage: Usage | None) -> Mapping[str, float] | None:
        """Return what tokens of a deployment cost, by kind; None where that is not known."""
        return costs_of(self.price(deployment), usage)

    def price(self, served: Deployment) -> Price | None:
        """Return the project's own price of what served, else the vendor's."""
        own = self._project_price(served.model) if self._project_price is not None else None
        if own is not None:
            return own
        view = served.connection.view
        return price_of(view.adapter, served.model, region=view.region, base_url=view.base_url)


def _served(call: Call[Any]) -> Deployment:
    assert call.served is not None, "a call that ended without an error was served"
    return call.served
