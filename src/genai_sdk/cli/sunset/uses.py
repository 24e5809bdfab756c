"""What uses which deployments: prompts, aliases, fallbacks, and the traffic that was recorded. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal

import msgspec

from genai_sdk.errors import ConfigurationError, UsageError
from genai_sdk.routing import Planner, RoutingOptions
from genai_sdk.routing.policy import FallbackKind

Kind = Literal["prompt", "alias", "fallback", "traffic"]
_FALLBACKS: tuple[FallbackKind, ...] = ("generic", "context_window", "content_policy")
Deployment = tuple[str, str]
"""A connection's name, empty where nobody knows it, and the model id that is sent."""


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A place where a name leads to a deployment.

    Attributes:
        kind: What the place is.
        where: Which one it is.
        name: The name that it asks for.
    """

    kind: Kind
    where: str
    name: str


class Traffic(msgspec.Struct, kw_only=True):
    """Recorded calls of a deployment.

    Attributes:
        calls: How many there were.
        cost: US dollars; a cost that nobody knows counts as 0.
        users: Whom they were made for.
        last: When the last one began, in ISO 8601.
        adapter: Whose connection served them, as was recorded; empty where it was not.
    """

    calls: int = 0
    cost: float = 0.0
    users: set[str] = msgspec.field(default_factory=set)
    last: str = ""
    adapter: str = ""


def prompt_uses(prompt: str, version: int, labels: Sequence[str], config: Any) -> Iterator[Use]:
    """Yield what a version's config asks for: its model, and its fallbacks."""
    if not isinstance(config, Mapping):
        return
    where = f"{prompt} v{version}" + (f" ({', '.join(labels)})" if labels else "")
    if isinstance(model := config.get("model"), str) and model:
        yield Use(kind="prompt", where=where, name=model)
    fallbacks = config.get("fallbacks")
    for target in [fallbacks] if isinstance(fallbacks, str) else fallbacks if isinstance(fallbacks, list) else ():
        if isinstance(target, str):
            yield Use(kind="prompt", where=f"{where}, a fallback", name=target)


def option_uses(options: RoutingOptions) -> Iterator[Use]:
    """Yield what the routing options ask for: the targets of aliases and fallbacks."""
    for alias, target in options.model_group_alias.items():
        yield Use(kind="alias", where=alias, name=target)
    tables = (options.fallbacks, options.context_window_fallbacks, options.content_policy_fallbacks)
    for table in tables:
        for key, targets in table.rows.items():
            yield from (Use(kind="fallback", where=f"of {key}", name=target) for target in targets)
        yield from (Use(kind="fallback", where="of any", name=target) for target in table.default)


def led_to(
    uses: Iterable[Use], traffic: Iterable[Deployment], planner: Planner, options: RoutingOptions
) -> tuple[dict[Deployment, list[Use]], dict[Use, str]]:
    """Return the uses of each deployment, and those that lead nowhere with the reason.

    Args:
        uses: The uses.
        traffic: Deployments that are in use without being named: fallbacks of all models of a connection hold for them.
        planner: Says what a name leads to.
        options: The routing options.
    """
    found: dict[Deployment, list[Use]] = {}
    nowhere: dict[Use, str] = {}
    for use in dict.fromkeys(uses):
        if use.name.endswith("/*"):
            continue
        try:
            group = planner.group(use.name, options)
        except (UsageError, ConfigurationError) as error:
            nowhere[use] = f"{str(error).partition('. ')[0].rstrip('.')}."
            continue
        for deployment in group.deployments:
            found.setdefault(deployment.key, []).append(use)
    for connection, model in dict.fromkeys([*found, *traffic]):
        for use, key in _of_every_model(f"{connection}/{model}", planner, options):
            if use not in found.setdefault(key, []):
                found[key].append(use)
    return found, nowhere


def _of_every_model(name: str, planner: Planner, options: RoutingOptions) -> Iterator[tuple[Use, Deployment]]:
    """Yield where fallbacks such as `seoul/*` lead from a deployment."""
    with suppress(UsageError, ConfigurationError):
        group = planner.group(name, options)
        for kind in _FALLBACKS:
            for target in planner.targets(group, kind, options):
                if target.key.endswith("/*") and target.group is not None:
                    use = Use(kind="fallback", where=f"of {target.key}", name=target.target)
                    yield from ((use, one.key) for one in target.group.deployments)


def traffic_of(rows: Iterable[Mapping[str, Any]]) -> dict[Deployment, Traffic]:
    """Return the recorded calls by who served them; those of other programs name no connection."""
    found: dict[Deployment, Traffic] = {}
    for row in rows:
        metadata = row.get("metadata") if isinstance(row.get("metadata"), Mapping) else {}
        model = row.get("model") or row.get("providedModelName")
        if not model:
            continue
        one = found.setdefault((str((metadata or {}).get("connection") or ""), model), Traffic())
        one.calls += 1
        one.cost += row.get("totalCost") or row.get("calculatedTotalCost") or 0.0
        one.last = max(one.last, str(row["startTime"]))
        one.adapter = str((metadata or {}).get("provider") or one.adapter)
        if row.get("userId"):
            one.users.add(row["userId"])
    return found
