"""From a name to the deployments that serve it, and to those that stand in for them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

import msgspec

from genai_sdk.connections import ConnectionSet
from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ConfigurationError, UsageError
from genai_sdk.models import Candidate, ModelIndex, Refusal, Resolution, Scope, same_model, unalias
from genai_sdk.routing.fallbacks import FallbackMatch, FallbackRequest, lookup
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.policy import FallbackKind


class Group(msgspec.Struct, frozen=True):
    """The deployments that serve one name, in the order to try them.

    Attributes:
        name: The name as asked, before any alias.
        resolution: How the name was resolved, and who cannot serve it and why.
        deployments: The candidates.
    """

    name: str
    resolution: Resolution
    deployments: tuple[Deployment, ...]


class FallbackTarget(msgspec.Struct, frozen=True):
    """One target of a fallback: its group, or the reason why it is left out."""

    target: str
    key: str
    kind: FallbackKind
    group: Group | None = None
    reason: str = ""


class FallbackSource(Protocol):
    """Finds fallbacks: a `Planner`, or what knows a part of one."""

    def fallbacks(self, group: Group, kind: FallbackKind, options: RoutingOptions, /) -> tuple[Group, ...]:
        """Return the groups that stand in for a group after a failure."""
        ...

    def listed(self) -> Iterator[Deployment]:
        """Iterate over what can be asked for by a name that is listed."""
        ...


_REMEMBERED = 1_024
"""Groups kept; a program asks for a handful of names."""


class Planner:
    """Turns names into groups on one set of connections, and remembers them: a warm call resolves nothing."""

    def __init__(self, connections: ConnectionSet, listed: Sequence[str] | None) -> None:
        self.connections = connections
        errors = {one.name: one.error for one in connections.connections if one.error is not None}
        self.index = ModelIndex([one.view for one in connections.connections], listed, errors)
        self._by_name = {connection.name: connection for connection in connections.connections}
        self._groups: dict[tuple[str, str], Group] = {}

    def group(self, name: str, options: RoutingOptions) -> Group:
        """Return who serves `name`.

        Raises:
            UnknownModelError: Nobody does.
            ConfigurationError: Who would is missing or broken.
        """
        key = (name, unalias(name, options.model_group_alias))
        group = self._groups.get(key)
        if group is None:
            group = self._group(name, options.model_group_alias, None, verbatim=True)
            if len(self._groups) >= _REMEMBERED:
                self._groups.clear()
            self._groups[key] = group
        return group

    def fallbacks(self, group: Group, kind: FallbackKind, options: RoutingOptions) -> tuple[Group, ...]:
        """Return the groups that stand in for `group` after a failure of `kind`."""
        return tuple(target.group for target in self.targets(group, kind, options) if target.group is not None)

    def targets(self, group: Group, kind: FallbackKind, options: RoutingOptions) -> tuple[FallbackTarget, ...]:
        """Return every fallback target of `group`, those that lead nowhere with the reason."""
        tables = {
            "generic": options.fallbacks,
            "context_window": options.context_window_fallbacks,
            "content_policy": options.content_policy_fallbacks,
        }
        served = tuple(deployment.key for deployment in group.deployments)
        aliased = unalias(group.name, options.model_group_alias)
        request = FallbackRequest((group.name, aliased), self.index.rest_of(aliased), served)
        matches = lookup(tables[kind], request, is_bare=self._is_bare, same=same_model)
        if not matches and kind != "generic":
            return self.targets(group, "generic", options)
        return tuple(self._target(group, one, kind, options.model_group_alias) for one in matches)

    def refusals(self, name: str, options: RoutingOptions) -> tuple[Refusal, ...]:
        """Return who was asked for a name and does not serve it, with the reason."""
        return self.index.refusals(unalias(name, options.model_group_alias))

    def deployment(self, candidate: Candidate) -> Deployment:
        """Return the deployment that a candidate is."""
        return Deployment(self._by_name[candidate.connection], candidate.model)

    def listed(self) -> Iterator[Deployment]:
        """Iterate over what can be asked for by a name that a connection or the catalogue lists."""
        for entry in self.index.entries.all:
            for name in entry.offer.names() if entry.bar is None else ():
                with suppress(UsageError, ConfigurationError):  # a pin or another connection's error has the name
                    yield from self._group(name, {}, None, verbatim=False).deployments

    def _target(
        self, group: Group, match: FallbackMatch, kind: FallbackKind, alias: Mapping[str, str]
    ) -> FallbackTarget:
        keeps = self._is_bare(unalias(match.target, alias)) and not match.leaves
        scope = group.resolution.scope if keeps else None
        try:
            stand_in = self._group(match.target, alias, scope, verbatim=scope is None)
        except (UsageError, ConfigurationError) as error:
            return FallbackTarget(match.target, match.key, kind, reason=str(error))
        return FallbackTarget(match.target, match.key, kind, stand_in)

    def _is_bare(self, name: str) -> bool:
        return self.index.scope_of(name) is None

    def _group(self, name: str, alias: Mapping[str, str], scope: Scope | None, *, verbatim: bool) -> Group:
        resolution = self.index.resolve(unalias(name, alias), scope=scope, verbatim=verbatim)
        return Group(name, resolution, tuple(map(self.deployment, resolution.candidates)))
