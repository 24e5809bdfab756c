"""The errors of attempts that ran out of time, by whose time it was. Pure."""

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import ProviderTimeoutError

_ADVICE = "raise deadline= or look at what took so long in .attempts"


def too_late(deployment: Deployment, deadline: float) -> ProviderTimeoutError:
    """Return the error of an attempt that could not begin within the call's deadline of so many seconds."""
    name = deployment.connection.name
    return _overdue(deployment, f"the deadline of {deadline:g} s passed before {name} could be asked; {_ADVICE}")


def cut_short(deployment: Deployment, left: float, deadline: float) -> ProviderTimeoutError:
    """Return the error of an attempt that had only what was left of the call's deadline."""
    return _overdue(
        deployment,
        f"{'/'.join(deployment.key)} did not answer within the {left:.3g} s that were left of the deadline of "
        f"{deadline:g} s; {_ADVICE}",
    )


def no_token(deployment: Deployment, allowed: float) -> ProviderTimeoutError:
    """Return the error of a stream without content within `first_token_timeout`."""
    return _overdue(
        deployment,
        f"{'/'.join(deployment.key)} sent no content within first_token_timeout={allowed:g} s",
        "first token timeout",
    )


def _overdue(deployment: Deployment, message: str, reason: str = "deadline") -> ProviderTimeoutError:
    return ProviderTimeoutError(
        message,
        provider=deployment.connection.view.adapter,
        connection=deployment.connection.name,
        model=deployment.model,
        reason=reason,
    )
