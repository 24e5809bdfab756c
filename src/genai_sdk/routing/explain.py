"""How a name would be answered, to read before it is asked. Pure."""

from collections.abc import Iterator

import msgspec

from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.plan import FallbackTarget, Group, Planner
from genai_sdk.routing.policy import FallbackKind

_KINDS: tuple[tuple[FallbackKind, str], ...] = (
    ("generic", "fallbacks"),
    ("context_window", "when the context window is exceeded"),
    ("content_policy", "when content is filtered"),
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What a call would do; `print` it. No provider is called to make it.

    Attributes:
        model: The name as asked.
        resolved: The name after `model_group_alias`.
        group: The candidates in the order to try them, and who cannot serve the name and why.
        fallbacks: Every fallback target, those that lead nowhere with the reason.
        options: The routing options that would apply.
    """

    model: str
    resolved: str
    group: Group
    fallbacks: tuple[FallbackTarget, ...]
    options: RoutingOptions

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        alias = "" if self.resolved == self.model else f" (alias of {self.resolved})"
        yield f"{self.model}{alias}"
        why = {(one.connection, one.model): one.why for one in self.group.resolution.candidates}
        for position, deployment in enumerate(self.group.deployments, 1):
            yield f"  {position}. {'/'.join(deployment.key)}  ({why[deployment.key]})"
        for refusal in self.group.resolution.refusals:
            yield f"  -  {refusal.connection}: {refusal.reason}"
        for kind, title in _KINDS:
            rows = [row for row in self.fallbacks if row.kind == kind]
            if rows:
                yield f"  {title}:"
                yield from (f"    {_row(row)}" for row in rows)
        options = self.options
        yield (
            f"  {options.routing_strategy}; then up to {options.num_retries} retries; "
            f"{options.timeout:g} s an attempt, {options.deadline:g} s in all"
        )


def _row(row: FallbackTarget) -> str:
    if row.group is None:
        return f"→ {row.target}: left out, {row.reason}"
    return f"→ {row.target}: {', '.join('/'.join(deployment.key) for deployment in row.group.deployments)}"


def explain(planner: Planner, model: str, options: RoutingOptions) -> Plan:
    """Return what a call of `model` would do.

    Raises:
        UnknownModelError: No connection serves the model.
        ConfigurationError: The connection that would serve it is missing or broken.
    """
    group = planner.group(model, options)
    rows = planner.targets(group, "generic", options)
    for kind, _ in _KINDS[1:]:
        rows += tuple(row for row in planner.targets(group, kind, options) if row.kind == kind)
    return Plan(
        model=model,
        resolved=options.model_group_alias.get(model, model),
        group=group,
        fallbacks=rows,
        options=options,
    )
