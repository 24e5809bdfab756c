"""How a name would be answered, to read before it is asked. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from genai_sdk.drivers.driver import Driver
from genai_sdk.models import Candidate, Refusal, endings
from genai_sdk.routing.options import RoutingOptions
from genai_sdk.routing.plan import FallbackTarget, Group, Planner
from genai_sdk.routing.policy import FallbackKind
from genai_sdk.types import Parameters, Record
from genai_sdk.wires.operation import A, C, Operation, Q

if TYPE_CHECKING:  # loaded by whoever plans another operation than chat
    from genai_sdk.routing.capable import CapablePlanner

_KINDS: tuple[tuple[FallbackKind, str], ...] = (
    ("generic", "fallbacks"),
    ("context_window", "when the context window is exceeded"),
    ("content_policy", "when content is filtered"),
)


Through = Callable[[Candidate], bool]
"""Tells whether LiteLLM would translate a candidate's calls."""


class StandIn(Record, frozen=True, kw_only=True):
    """One target of a fallback.

    Attributes:
        target: The name to try.
        key: The key of the fallbacks it was found under.
        kind: The failure it stands in after.
        candidates: Who would serve it, in the order to try them.
        reason: Why it is left out, or empty.
        ends: The day on which its model is or was shut down, by connection, where that is near or past.
        litellm: The connections whose calls LiteLLM would translate.
    """

    target: str
    key: str
    kind: FallbackKind
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    ends: Mapping[str, date] = {}
    litellm: tuple[str, ...] = ()


class Plan(Record, frozen=True, kw_only=True):
    """What a call would do; `print` it. No provider is called to make it, and no secret is in it.

    Attributes:
        model: The name as asked.
        operation: What it would be asked for, by the name of the client's method.
        resolved: The name after `model_group_alias`.
        instead: The fallback that is asked from the beginning, since nobody who serves the model has the operation; or
            empty.
        candidates: Who serves it and has the operation, in connection order.
        refusals: Who was asked and does not serve it, or has not the operation, and why.
        fallbacks: Every fallback target, those that lead nowhere with the reason.
        options: The routing options that would apply.
        ends: The day on which a candidate's model is or was shut down, by connection, where that is near or past.
        today: The day of this plan.
        litellm: The connections whose calls LiteLLM would translate, which needs the extra `litellm`.
        parameters: What would become of the call's parameters, by `connection/model`; empty where it has none.
    """

    model: str
    operation: str = "completion"
    resolved: str
    instead: str = ""
    candidates: tuple[Candidate, ...]
    refusals: tuple[Refusal, ...]
    fallbacks: tuple[StandIn, ...]
    options: RoutingOptions
    ends: Mapping[str, date] = {}
    today: date | None = None
    litellm: tuple[str, ...] = ()
    parameters: Mapping[str, Parameters] = {}

    def __str__(self) -> str:
        return "\n".join(self._lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """Show the plan in a notebook."""
        from genai_sdk.display import table  # only notebooks want it

        first, *_, last = self._lines()
        rows: list[tuple[object, ...]] = [
            (position, one.connection, one.model, f"{one.why}{self._end(self.ends, one)}{_by(self.litellm, one)}")
            for position, one in enumerate(self.candidates, 1)
        ]
        rows += [("-", refusal.connection, None, refusal.reason) for refusal in self.refusals]
        rows += [(row.kind, None, None, self._stand_in(row)) for row in self.fallbacks]
        rows.append((None, None, None, last.strip()))
        return table(("", "connection", "model", "why"), rows, first)

    def _lines(self) -> Iterator[str]:
        alias = "" if self.resolved == self.model else f" (alias of {self.resolved})"
        operation = "" if self.operation == "completion" else f", {self.operation}"
        instead = f": nobody who serves it has that, {self.instead} is asked" if self.instead else ""
        yield f"{self.model}{alias}{operation}{instead}"
        for position, one in enumerate(self.candidates, 1):
            notes = f"{one.why}{self._end(self.ends, one)}{_by(self.litellm, one)}"
            yield f"  {position}. {one.connection}/{one.model}  ({notes})"
            yield from self._of(one, "     ")
        for refusal in self.refusals:
            yield f"  -  {refusal.connection}: {refusal.reason}"
        for kind, title in _KINDS:
            rows = [row for row in self.fallbacks if row.kind == kind]
            if rows:
                yield f"  {title}:"
                for row in rows:
                    yield f"    {self._stand_in(row)}"
                    for one in row.candidates:
                        yield from self._of(one, f"      {one.connection}/{one.model} ")
        options = self.options
        retries = f"{options.num_retries} {'retry' if options.num_retries == 1 else 'retries'}"
        yield (
            f"  {options.routing_strategy}; then up to {retries}; "
            f"{options.timeout:g} s an attempt, {options.deadline:g} s in all"
        )

    def _of(self, candidate: Candidate, before: str) -> Iterator[str]:
        parameters = self.parameters.get(f"{candidate.connection}/{candidate.model}")
        if parameters is not None:
            yield f"{before}{parameters}"

    def _stand_in(self, row: StandIn) -> str:
        if row.reason:
            return f"→ {row.target}: left out, {row.reason}"
        names = (
            f"{one.connection}/{one.model}{self._end(row.ends, one)}{_by(row.litellm, one)}" for one in row.candidates
        )
        return f"→ {row.target}: {', '.join(names)}"

    def _end(self, ends: Mapping[str, date], candidate: Candidate) -> str:
        day = ends.get(candidate.connection)
        if day is None:
            return ""
        return f"; the vendor {'ends' if self.today is None or day > self.today else 'ended'} it on {day.isoformat()}"


def _by(litellm: Sequence[str], candidate: Candidate) -> str:
    return "; through LiteLLM" if candidate.connection in litellm else ""


def _direct(_candidate: Candidate) -> bool:
    return False


def explain(
    planner: "Planner | CapablePlanner",
    model: str,
    options: RoutingOptions,
    today: date | None = None,
    through: Through = _direct,
    operation: str = "completion",
) -> Plan:
    """Return what a call of `model` would do; the day is for the ends of models that are near.

    Raises:
        InvalidRequestError: Nobody who serves the model has the operation.
        UnknownModelError: No connection serves the model.
        ConfigurationError: The connection that would serve it is missing or broken.
    """
    group = planner.group(model, options)
    targets = planner.targets(group, "generic", options)
    for kind, _ in _KINDS[1:]:
        targets += tuple(target for target in planner.targets(group, kind, options) if target.kind == kind)
    candidates = _able(group)
    return Plan(
        model=model,
        operation=operation,
        resolved=options.model_group_alias.get(model, model),
        instead="" if group.name == model else group.name,
        candidates=candidates,
        refusals=tuple(Refusal(each.connection, str(each.reason)) for each in planner.refusals(model, options)),
        fallbacks=tuple(_stand_in(planner, target, today, through) for target in targets),
        options=options,
        ends=endings(planner.index, candidates, today) if today else {},
        today=today,
        litellm=tuple(one.connection for one in candidates if through(one)),
    )


def _able(group: Group) -> tuple[Candidate, ...]:
    """Return the candidates of a group whose deployments are in it: others have not the operation."""
    keys = {deployment.key for deployment in group.deployments}
    return tuple(one for one in group.resolution.candidates if (one.connection, one.model) in keys)


def planned_parameters(
    plan: Plan,
    planner: "Planner | CapablePlanner",
    driver: Driver,
    operation: Operation[Q, A, C],
    request: Q,
    *,
    streaming: bool,
) -> Plan:
    """Return a plan that says what would become of a call's parameters on each deployment.

    Args:
        plan: The plan.
        planner: What made it.
        driver: Says what becomes of them.
        operation: What is asked.
        request: A request with the parameters.
        streaming: Whether a stream is wanted.
    """
    from genai_sdk.routing.parameters import CallParameters

    call = CallParameters(driver, operation, {}, streaming=streaming, drop=plan.options.drop_params)
    rows: dict[str, Parameters] = {}
    for candidate in (*plan.candidates, *(one for row in plan.fallbacks for one in row.candidates)):
        parameters = call.on(planner.deployment(candidate), request)
        if parameters is not None:
            rows[f"{candidate.connection}/{candidate.model}"] = parameters
    return msgspec.structs.replace(plan, parameters=rows)


def _stand_in(
    planner: "Planner | CapablePlanner", target: FallbackTarget, today: date | None, through: Through
) -> StandIn:
    candidates = _able(target.group) if target.group is not None else ()
    return StandIn(
        target=target.target,
        key=target.key,
        kind=target.kind,
        candidates=candidates,
        reason=str(target.reason),
        ends=endings(planner.index, candidates, today) if today else {},
        litellm=tuple(one.connection for one in candidates if through(one)),
    )
