"""What a client shows of itself without calling a provider: its plan for a name, its models, its connections."""

from datetime import date
from typing import TYPE_CHECKING, Unpack

from genai_sdk.client.calls import Calls
from genai_sdk.client.parameters import RoutingKeywords
from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.factory import uses_litellm
from genai_sdk.routing import RoutingOptions
from genai_sdk.types import ConnectionView
from genai_sdk.wires.operation import CHAT, EMBEDDING

if TYPE_CHECKING:  # loaded by the methods that return them
    from genai_sdk.models import Candidate, ModelRow
    from genai_sdk.routing import Plan


class Views(Calls):
    """Plan, models and connections."""

    def explain(self, model: str, **options: Unpack[RoutingKeywords]) -> "Plan":
        """Show who would serve a model, in which order, and what would stand in; calls no provider.

        Raises:
            GenAIError: As `completion`, except for what a provider says.

        Examples:
            >>> print(client.explain("gpt-6-luna"))
        """
        return self._explained(self._registry.get(), model, self._options(options))

    async def aexplain(self, model: str, **options: Unpack[RoutingKeywords]) -> "Plan":
        """Show who would serve a model; the twin of `explain`.

        Examples:
            >>> print(await client.aexplain("gpt-6-luna"))
        """
        return self._explained(await self._registry.aget(), model, self._options(options))

    def _explained(self, connections: ConnectionSet, model: str, options: RoutingOptions) -> "Plan":
        from genai_sdk.client.trial import makes_vectors
        from genai_sdk.routing.explain import explain

        views = {connection.name: connection.view for connection in connections.connections}

        def through(one: "Candidate") -> bool:
            operation = EMBEDDING if makes_vectors(one.model) else CHAT
            return uses_litellm(self._settings.driver, operation, views[one.connection], one.model)

        return explain(self._planner(connections), model, options, date.today(), through)

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
