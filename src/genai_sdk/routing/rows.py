"""The rows of a call's ledger. Pure."""

import msgspec

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ProviderError
from genai_sdk.routing.plan import Group
from genai_sdk.types import CANCELLED, Attempt, Parameters


def cancelled_row(group: Group, deployment: Deployment, latency: float, waited: float) -> Attempt:
    """Return the row of an attempt that was given up while it was under way."""
    return msgspec.structs.replace(attempt_row(group, deployment, latency, waited, None), status=None, reason=CANCELLED)


def attempt_row(
    group: Group,
    deployment: Deployment,
    latency: float,
    waited: float,
    failure: ProviderError | None,
    parameters: Parameters | None = None,
) -> Attempt:
    """Return the row of an attempt that is over."""
    return Attempt(
        connection=deployment.connection.name,
        model=deployment.model,
        status=200 if failure is None else failure.status_code,
        latency=latency,
        waited=waited,
        reason="ok" if failure is None else failure.reason,
        detail="" if failure is None else str(failure.message),
        group=group.name,
        parameters=parameters,
    )
