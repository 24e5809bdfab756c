"""In which order the candidates of a group are tried."""

from collections.abc import Callable, Sequence

from genai_sdk.drivers.driver import Deployment
from genai_sdk.routing.health import Health
from genai_sdk.routing.options import Strategy


def arrange(
    deployments: Sequence[Deployment], strategy: Strategy, health: Health, chance: Callable[[], float]
) -> list[Deployment]:
    """Return the deployments in the order to try them; ties keep connection order."""
    if strategy == "simple-shuffle":
        return sorted(deployments, key=lambda _: chance())
    if strategy == "least-busy":
        return sorted(deployments, key=health.busy)
    if strategy == "latency-based-routing":
        return sorted(deployments, key=health.latency)
    return list(deployments)


def healthy(deployments: Sequence[Deployment], health: Health, now: float) -> list[Deployment]:
    """Leave out what is cooling down, but never the last one: then the one whose rest ends first stays."""
    if len(deployments) == 1:
        return list(deployments)
    awake = [deployment for deployment in deployments if health.rests_until(deployment) <= now]
    return awake or sorted(deployments, key=health.rests_until)[:1]
