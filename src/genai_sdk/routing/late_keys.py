"""Keys that were refused and may have a successor soon, as their sources lag: waited for before a call fails."""

from collections.abc import Generator

import msgspec

from genai_sdk.connections import RefetchResult
from genai_sdk.drivers.driver import Deployment
from genai_sdk.routing.clock import Clock
from genai_sdk.routing.plan import Group
from genai_sdk.routing.policy import PATIENCE
from genai_sdk.routing.steps import Outcome, Refetch, Step, Wait


class LateKey(msgspec.Struct):
    """A deployment whose key was refused, and after how many seconds its source may have another one."""

    group: Group
    deployment: Deployment
    again_in: float


Refused = dict[tuple[str, str], LateKey]
"""The late keys of one call, by deployment."""


def refetch(deployment: Deployment, timeout: float) -> Generator[Step, Outcome, tuple[Deployment | None, float | None]]:
    """Ask for another key: return the deployment with it, else after how long asking again may help."""
    result = yield Refetch(deployment.connection, max(0.0, timeout))
    if not isinstance(result, RefetchResult):
        return None, None
    if result.connection is None:
        return None, result.again_in
    return Deployment(result.connection, deployment.model), None


def await_key(refused: Refused, clock: Clock, end: float) -> Generator[Step, Outcome, LateKey | None]:
    """Ask for the keys of refused deployments again until `end`; return the first that has another.

    Its `again_in` is then how long that took.
    """
    began = clock.now()
    while refused:
        late = min(refused.values(), key=lambda one: one.again_in)
        if clock.now() + late.again_in >= end:
            return None
        if late.again_in > 0:
            yield Wait(late.again_in)
        for one in refused.values():
            if one is not late:
                one.again_in = max(0.0, one.again_in - late.again_in)
        fresh, again_in = yield from refetch(late.deployment, end - clock.now())
        if fresh is not None:
            del refused[late.deployment.key]
            return LateKey(late.group, fresh, clock.now() - began)
        if again_in is None or clock.now() - began >= PATIENCE:
            del refused[late.deployment.key]
        else:
            late.again_in = again_in
    return None
