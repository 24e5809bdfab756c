"""What a client shows of itself without calling a provider: plans, models, connections, counters."""

from datetime import date
from typing import TYPE_CHECKING, Any

from genai_sdk.client.calls import Calls
from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Driver
from genai_sdk.errors import InvalidRequestError
from genai_sdk.lifecycle.ending import refuse_at_exit
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

if TYPE_CHECKING:  # loaded by the methods that return them
    from genai_sdk.client.metrics import CallMetrics
    from genai_sdk.client.planning import OperationName, PlannedCall
    from genai_sdk.models import ModelRow
    from genai_sdk.routing import Plan


class Views(Calls):
    """Plan, models, connections and counters."""

    _driver: Driver
    _metrics: "CallMetrics | None"

    def metrics_text(self) -> str:
        """Return what was counted of calls and traces in Prometheus's text format; see `genai docs opentelemetry`.

        Raises:
            InvalidRequestError: The client was made without `metrics=True`.

        Examples:
            >>> print(client.metrics_text())
        """
        if self._metrics is None:
            raise InvalidRequestError(
                Sentence.of("client.no_metrics", "nothing is counted: make the client with GenAIClient(metrics=True)")
            )
        return self._metrics.text(self._tracer.stats())

    def explain(
        self, model: str, *, operation: "OperationName | None" = None, stream: bool = False, **parameters: Any
    ) -> "Plan":
        """Show who would serve a model, in which order, and what would stand in; calls no provider.

        Args:
            model: A model's name.
            operation: What it would be asked for, by the name of the client's method, such as `"speech"`. Left out, a
                conversation, or vectors of a model whose name says that it embeds.
            stream: Whether a stream would be wanted.
            **parameters: The routing options of a call, and the parameters of that operation, of which the plan says
                for each deployment whether it sends, translates, drops or refuses them.

        Raises:
            GenAIError: As the call, except for what a provider says.

        Examples:
            >>> print(client.explain("gpt-6-luna", temperature=0.2))
            >>> print(client.explain("tts-1", operation="speech", voice="alloy", speed=1.5))
        """
        refuse_at_exit()
        from genai_sdk.client.planning import read_planned_call

        call = read_planned_call(model, operation, stream, parameters)
        return self._explained(self._registry.get(), call)

    async def aexplain(
        self, model: str, *, operation: "OperationName | None" = None, stream: bool = False, **parameters: Any
    ) -> "Plan":
        """Show who would serve a model; the twin of `explain`.

        Examples:
            >>> print(await client.aexplain("gpt-6-luna", temperature=0.2))
        """
        refuse_at_exit()
        from genai_sdk.client.planning import read_planned_call

        call = read_planned_call(model, operation, stream, parameters)
        return self._explained(await self._registry.aget(), call)

    def _explained(self, connections: ConnectionSet, call: "PlannedCall") -> "Plan":
        from genai_sdk.client.planning import plan_of

        settings = self._settings
        return plan_of(self._planner(connections), call, settings.routing, self._driver, settings.driver)

    def models(self) -> "tuple[ModelRow, ...]":
        """List the models that can be asked by name, each with the connections that serve it.

        Examples:
            >>> [row.name for row in client.models()]
        """
        from genai_sdk.models import list_models

        return list_models(self._planner(self._registry.get()).index, date.today())

    async def amodels(self) -> "tuple[ModelRow, ...]":
        """List the models that can be asked by name; the twin of `models`.

        Examples:
            >>> [row.name for row in await client.amodels()]
        """
        from genai_sdk.models import list_models

        return list_models(self._planner(await self._registry.aget()).index, date.today())

    def connections(self) -> tuple[ConnectionView, ...]:
        """List the connections, broken ones with their error, without any secret.

        Examples:
            >>> [(view.name, view.adapter, view.error) for view in client.connections()]
        """
        return tuple(connection.view for connection in self._registry.get().connections)

    async def aconnections(self) -> tuple[ConnectionView, ...]:
        """List the connections; the twin of `connections`.

        Examples:
            >>> [(view.name, view.error) for view in await client.aconnections()]
        """
        return tuple(connection.view for connection in (await self._registry.aget()).connections)
