"""The part of a plan that has an operation at all: who cannot do it is left out before anything is sent. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from genai_sdk.catalogue import ADAPTERS
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import InvalidRequestError
from genai_sdk.models import Candidate, ModelIndex, Refusal
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.plan import FallbackTarget, Group, Planner
from genai_sdk.routing.policy import FallbackKind
from genai_sdk.sentence import Sentence
from genai_sdk.wires.operation import Operation

Serves = Callable[[Operation[Any, Any, Any], Deployment], bool]
"""Tells whether a deployment has an operation."""


class CapablePlanner:
    """A planner of the deployments that have one operation.

    Args:
        planner: The planner of all.
        operation: The operation.
        serves: Tells who has it.
        home: The one connection that can do it, since it keeps what the call goes on from; None for any.
    """

    def __init__(
        self, planner: Planner, operation: Operation[Any, Any, Any], serves: Serves, home: str | None = None
    ) -> None:
        self._planner = planner
        self._operation = operation
        self._serves = serves
        self._home = home

    def group(self, name: str, options: RoutingOptions) -> Group:
        """Return who serves `name` and has the operation; if nobody has, and a fallback does, the group is that one's.

        Raises:
            InvalidRequestError: Nobody has.
            UnknownModelError: Nobody serves the name.
            ConfigurationError: Who would is missing or broken.
        """
        whole = self._planner.group(name, options)
        kept = self._kept(whole)
        if kept.deployments:
            return kept
        for stand_in in self._planner.fallbacks(whole, "generic", options):
            if (able := self._kept(stand_in)).deployments:
                return able
        raise InvalidRequestError(self._refusal(whole))

    def fallbacks(self, group: Group, kind: FallbackKind, options: RoutingOptions) -> tuple[Group, ...]:
        """Return the groups that stand in for `group`, as far as they have the operation."""
        kept = (self._kept(one) for one in self._planner.fallbacks(group, kind, options))
        return tuple(one for one in kept if one.deployments)

    def targets(self, group: Group, kind: FallbackKind, options: RoutingOptions) -> tuple[FallbackTarget, ...]:
        """Return every fallback target of `group`, those that lead nowhere, or have not the operation, with why."""
        return tuple(map(self._cut, self._planner.targets(group, kind, options)))

    def refusals(self, name: str, options: RoutingOptions) -> tuple[Refusal, ...]:
        """Return who does not serve a name, and who serves it and has not the operation, with the reason."""
        whole = self._planner.group(name, options)
        unable = (each for each in whole.deployments if not self._serves(self._operation, each))
        rows = (Refusal(each.connection.name, f"{each.model} has no {self._operation.name} there") for each in unable)
        return (*rows, *self._planner.refusals(name, options))

    def deployment(self, candidate: Candidate) -> Deployment:
        """Return the deployment that a candidate is."""
        return self._planner.deployment(candidate)

    @property
    def index(self) -> ModelIndex:
        """What names are resolved by."""
        return self._planner.index

    def listed(self) -> Iterator[Deployment]:
        """Iterate over what can be asked for by a name that is listed, and has the operation."""
        return (each for each in self._planner.listed() if self._serves(self._operation, each))

    def _kept(self, group: Group) -> Group:
        able = tuple(
            each
            for each in group.deployments
            if self._serves(self._operation, each) and (self._home is None or each.connection.name == self._home)
        )
        return group if len(able) == len(group.deployments) else msgspec.structs.replace(group, deployments=able)

    def _cut(self, target: FallbackTarget) -> FallbackTarget:
        group = None if target.group is None else self._kept(target.group)
        if group is None or group.deployments:
            return msgspec.structs.replace(target, group=group)
        return msgspec.structs.replace(target, group=None, reason=f"nobody there has {self._operation.name}")

    def _refusal(self, group: Group) -> Sentence:
        name = self._operation.name
        if self._home is not None:
            return Sentence.of(
                "route.kept_elsewhere",
                "what the call goes on from is kept by {home!r}, which does not serve {model!r}: ask for a "
                "model that it serves, or send what was said as input in place of previous_response_id",
                home=self._home,
                model=group.name,
            )
        unable = [
            f"{'/'.join(each.key)} ({ADAPTERS[each.connection.view.adapter].label})" for each in group.deployments
        ]
        able = [
            connection.name
            for connection in self._planner.connections.connections
            if connection.error is None
            and any(
                self._serves(self._operation, Deployment(connection, model))
                for model in (*connection.view.custom_models, "")
            )
        ]
        others = Sentence.of("operation.nobody", "None of this project's connections can")
        if able:
            others = Sentence.of("operation.others", "Connections that can, with a model for it: {names}", names=able)
        return Sentence.of(
            "operation.unable",
            "{name!r} has no {operation}: {unable} cannot do it. {others}. See docs/operations.md",
            name=group.name,
            operation=name,
            unable=unable,
            others=others,
        )
