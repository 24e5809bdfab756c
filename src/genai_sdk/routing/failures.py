"""The errors that the attempt loop makes itself, and the one that ends a call."""

from collections.abc import Collection, Sequence

from genai_sdk.drivers.driver import Deployment
from genai_sdk.errors import (
    ConfigurationError,
    GenAIError,
    ProviderError,
    ProviderTimeoutError,
    RouteExhaustedError,
    StreamInterruptedError,
)
from genai_sdk.routing.policy import MisconfiguredError
from genai_sdk.routing.steps import Outcome
from genai_sdk.types import Attempt

_FACTS = ("provider", "connection", "model", "status_code", "request_id", "retry_after", "reason")


def failure_of(outcome: Outcome, deployment: Deployment) -> ProviderError | None:
    """Return why an attempt brought nothing; None if it brought something."""
    if not isinstance(outcome, ConfigurationError):
        return outcome if isinstance(outcome, ProviderError) else None
    view = deployment.connection.view
    return MisconfiguredError(outcome, provider=view.adapter, connection=view.name, model=deployment.model)


def too_late(deployment: Deployment, option: str, seconds: float) -> ProviderError:
    """Return the error of an attempt for which no time is left: `option` gave the call so many seconds."""
    return _overdue(
        deployment,
        f"the {option} of {seconds:g} s passed before {deployment.connection.name} could be asked; "
        f"raise {option}= or look at what took so long in .attempts",
    )


def cut_short(deployment: Deployment, left: float, option: str, seconds: float) -> ProviderError:
    """Return the error of an attempt that had only what was `left` of the seconds that `option` gave the call."""
    return _overdue(
        deployment,
        f"{'/'.join(deployment.key)} did not answer within the {left:.3g} s that were left of the {option} of "
        f"{seconds:g} s; raise {option}= or look at what took so long in .attempts",
    )


def last_word(
    error: ProviderError,
    name: str,
    attempts: Sequence[Attempt],
    rested: Collection[tuple[str, str]],
    broken: StreamInterruptedError | None,
) -> GenAIError:
    """Return the error to raise: the only deployment's own, or one that speaks for all that were tried.

    Args:
        error: Why the last attempt failed.
        name: What was asked for.
        attempts: All that was tried.
        rested: Connections and models that were passed over, since they rest after a failure.
        broken: Why a stream that started over had broken, or None.
    """
    facts = {fact: getattr(error, fact) for fact in _FACTS}
    if broken is not None:
        message = f"{broken.message} Starting over failed too: {error.message}"
        return StreamInterruptedError(message, text=broken.text, attempts=tuple(attempts), **facts)
    deployments_tried = {(row.connection, row.model) for row in attempts}
    if len(deployments_tried) <= 1:
        if isinstance(error, MisconfiguredError):
            return error.error
        error.attempts = tuple(attempts)
        return error
    tried = "; ".join(f"{row.connection}/{row.model}: {row.reason}" for row in attempts)
    resting = [f"{connection}/{model}" for connection, model in rested if (connection, model) not in deployments_tried]
    passed = f" Passed over, as they rest after a failure: {', '.join(resting)}." if resting else ""
    message = f"every deployment tried for {name!r} failed ({tried}).{passed} The last one said: {error.message}"
    last = type(error.error if isinstance(error, MisconfiguredError) else error)
    return RouteExhaustedError(message, last=last, attempts=tuple(attempts), **facts)


def no_token(deployment: Deployment, allowed: float) -> ProviderError:
    """Return the error of a stream without content within `first_token_timeout`, in seconds."""
    return _overdue(
        deployment,
        f"{'/'.join(deployment.key)} sent no content within first_token_timeout={allowed:g} s",
        "first token timeout",
    )


def _overdue(deployment: Deployment, message: str, reason: str = "deadline") -> ProviderError:
    return ProviderTimeoutError(
        message,
        provider=deployment.connection.view.adapter,
        connection=deployment.connection.name,
        model=deployment.model,
        reason=reason,
    )
