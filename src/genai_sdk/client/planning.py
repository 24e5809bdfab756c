"""The plan of a call: who would serve it, and what would become of its parameters there."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from genai_sdk.client.trial import makes_vectors
from genai_sdk.drivers.driver import Driver
from genai_sdk.drivers.factory import DriverName, uses_litellm
from genai_sdk.routing import Planner, RoutingOptions
from genai_sdk.routing.explain import Plan, explain, planned_parameters
from genai_sdk.wires.operation import CHAT, EMBEDDING

if TYPE_CHECKING:
    from genai_sdk.models import Candidate


def plan_of(
    planner: Planner,
    model: str,
    options: RoutingOptions,
    parameters: Mapping[str, Any],
    driver: Driver,
    driver_name: DriverName,
) -> Plan:
    """Return what a call of `model` would do.

    Args:
        planner: Who there is.
        model: The name to ask for.
        options: The call's routing options.
        parameters: Its parameters.
        driver: What would carry it.
        driver_name: What that is called.

    Raises:
        UnknownModelError: No connection serves the model.
        ConfigurationError: The connection that would serve it is missing or broken.
    """

    def through(one: "Candidate") -> bool:
        operation = EMBEDDING if makes_vectors(one.model) else CHAT
        return uses_litellm(driver_name, operation, planner.deployment(one).connection.view, one.model)

    plan = explain(planner, model, options, date.today(), through)
    return planned_parameters(plan, planner, driver, parameters, makes_vectors) if parameters else plan
