"""What a client shows of itself without calling a provider: plans, models, connections, counters."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Unpack

from genai_sdk.client.calls import Calls
from genai_sdk.client.parameters import PlanKeywords, read_plan
from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Driver
from genai_sdk.errors import InvalidRequestError
from genai_sdk.routing import RoutingOptions
from genai_sdk.sentence import Sentence
from genai_sdk.types import ConnectionView

if TYPE_CHECKING:  # loaded by the methods that return them
    from genai_sdk.client.metrics import CallMetrics
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

    def explain(self, model: str, **options: Unpack[PlanKeywords]) -> "Plan":
        """Show who would serve a model, in which order, and what would stand in; calls no provider.

        Args:
            model: A model's name.
            **options: The routing options of a call, and parameters of which the plan says for each deployment whether
                it sends, translates, drops or refuses them.

        Raises:
            GenAIError: As `completion`, except for what a provider says.

        Examples:
            >>> print(client.explain("gpt-6-luna", temperature=0.2))
        """
        parameters, routing = read_plan(options)
        return self._explained(self._registry.get(), model, self._options(routing), parameters)

    async def aexplain(self, model: str, **options: Unpack[PlanKeywords]) -> "Plan":
        """Show who would serve a model; the twin of `explain`.

        Examples:
            >>> print(await client.aexplain("gpt-6-luna", temperature=0.2))
        """
        parameters, routing = read_plan(options)
        return self._explained(await self._registry.aget(), model, self._options(routing), parameters)

    def _explained(
        self, connections: ConnectionSet, model: str, options: RoutingOptions, parameters: Mapping[str, Any]
    ) -> "Plan":
        from genai_sdk.client.planning import plan_of

        planner = self._planner(connections)
        return plan_of(planner, model, options, parameters, self._driver, self._settings.driver)

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
